"""Pictures before and after an edit: paired by name, laid over each other, and compared at a small size.

The two may differ in size, and one may show a little less than the other. A box of the picture before is looked for
that shows what the picture after shows, by structure that survives any change of tones: the order of brightness nearby.
Errors are then counted on cells of a small grid, so that a few pixels' shift does not matter. A recipe is applied to
the finer picture and its result averaged, as the picture after was: an average of edited pixels is not the edited
average. Settings are solved for on cells that are even, where that makes no difference.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from exposure_app.errors import ExposureError
from exposure_app.filters._math import LUMINANCE
from exposure_app.image import Image, Pixels
from exposure_app.io.develop import Develop
from exposure_app.io.formats import find_photos
from exposure_app.io.transfer import linear_to_srgb, srgb_to_linear
from exposure_app.pipeline.color_difference import delta_e_2000, lab
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.photo import open_photo
from exposure_app.pipeline.proxy import area_resize
from exposure_app.pipeline.recipe import Recipe

FINE, CELLS, STRUCTURE = 768, 128, 144  # longer edges: to render, to compare, to lay over each other
SMALLEST = 4  # edge of a cell, pixels
DETAIL = 512  # edge of what is looked at pixel by pixel
MOST_PAIRS = 12
NEAR = 4.0  # cells: how far brightness is compared
SAME = 0.35  # correlation of structure below which two pictures show different things
EXACT = 0.01  # correlation by which another box must be better where the sizes are the same
ZOOMS = (1.0, 0.94, 0.88, 0.82, 1.06)
EVEN_SHARE = 0.6  # of the cells: the evenest are solved with
OVERLAP = 0.98  # share of a cell that must lie inside both pictures

Box = tuple[float, float, float, float]  # left, right, top, bottom: shares of the picture before; may reach outside
WHOLE: Box = (0.0, 1.0, 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class PhotoPair:
    """A picture before and after, laid over each other.

    Attributes:
        name: To speak of it.
        before: H x W x 3, linear light.
        after: H x W x 3, linear light of the finished picture.
        box: What of the picture before is in ``before``.
        likeness: Correlation of their structure.
        scale: Pixels of the file after in one of these.
        detail: A part of both at the pixels of the files, as ``before`` and ``after``, where those lie over each other.
    """

    name: str
    before: Pixels
    after: Pixels
    box: Box
    likeness: float
    scale: float = 1.0
    detail: tuple[Pixels, Pixels] | None = None

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns of the cells."""
        height, width = self.before.shape[:2]
        share = min(CELLS / max(height, width), 1 / SMALLEST)
        return max(1, round(share * height)), max(1, round(share * width))

    @cached_property
    def cells_before(self) -> Pixels:
        """Linear light of the cells."""
        return area_resize(self.before, *self.grid)

    @cached_property
    def cells_after(self) -> Pixels:
        """Display-referred sRGB of the cells."""
        return linear_to_srgb(area_resize(self.after, *self.grid)).clip(0, 1)

    @cached_property
    def even(self) -> NDArray[np.bool_]:
        """Which cells show one colour, more or less."""
        spread = area_resize(self.before**2, *self.grid) - self.cells_before**2
        uneven = (np.maximum(spread, 0) / (self.cells_before**2 + 1e-4)).max(-1)
        return np.asarray(uneven <= max(float(np.quantile(uneven, EVEN_SHARE)), 1e-3))

    @property
    def colors(self) -> tuple[Pixels, Pixels]:
        """What to solve with, N x 3 each: the pixels where those of the files lie over each other, or even cells."""
        if self.detail is not None and self.scale == 1:
            return self.before.reshape(-1, 3), linear_to_srgb(self.after).clip(0, 1).reshape(-1, 3)
        return self.cells_before[self.even], self.cells_after[self.even]

    def cells_of(self, recipe: Recipe) -> Pixels:
        """The cells as a recipe renders them: display-referred sRGB."""
        result = render(self.before, recipe, depth=32, device="cpu")
        return linear_to_srgb(area_resize(srgb_to_linear(result), *self.grid)).clip(0, 1)

    def errors(self, recipe: Recipe) -> NDArray[np.float64]:
        """CIEDE2000 of each cell between a recipe's result and the picture after."""
        return delta_e_2000(lab(self.cells_of(recipe)), lab(self.cells_after))


