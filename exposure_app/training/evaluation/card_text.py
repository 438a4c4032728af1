"""The text of a style's card, in Markdown, from the facts and figures in its header."""

from collections.abc import Mapping, Sequence
from typing import Any

from exposure_app.agent.header import StyleHeader
from exposure_app.training.evaluation.evaluate import SEEDS, shortfalls
from exposure_app.training.evaluation.metrics import QUANTITIES

ROWS = ("results", "ceiling", "neutral", "auto levels")
SIGNS = {  # of metrics.signs, as headings
    "highlights": "white %",
    "shadows": "black %",
    "L": "L\\*",
    "a": "a\\*",
    "b": "b\\*",
    "chroma": "chroma",
    "black": "darkest",
    "tint": "brightest",
    "cast": "cast",
}
PAPER_ROWS = {  # tables 2 to 4: luminance, contrast, saturation
    "paper, expert C": (71.3, 83.7, 69.7),
    "paper, artist A": (82.4, 80.0, 71.5),
    "paper, artist B": (85.2, 91.7, 83.5),
}

Figures = Mapping[str, Any]


def card_text(header: StyleHeader) -> str:
    """The card in Markdown."""
    figures = header.figures
    short = shortfalls(figures)
    sections = [
        [f"# {header.title}", header.description],
        ["## Where it falls short", "\n".join(f"- {sentence}" for sentence in short)] if short else [],
        _closeness(figures),
        _two_samples(figures),
        _truth(figures) if "delta E" in figures else [],
        _signs(figures),
        _variety(figures),
        _habits(figures),
        _pictures(header.name),
        ["## How it was made", "\n".join(_facts(header.facts))],
    ]
    return "\n\n".join(part for section in sections for part in section) + "\n"


def _closeness(figures: Figures) -> list[str]:
    rows = []
    points, low, high = figures["above"]
    for name in ROWS:
        row = figures["intersections"][name]
        rows.append([name, *(_estimate(row[quantity], "{:.0f}") for quantity in QUANTITIES), f"{row['mean']:z.1f}"])
    rows += [[name, *map(str, row), f"{sum(row) / len(row):z.1f}"] for name, row in PAPER_ROWS.items()]
    return [
        "## How close it comes",
        f"{figures['photos']} photos that training never saw, retouched and compared with {figures['compared with']}"
        " photos of the style that it never saw either: histogram intersections in percent with 95 % intervals (paper,"
        " supplement 9). The ceiling is what the training photos of the style reach against the same ones. The paper's"
        " rows are on other data and only tell the order of magnitude.",
        _table(["", *QUANTITIES, "mean"], rows),
        f"The mean of the results less that of the better of neutral rendering and auto levels: {points:+.1f} points"
        f" ({low:+.1f} to {high:+.1f}).",
    ]


def _two_samples(figures: Figures) -> list[str]:
    rows = [
        [name, _estimate(figures["two-sample"][name], "{:.0f}"), _estimate(figures["wasserstein"][name], "{:z.1f}")]
        for name in ROWS
    ]
    return [
        "## Whether it can be told from the style",
        "Percent of pictures that a fresh classifier tells from photos of the style, by tones and colours, on pictures"
        " it did not learn from: 50 is guessing, 100 is always right. And the sliced Wasserstein distance of the pixels"
        " from the style's: how far colours would have to move, in units of Lab. The subjects differ too; what that"
        " alone makes is in the row of the ceiling.",
        _table(["", "told apart %", "distance of colours"], rows),
    ]


def _truth(figures: Figures) -> list[str]:
    found = figures["delta E"]
    rows = [[name, _estimate(found[name], "{:z.1f}")] for name in ROWS if name in found]
    return [
        "## How far from the true rendering",
        f"The true rendering of {found['pairs']} photos is known; neither it nor they were seen in training. Mean"
        " colour difference (CIEDE2000) from it:",
        _table(["", "colour difference"], rows),
    ]


def _signs(figures: Figures) -> list[str]:
    rows = []
    for name in ("results", "targets", "neutral", "auto levels"):
        row = figures["health"][name]
        rows.append([name, *(f"{row[key]:z.1f}" if key in row else "" for key in SIGNS)])
    return [
        "## Signs of broken pictures",
        "Percent of pixels with a channel at white and of black ones; mean L\\*, a\\*, b\\* and chroma; L\\* of the"
        " darkest percent; chroma of the brightest 2 %; chroma that the recipes give to greys.",
        _table(["", *SIGNS.values()], rows),
    ]


def _variety(figures: Figures) -> list[str]:
    spread = figures["spread"]
    rows = [
        [name, f"{spread[name]['L']:z.1f}", f"{spread[name]['chroma']:z.1f}"]
        for name in ("results", "targets", "neutral", "auto levels")
    ]
    return [
        "## Variety",
        "Standard deviation over photos of mean L\\* and mean chroma; a style that makes every photo alike has little"
        " of it.",
        _table(["", "L\\*", "chroma"], rows),
        f"{SEEDS} seeds make results of one photo that differ by {_estimate(figures['seeds'], '{:.1f}')} (CIEDE2000).",
    ]


def _habits(figures: Figures) -> list[str]:
    rows = []
    for filter_id, share in sorted(figures["usage"].items(), key=lambda item: -item[1]):
        means, varied = (figures[key].get(filter_id, {}) for key in ("parameters", "parameters vary"))
        settings = ", ".join(f"{name} {_setting(mean, varied[name])}" for name, mean in means.items())
        rows.append([filter_id, f"{100 * share:.0f} %", settings])
    return [
        "## What it does",
        "Mean settings, and their standard deviation over photos (of a curve the mean one).",
        _table(["filter", "share of steps", "settings"], rows),
    ]


def _pictures(name: str) -> list[str]:
    return [
        "## Pictures",
        f"Measuring writes contact sheets beside the style's file: `{name}-sheet.jpg` has random results step by step,"
        f" `{name}-failures.jpg` the worst ones and why, `{name}-small.jpg` some before and after. They are not handed"
        " on with the style, since they show photos it was measured with.",
    ]


def _facts(facts: Mapping[str, Any]) -> list[str]:
    lines = []
    for name, value in facts.items():
        if isinstance(value, dict):
            lines.append(f"- {name}:")
            lines += [f"  - {key}: {_plain(entry)}" for key, entry in value.items()]
        else:
            lines.append(f"- {name}: {_plain(value)}")
    return lines


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _estimate(estimate: Sequence[float], ends: str, value: str = "{:z.1f}") -> str:
    """Such as 81.2 (75–86)."""
    return f"{value.format(estimate[0])} ({ends.format(estimate[1])}–{ends.format(estimate[2])})"


def _setting(mean: Any, varied: Any) -> str:
    middle = sum(varied) / len(varied) if isinstance(varied, list) else varied
    return f"{_plain(mean)} ± {middle:.2g}"


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(entry)}" for key, entry in value.items()) or "none"
    if isinstance(value, (list, tuple)):
        return " ".join(map(_plain, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)
