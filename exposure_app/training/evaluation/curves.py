"""The course of a training as curves: how close, how broken, and with which filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage
from PIL import ImageDraw

from exposure_app import drawing
from exposure_app.drawing import ACCENT, BODY, LINE, PAGE, PANEL, SECOND, SMALL, TEXT

COLORS = (ACCENT, "#6fa8dc", "#93c47d", "#e07a6a", "#a08fd0", "#6fb5b0", "#c98bb0", "#a8a8a8")
WIDTH, HEIGHT = 560, 200  # of a plot
LABELS = 150  # room for the names of the lines
TICKS = 44  # room for the numbers on the left
COLUMNS = 2
FINE = 2  # drawn this much larger and shrunk, for smooth lines

Box = tuple[float, float, float, float]
Lines = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class _Plot:
    title: str
    lines: Lines
    stacked: bool = False


def curves(path: Path, name: str, history: Sequence[Mapping[str, Any]]) -> None:
    """Draw the validations of a run as a PNG.

    Args:
        path: The file.
        name: Of the style.
        history: One entry a validation: ``iteration``, ``seconds``, ``score``, ``intersections``, ``health`` and
            ``usage``; any other entry that is a number gets a plot of its own, any other table one with several lines.

    Raises:
        ExposureError: The file cannot be written.
    """
    if not history:
        return
    at = np.array([entry["iteration"] for entry in history], float)
    best = float(at[int(np.argmax([entry["score"] for entry in history]))])
    plots = _plots(history)
    wide, high = TICKS + WIDTH + LABELS, HEIGHT + 2 * PAGE + BODY
    rows = -(-len(plots) // COLUMNS)
    size = 2 * PAGE + COLUMNS * wide + PAGE, drawing.heading_height() + rows * high
    words = f"{history[-1]['seconds'] / 60:.0f} minutes, {at[-1]:.0f} iterations; the best is kept, of {best:.0f}"
    sheet, _, top = drawing.page(*size, f"{name}: training", words)
    for number, plot in enumerate(plots):
        y, x = divmod(number, COLUMNS)
        sheet.paste(_drawn(plot, at, best, (wide, high)), (PAGE + x * (wide + PAGE), top + y * high))
    drawing.save(path, sheet)


def _plots(history: Sequence[Mapping[str, Any]]) -> list[_Plot]:
    def lines(key: str, names: Sequence[str] = ()) -> Lines:
        found = dict.fromkeys(name for entry in history for name in entry.get(key, {}) if not names or name in names)
        return {name: np.array([entry.get(key, {}).get(name, np.nan) for entry in history], float) for name in found}

    usage = {name.replace("_", " "): 100 * values for name, values in lines("usage").items() if values.any()}
    plots = [
        _Plot("In common with the style, %", lines("intersections")),
        _Plot("Score that the best is chosen by", {"score": np.array([entry["score"] for entry in history], float)}),
        _Plot("Filters used, % of steps", usage, stacked=True),
        _Plot("Blown and black, % of pixels; tint of greys", lines("health", ("highlights", "shadows", "cast"))),
    ]
    known = {"iteration", "seconds", "score", "intersections", "health", "usage"}
    for key in dict.fromkeys(key for entry in history for key in entry if key not in known):
        table = any(isinstance(entry.get(key), Mapping) for entry in history)
        values = {} if table else {key: np.array([entry.get(key, np.nan) for entry in history], float)}
        plots.append(_Plot(key, lines(key) if table else values))
    return [plot for plot in plots if plot.lines]


def _drawn(plot: _Plot, at: NDArray[np.float64], best: float, size: tuple[int, int]) -> PillowImage.Image:
    sheet = PillowImage.new("RGB", (size[0] * FINE, size[1] * FINE), drawing.BACKGROUND)
    pen = ImageDraw.Draw(sheet)
    left, top, right, bottom = (FINE * n for n in (TICKS, BODY + 12, TICKS + WIDTH, BODY + 12 + HEIGHT))
    pen.text((left, 0), plot.title, TEXT, drawing.font(FINE * BODY))
    pen.rectangle((left, top, right, bottom), PANEL)
    levels = np.cumsum(list(plot.lines.values()), axis=0) if plot.stacked else np.array(list(plot.lines.values()))
    low, high = (0.0, 100.0) if plot.stacked else _range(levels)

    def place(x: float, y: float) -> tuple[float, float]:
        share = (x - at[0]) / max(at[-1] - at[0], 1)
        return left + share * (right - left), bottom - (y - low) / (high - low) * (bottom - top)

    _axes(pen, (left, top, right, bottom), (low, high), at)
    below = np.zeros(len(at))
    for number, row in enumerate(levels):
        color = COLORS[number % len(COLORS)]
        points = [place(x, y) for x, y in zip(at, row, strict=True) if np.isfinite(y)]
        if plot.stacked:
            pen.polygon(points + [place(x, y) for x, y in zip(at[::-1], below[::-1], strict=True)], fill=color)
            below = row
        elif len(points) > 1:
            pen.line(points, color, 2 * FINE, joint="curve")
        elif points:
            pen.circle(points[0], 3 * FINE, color)
    x = place(best, low)[0]
    pen.line((x, top, x, bottom), SECOND, FINE)
    middles = levels - np.array(list(plot.lines.values())) / 2 if plot.stacked else levels
    _names(pen, plot.lines, [place(at[-1], row[-1])[1] for row in middles], (right + 10 * FINE, top, bottom))
    return sheet.resize(size, PillowImage.Resampling.LANCZOS)


def _axes(pen: ImageDraw.ImageDraw, box: Box, ends: tuple[float, float], at: NDArray[np.float64]) -> None:
    left, top, right, bottom = box
    type_ = drawing.font(FINE * SMALL)
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = bottom - share * (bottom - top)
        pen.line((left, y, right, y), LINE, FINE)
        pen.text((left - 8 * FINE, y), f"{ends[0] + share * (ends[1] - ends[0]):.3g}", SECOND, type_, anchor="rm")
    for share in (0, 0.5, 1):
        words = f"{at[0] + share * (at[-1] - at[0]):.0f}"
        pen.text((left + share * (right - left), bottom + 6 * FINE), words, SECOND, type_, anchor="mt")


def _names(pen: ImageDraw.ImageDraw, lines: Lines, heights: Sequence[float], room: tuple[float, float, float]) -> None:
    """The names of the lines and their last values, each beside its end and none on another."""
    left, top, bottom = room
    step = FINE * (SMALL + 5)
    shown = [(y if np.isfinite(y) else bottom, number) for number, y in enumerate(heights)]
    ordered = sorted(shown)
    y = max(top + step / 2, min(ordered[0][0], bottom - (len(ordered) - 1) * step))
    for rank, (wanted, number) in enumerate(ordered):
        last = bottom - (len(ordered) - 1 - rank) * step  # leaves room for those below
        y = min(max(wanted, y), max(last, y))
        name, values = list(lines.items())[number]
        words = f"{name} {round(values[-1], 4):.3g}"
        pen.text((left, y), words, COLORS[number % len(COLORS)], drawing.font(FINE * SMALL), anchor="lm")
        y += step


def _range(levels: NDArray[np.float64]) -> tuple[float, float]:
    """Round ends of an axis that hold all values."""
    finite = levels[np.isfinite(levels)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if low > 0 and low < 0.5 * high:
        low = 0.0
    unit = 10.0 ** np.floor(np.log10(max(high - low, 1e-6)))
    unit = unit / 5 if high - low < 2 * unit else unit / 2 if high - low < 5 * unit else unit
    return float(np.floor(low / unit) * unit), float(max(np.ceil(high / unit), np.floor(low / unit) + 1) * unit)