def pair_up(before: Path, after: Path) -> tuple[list[tuple[Path, Path]], list[Path]]:
    """Files that belong together: two files, or those of two folders whose names are the same but for the ending.

    Returns:
        Pairs, and the photos without a counterpart.

    Raises:
        ExposureError: One is a file and the other a folder, one does not exist, or a folder has no photos.
    """
    if before.is_dir() != after.is_dir():
        raise ExposureError(
            f"{before} and {after} must be two photos or two folders", "Name two files, or two folders of photos."
        )
    firsts, seconds = find_photos([before]), find_photos([after])
    for place, photos in ((before, firsts), (after, seconds)):
        if not photos:
            raise ExposureError(f"There are no photos in {place}", "Choose a folder with RAW files, JPEGs or PNGs.")
    if not before.is_dir():
        return [(before, after)], []
    by_name = {photo.stem.casefold(): photo for photo in seconds}
    pairs = [(photo, by_name[photo.stem.casefold()]) for photo in firsts if photo.stem.casefold() in by_name]
    paired = {photo for pair in pairs for photo in pair}
    return pairs, [photo for photo in (*firsts, *seconds) if photo not in paired]


def chosen_of(files: Sequence[tuple[Path, Path]]) -> list[tuple[Path, Path]]:
    """Of very many pairs of files some, evenly spread, the first among them."""
    if len(files) <= MOST_PAIRS:
        return list(files)
    return [files[i] for i in np.linspace(0, len(files) - 1, MOST_PAIRS).round().astype(int)]


def read_pair(before: Path, after: Path, develop: Develop | None = None) -> PhotoPair:
    """Read two files and lay them over each other; the one before is developed as said.

    Raises:
        ExposureError: A file cannot be read, or the pictures do not show the same.
    """
    return laid_over(open_photo(before, develop=develop).image, open_photo(after).image, before.name, after.name)


def colors_of(pairs: Iterable[PhotoPair]) -> tuple[Pixels, Pixels]:
    """Colours before and after to solve with, N x 3 each: linear light, and display-referred sRGB."""
    pairs = list(pairs)
    colors = [pair.colors for pair in pairs]
    return np.concatenate([before for before, _ in colors]), np.concatenate([after for _, after in colors])


def laid_over(before: Image, after: Image, name: str, other: str = "the picture after") -> PhotoPair:
    """Lay two pictures over each other.

    Args:
        before: The picture before, of any kind.
        after: The finished picture.
        name: Of the picture before.
        other: Of the picture after.

    Raises:
        ExposureError: The picture after is sensor data, or they do not show the same.
    """
    if after.scene_referred:
        raise ExposureError(f"{other} is a RAW file, not a finished picture", "Choose the edited JPEG, PNG or TIFF.")
    first, second = reduced(before.pixels, FINE), reduced(after.pixels, FINE)
    box, likeness = _find_box(first, second, before.size == after.size)
    if likeness < SAME:
        raise ExposureError(
            f"{name} and {other} do not show the same picture",
            "Choose a photo and an edited version of it, not turned or mirrored, and at most slightly cropped.",
        )
    scale = after.size[0] / second.shape[1]
    if box == WHOLE and first.shape == second.shape:
        detail = _detail(before.pixels, after.pixels) if before.size == after.size else None
        return PhotoPair(name, first, second, box, likeness, scale, detail)
    height, width = (min(a, b) for a, b in zip(first.shape[:2], second.shape[:2], strict=True))
    height = min(height, max(1, round(width * second.shape[0] / second.shape[1])))
    rows, full_rows = _areas(height, box[2], box[3], first.shape[0])
    columns, full_columns = _areas(width, box[0], box[1], first.shape[1])
    moved = np.einsum("yh,hwc->ywc", rows, first, optimize=True)
    moved = np.einsum("xw,ywc->yxc", columns, moved, optimize=True)
    inside = np.ix_(full_rows, full_columns)
    return PhotoPair(
        name,
        np.ascontiguousarray(moved[inside], np.float32),
        np.ascontiguousarray(area_resize(second, height, width)[inside]),
        box,
        likeness,
        scale,
    )


def _detail(before: Pixels, after: Pixels) -> tuple[Pixels, Pixels]:
    """The same part of both at full resolution, one with much structure."""
    height, width = before.shape[:2]
    tall, wide = min(height, DETAIL), min(width, DETAIL)
    places = [(y, x) for y in _spread(height - tall) for x in _spread(width - wide)]

    def structure(place: tuple[int, int]) -> float:
        y, x = place
        light = np.log2(before[y : y + tall, x : x + wide] @ np.array(LUMINANCE, np.float32) + 1e-3)
        return float(np.median(np.abs(np.diff(light, axis=0))))

    y, x = max(places, key=structure)
    part = (slice(y, y + tall), slice(x, x + wide))
    return np.ascontiguousarray(before[part]), np.ascontiguousarray(after[part])


