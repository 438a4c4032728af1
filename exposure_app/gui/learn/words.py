"""Figures of a run in a photographer's words."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication

from exposure_app.gui.learn.bars import Bar
from exposure_app.gui.widgets.common import time_left
from exposure_app.learning.state import QUANTITIES, LearningPhase, Progress

MOST_FILTERS = 6
USED = 0.02  # share of the steps from which a filter counts as used
CLOSE = 3.0  # percent points below the ceiling that nobody sees


def _tr(text: str) -> str:
    return QCoreApplication.translate("learn", text)


def quantity_names() -> dict[str, str]:
    """What people call the three quantities."""
    return dict(zip(QUANTITIES, (_tr("Brightness"), _tr("Contrast"), _tr("Saturation")), strict=True))


def state(progress: Progress) -> str:
    """What is being done, in a few words."""
    return {
        LearningPhase.WAITING: _tr("Paused") if progress.iteration else _tr("Not begun"),
        LearningPhase.STARTING: _tr("Starting"),
        LearningPhase.READING: _tr("Reading the photos") if progress.total > 1 else _tr("Making the first pictures"),
        LearningPhase.TRAINING: _tr("Learning"),
        LearningPhase.STOPPING: _tr("Keeping what was learned"),
        LearningPhase.DONE: _tr("Learned"),
        LearningPhase.FAILED: _tr("Stopped by a problem"),
    }[progress.phase]


def details(progress: Progress) -> str:
    """How far it is and how long it will take."""
    if progress.phase is LearningPhase.READING:
        photos = _tr("{done} of {total} photos").format(done=progress.done, total=progress.total)
        return photos if progress.total > 1 else ""
    parts = []
    if progress.seconds_left is not None:
        parts.append(time_left(progress.seconds_left))
    if progress.speed is not None and progress.is_running:
        parts.append(_tr("{speed:.1f} iterations/s").format(speed=progress.speed))
    if progress.iteration:
        parts.append(_tr("iteration {iteration}").format(iteration=progress.iteration))
    return "   ".join(parts)


def closeness(progress: Progress) -> list[Bar]:
    """Rows for bars: the latest intersections against what can be reached."""
    latest = progress.trials[-1].intersections if progress.trials else {}
    rows = []
    for quantity, name in quantity_names().items():
        value, reach = latest.get(quantity, 0.0), progress.ceiling.get(quantity)
        words = _tr("{value:.0f} %").format(value=value) if latest else ""
        if latest and reach is not None:
            words = _tr("{value:.0f} of {reach:.0f} %").format(value=value, reach=reach)
        rows.append(Bar(name, value / 100, words, None if reach is None else reach / 100))
    return rows


def usage(shares: Mapping[str, float]) -> list[Bar]:
    """Rows for bars: the filters by how often they are used."""
    used = sorted(((name, share) for name, share in shares.items() if share >= USED), key=lambda one: (-one[1], one[0]))
    return [
        Bar(label(name), share, _tr("{percent:.0f} %").format(percent=100 * share))
        for name, share in used[:MOST_FILTERS]
    ]


def label(filter_id: str) -> str:
    """What a filter is called."""
    from exposure_app import filters

    known = filters.registry()
    return known[filter_id].label if filter_id in known else filter_id


def result(figures: Mapping[str, Any]) -> list[str]:
    """What the figures of a finished style say, in sentences.

    Raises:
        KeyError, TypeError: They are not what a card has.
    """
    rows = figures["intersections"]
    names = quantity_names()
    values = {quantity: float(rows["results"][quantity][0]) for quantity in QUANTITIES}
    mean, plain, best = (float(rows[name]["mean"]) for name in ("results", "neutral", "ceiling"))
    worst = min(values, key=lambda quantity: values[quantity] - float(rows["ceiling"][quantity][0]))
    says = [
        _tr("Tried on {photos} photos it has never seen, against {others} of the photos you like.").format(
            photos=figures["photos"], others=figures["compared with"]
        ),
        _tr(
            "They have {mean:.0f} % in common; your photos among themselves {best:.0f} %, untouched {plain:.0f} %."
        ).format(mean=mean, best=best, plain=plain),
    ]
    if mean < plain:
        says.append(_tr("That is no closer than doing nothing: more photos or more time would help."))
    elif mean > best - CLOSE:
        says.append(_tr("That is as close as it can get."))
    else:
        says.append(_tr("Furthest off is {quantity}.").format(quantity=names[worst].lower()))
    used = ", ".join(bar.name.lower() for bar in usage(figures["usage"]))
    says.append(_tr("It works with: {filters}.").format(filters=used))
    return says


def result_rows(figures: Mapping[str, Any]) -> list[Bar]:
    """Rows for bars: the intersections of a finished style against what can be reached."""
    rows = []
    for quantity, name in quantity_names().items():
        value, reach = (float(figures["intersections"][kind][quantity][0]) for kind in ("results", "ceiling"))
        words = _tr("{value:.0f} of {reach:.0f} %").format(value=value, reach=reach)
        rows.append(Bar(name, value / 100, words, reach / 100))
    return rows
