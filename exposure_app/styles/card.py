"""What a style's header says about it, in the parts that a person reads. Anything a header lacks is left out.

Headers come from other people's files: nothing in ``facts`` and ``figures`` is taken for granted.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from exposure_app.agent.header import StyleHeader
from exposure_app.errors import ExposureError

QUANTITIES = ("luminance", "contrast", "saturation")
ROWS = ("results", "neutral", "auto levels", "ceiling")
FACTS = ("device", "torch", "iterations", "minutes", "seed")
_LONGEST = 20_000  # letters of a text; licences of many sources are long
_MOST = 100  # rows of a table


@dataclass(frozen=True)
class Likeness:
    """How alike some pictures and the style's own are: histogram intersections, percent.

    Attributes:
        of: One of ``ROWS``.
        values: For each of ``QUANTITIES``; NaN where the card says nothing.
        mean: Of the three.
    """

    of: str
    values: tuple[float, ...]
    mean: float


@dataclass(frozen=True)
class Usage:
    """How the style uses a filter.

    Attributes:
        label: What the filter is called.
        share: Of all steps, 0 to 1.
        words: What its mean settings do; empty when it was not used.
    """

    label: str
    share: float
    words: str


@dataclass(frozen=True)
class Source:
    """Photos the style was trained with.

    Attributes:
        name: Of the set.
        photos: How many.
        licence: In the words of whoever trained it; may be empty.
    """

    name: str
    photos: int
    licence: str


@dataclass(frozen=True)
class StyleCard:
    """A style in words and figures.

    Attributes:
        title: What it is called.
        description: One or two sentences.
        tested: Photos that training never saw, retouched for the figures; 0 without figures.
        compared: Photos of the style that they are compared with.
        likeness: The first is the style's own.
        usage: The most used filter first.
        sources: Where the photos are from.
        facts: Further facts by name.
    """

    title: str
    description: str
    tested: int
    compared: int
    likeness: tuple[Likeness, ...]
    usage: tuple[Usage, ...]
    sources: tuple[Source, ...]
    facts: tuple[tuple[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data; numbers that the card lacks are null."""
        plain = asdict(self)
        for row in plain["likeness"]:
            row["values"] = dict(zip(QUANTITIES, map(_known, row["values"]), strict=True))
            row["mean"] = _known(row["mean"])
        return {**plain, "facts": dict(self.facts)}


def _known(number: float) -> float | None:
    return None if math.isnan(number) else number


def style_card(style: StyleHeader) -> StyleCard:
    """The card in a style's header."""
    figures, facts = style.figures, style.facts
    return StyleCard(
        title=_text(style.title or style.name),
        description=_text(style.description),
        tested=round(_number(figures.get("photos"), 0)),
        compared=round(_number(figures.get("compared with"), 0)),
        likeness=_likeness(_table(figures.get("intersections"))),
        usage=_usage(_table(figures.get("usage")), _table(figures.get("parameters"))),
        sources=_sources(_table(facts.get("data")), _table(facts.get("licences"))),
        facts=tuple((name, _text(_plain(facts[name]))) for name in FACTS if name in facts),
    )


def _likeness(rows: Mapping[str, Any]) -> tuple[Likeness, ...]:
    found = []
    for name in ROWS:
        row = _table(rows.get(name))
        values = tuple(_number(_first(row.get(quantity))) for quantity in QUANTITIES)
        if row and not all(map(math.isnan, values)):
            found.append(Likeness(name, values, _number(row.get("mean"), sum(values) / len(values))))
    return tuple(found)


def _usage(shares: Mapping[str, Any], settings: Mapping[str, Any]) -> tuple[Usage, ...]:
    from exposure_app import filters

    known = filters.registry()
    rows = []
    for name in list(shares)[:_MOST]:
        label = known[name].label if name in known else _text(name)
        rows.append(Usage(label, min(max(_number(shares[name], 0), 0), 1), _settings_in_words(name, settings)))
    return tuple(sorted(rows, key=lambda row: (-row.share, row.label)))


def _settings_in_words(name: str, settings: Mapping[str, Any]) -> str:
    from exposure_app import filters

    try:
        filter_ = filters.get(name)
        params = {key: tuple(value) if isinstance(value, list) else value for key, value in settings[name].items()}
        return filter_.describe(filter_.checked(params))
    except (ExposureError, KeyError, TypeError, AttributeError):
        return ""  # settings of a filter in another form


def _sources(data: Mapping[str, Any], licences: Mapping[str, Any]) -> tuple[Source, ...]:
    """The sets of all parts of the training, each photo being in one part."""
    photos: dict[str, int] = {}
    for part in data.values():
        for name, count in list(_table(part).items())[:_MOST]:
            photos[name] = photos.get(name, 0) + round(_number(count, 0))
    return tuple(Source(_text(name), count, _text(_plain(licences.get(name, "")))) for name, count in photos.items())


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _first(value: object) -> object:
    """The value of an interval (value, low, high)."""
    return value[0] if isinstance(value, list) and value else value


def _number(value: object, otherwise: float = math.nan) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9
    return float(value) if is_number else otherwise  # type: ignore[arg-type]


def _plain(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _text(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}..."