def _spread(most: int) -> list[int]:
    return sorted({round(share * most) for share in (0.1, 0.5, 0.9)})


def reduced(pixels: Pixels, longer: int = FINE) -> Pixels:
    """The picture averaged to a longer edge of so many pixels at the most, H x W x 3, linear light."""
    height, width = pixels.shape[:2]
    share = longer / max(height, width)
    return area_resize(pixels, max(1, round(share * height)), max(1, round(share * width))) if share < 1 else pixels


def _areas(count: int, low: float, high: float, size: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Averages over equal parts of a stretch as a matrix, count x size, and which parts lie inside.

    Args:
        count: Number of parts.
        low: Begin of the stretch as a share of the whole; may be negative.
        high: End; may be above 1.
        size: Pixels of the whole.
    """
    edges = size * (low + (high - low) * np.arange(count + 1) / count)
    pixels = np.arange(size)
    overlaps = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    weights = np.maximum(overlaps, 0)
    covered = weights.sum(1)
    return weights / np.maximum(covered, 1e-9)[:, None], covered > OVERLAP * np.diff(edges)


def _find_box(before: Pixels, after: Pixels, same_size: bool) -> tuple[Box, float]:
    """The part of the picture before that shows the picture after, and how alike the two are then."""
    first, second = (_structure(reduced(pixels, STRUCTURE)) for pixels in (before, after))

    def likeness(box: Box) -> float:
        rows, full_rows = _areas(second.shape[0], box[2], box[3], first.shape[0])
        columns, full_columns = _areas(second.shape[1], box[0], box[1], first.shape[1])
        if full_rows.mean() < 0.7 or full_columns.mean() < 0.7:
            return -1.0
        inside = np.ix_(full_rows, full_columns)
        some, others = (rows @ first @ columns.T)[inside], second[inside]
        return float((some * others).mean() / np.sqrt((some**2).mean() * (others**2).mean() + 1e-12))

    as_it_is = likeness(WHOLE)
    best = max(_boxes(first.shape, second.shape), key=likeness)
    box, found = _climbed(best, likeness)
    near = np.abs(np.subtract(box, WHOLE)).max() < 0.5 / STRUCTURE
    if same_size and (near or as_it_is > found - EXACT):
        return WHOLE, as_it_is
    return box, found


def _boxes(first: tuple[int, ...], second: tuple[int, ...]) -> list[Box]:
    """Where to begin: boxes of the shape of the picture after, of several sizes at several places."""
    shape = (second[1] / second[0]) / (first[1] / first[0])  # how much wider the picture after is
    widest, highest = min(1.0, shape), min(1.0, 1 / shape)
    boxes: list[Box] = [WHOLE]
    for zoom in ZOOMS:
        width, height = zoom * widest, zoom * highest
        for x in (-0.4, 0.0, 0.4):
            for y in (-0.4, 0.0, 0.4):
                left, top = (0.5 + x) * (1 - width), (0.5 + y) * (1 - height)
                boxes.append((left, left + width, top, top + height))
    return boxes


def _climbed(box: Box, likeness: Callable[[Box], float]) -> tuple[Box, float]:
    """The best box that moving, and moving single edges, leads to."""
    moves = np.array(
        [[1, 1, 0, 0], [0, 0, 1, 1], [1, -1, 1, -1], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    )
    best, step = likeness(box), 0.02
    while step > 0.0005:
        better = False
        for move in np.concatenate([moves, -moves]):
            left, right, top, bottom = (float(edge) for edge in np.add(box, step * move))
            moved = likeness((left, right, top, bottom))
            if moved > best:
                box, best, better = (left, right, top, bottom), moved, True
        if not better:
            step /= 2
    return box, best


def _structure(pixels: Pixels) -> NDArray[np.float64]:
    """How much brighter each pixel is than those nearby, by the order of brightness in the picture."""
    light = pixels @ np.array(LUMINANCE, np.float32)
    order = np.empty(light.size)
    order[np.argsort(light, axis=None, kind="stable")] = np.linspace(0, 1, light.size)
    rank = order.reshape(light.shape)
    high = rank - _blurred(rank, NEAR)
    return high / np.sqrt(_blurred(high**2, NEAR) + 1e-3)


def _blurred(plane: NDArray[np.float64], radius: float) -> NDArray[np.float64]:
    """Gaussian blur; at the border what lies outside does not count."""
    for _ in range(2):
        at = np.arange(plane.shape[0])
        weights = np.exp(-0.5 * ((at[:, None] - at) / radius) ** 2)
        plane = (weights / weights.sum(1, keepdims=True) @ plane).T
    return plane
