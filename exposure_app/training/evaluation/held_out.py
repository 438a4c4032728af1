"""Pictures to measure a style or results with, read from folders."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from exposure_app.agent.style import load_style
from exposure_app.errors import ExposureError
from exposure_app.image import Pixels
from exposure_app.io.formats import find_photos
from exposure_app.training.evaluation.evaluate import (
    HeldOut,
    Pair,
    Progress,
    compared,
    evaluate_style,
    shortfalls,
    silent,
)
from exposure_app.training.photos import data
from exposure_app.training.photos.data import Photo

LEAST = 4  # photos a side


def evaluate_folders(outputs: Path, targets: Path, progress: Progress = silent) -> dict[str, Any]:
    """Compare a folder of results with a folder of photos of the style; see ``evaluate.compared``.

    Raises:
        ExposureError: A folder is missing or has too few readable photos.
    """
    results, wanted = (shown(_photos_in(folder, progress)) for folder in (outputs, targets))
    progress("Comparing", 0, 1)
    return {"photos": len(results)} | compared({"results": results}, wanted)


def evaluate_with(
    style_name: str, inputs: Path, targets: Path, pairs: Path | None = None, seed: int = 0, progress: Progress = silent
) -> dict[str, Any]:
    """Retouch a folder of photos with a style and compare the results with a folder of photos of the style.

    Finished pictures among the inputs are turned back into RAW-like photos, as in training. Inputs that are versions
    of a target, monochrome or without light are left out.

    Args:
        style_name: Name or path of the style.
        inputs: Folder of photos to retouch, neither these nor the targets used for training.
        targets: Folder of photos of the style.
        pairs: A table of photos with their true renderings, see ``read_pairs``; those whose rendering is among the
            targets count.
        seed: Of what is random in turning pictures back.
        progress: Told what happens.

    Returns:
        See ``evaluate.evaluate_style``; and ``style``, ``left out`` (how many inputs) and ``shortfalls`` (sentences).

    Raises:
        ExposureError: No such style, a folder is missing or has too few photos, the table cannot be read.
    """
    style = load_style(style_name)
    wanted, given = _photos_in(targets, progress), _photos_in(inputs, progress)
    rng = np.random.default_rng(seed)
    fit = [photo for photo in data.without(given, wanted) if photo.scene_referred or not photo.monochrome]
    photos = [linear for photo in fit if (linear := data.unrender(photo, rng)) is not None]
    if len(photos) < LEAST:
        raise ExposureError(
            f"Only {len(photos)} photos of {inputs} can be used", "Photos that are also targets do not count."
        )
    known = read_pairs(pairs, [photo.path for photo in wanted], seed) if pairs else []
    if pairs and not known:
        raise ExposureError(f"{pairs} names no rendering that is in {targets}", "Check its paths.")
    figures = evaluate_style(style, HeldOut(photos, shown(wanted), pairs=known), progress).figures
    return {
        "style": style.name,
        "left out": len(given) - len(photos),
        **figures,
        "shortfalls": shortfalls(figures),
    }


def shown(photos: Sequence[Photo]) -> list[Pixels]:
    """The photos as they look: sensor data in its plain rendering."""
    return [data.neutral(photo.pixels) if photo.scene_referred else photo.pixels for photo in photos]


def read_pairs(table: Path, renderings: Sequence[Path], seed: int = 0) -> list[Pair]:
    """Photos whose true rendering is known.

    Args:
        table: CSV with a column ``original`` and a column ``rendering`` or ``film``: files, relative to the table's
            folder.
        renderings: Files of the renderings that count.
        seed: Of turning the originals back into RAW-like photos.

    Raises:
        ExposureError: The table or a file cannot be read, or a column is missing.
    """
    wanted = {path.resolve() for path in renderings}
    rng = np.random.default_rng(seed)
    found = []
    for original, rendering in _rows(table):
        if rendering.resolve() in wanted:
            photo, truth = data.read_photo(original), data.read_photo(rendering)
            linear = data.unrender(photo, rng)
            if linear is not None and linear.shape == truth.pixels.shape:
                found.append(Pair(linear, truth.pixels))
    return found


def _rows(table: Path) -> list[tuple[Path, Path]]:
    try:
        with table.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ExposureError(f"Cannot read the table of pairs {table}", "Check the path.") from error
    rendering = next((name for name in ("rendering", "film") if rows and rows[0].get(name)), None)
    if rendering is None or not rows[0].get("original"):
        raise ExposureError(f"{table} lacks a column", "It needs the columns original and rendering.")
    return [(table.parent / row["original"], table.parent / row[rendering]) for row in rows if row["original"]]


def _photos_in(folder: Path, progress: Progress) -> list[Photo]:
    paths = find_photos([folder], recursive=True)
    photos = data.read_photos(paths, progress) if len(paths) >= LEAST else []
    if len(photos) < LEAST:
        raise ExposureError(f"{folder} has fewer than {LEAST} photos to compare", "Choose a folder with more photos.")
    return photos
