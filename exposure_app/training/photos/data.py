"""Photos for training: read, told apart, turned back into RAW-like inputs, cut into crops on the device.

Shapes: N photos, K crops a photo, B batch, C channel, H height, W width.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Generator, Tensor

from exposure_app.errors import ExposureError
from exposure_app.filters._math import LUMINANCE
from exposure_app.image import Pixels
from exposure_app.io.formats import read_image
from exposure_app.io.transfer import linear_to_srgb, srgb_to_linear
from exposure_app.jit import cores
from exposure_app.pipeline.proxy import SIZE, area_resize
from exposure_app.pipeline.recipe import NEUTRAL_PERCENTILE
from exposure_app.training.photos.small_photos import SmallPhotos, quantised

EDGE = 160  # shorter edge that photos are kept at
MOST_AT_ONCE = 4  # photos being read: a RAW file takes hundreds of megabytes for a moment
CROP = 80  # crops are kept at this size; training draws 64 x 64 of it
SQUARES = 4  # crops a photo, beside the whole photo squashed to a square
LEAST_LIGHT = 0.02  # the 99.5th percentile below which a frame is left out: almost no light
LEAST_COLOR = 0.01  # mean difference of the channels below which a finished picture is monochrome
SAME_PICTURE = 0.2  # share of fingerprint bits that may differ between versions of one picture
FINGERPRINT = 12  # rows and columns of gradients in a fingerprint

log = logging.getLogger(__name__)

Bits = NDArray[np.float32]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, eq=False)
class Photo:
    """One picture at a size for training.

    Attributes:
        path: Where it came from.
        pixels: H x W x 3, shorter edge at most ``EDGE``: linear light for sensor data, else display-referred sRGB.
        scene_referred: True for sensor data.
    """

    path: Path
    pixels: Pixels
    scene_referred: bool

    @property
    def monochrome(self) -> bool:
        """Whether there is no colour in it."""
        return float((self.pixels.max(-1) - self.pixels.min(-1)).mean()) < LEAST_COLOR


def read_photo(path: Path) -> Photo:
    """Read a picture at training size, with 16 bits a channel.

    Raises:
        ExposureError: As ``read_image``.
    """
    image = read_image(path)
    # Finished pictures are averaged as they are shown, like those whose statistics the paper compares.
    pixels = image.pixels if image.scene_referred else linear_to_srgb(image.pixels).clip(0, 1)
    height, width, _ = pixels.shape
    scale = min(1.0, EDGE / min(height, width))
    if scale < 1:
        pixels = area_resize(pixels, max(1, round(height * scale)), max(1, round(width * scale)))
    return Photo(path, quantised(pixels), image.scene_referred)


def read_photos(
    paths: Sequence[Path],
    progress: Progress = lambda what, done, total: None,
    on_skip: Callable[[Path, str], None] = lambda path, reason: None,
    what: str = "photos",
) -> list[Photo]:
    """Read pictures at training size; unreadable files are left out.

    Args:
        paths: The files.
        progress: Told ``what``, how many are done, of how many.
        on_skip: Told which file was left out and why, in words without its folder.
        what: What the photos are.
    """
    kept = SmallPhotos(f"{EDGE} pixels")
    photos: list[Photo] = []
    with ThreadPoolExecutor(min(cores(), MOST_AT_ONCE)) as readers:
        try:
            for number, found in enumerate(readers.map(lambda path: _try_to_read(path, kept), paths)):
                progress(what, number, len(paths))
                if isinstance(found, Photo):
                    photos.append(found)
                else:
                    on_skip(paths[number], found)
        except BaseException:
            readers.shutdown(cancel_futures=True)
            raise
    progress(what, len(paths), len(paths))
    return photos


def _try_to_read(path: Path, kept: SmallPhotos) -> Photo | str:
    """A photo from the cache or the file; what is wrong with it, in words, if it cannot be read."""
    try:
        found = kept.load(path)
        if found is not None:
            return Photo(path, *found)
        photo = read_photo(path)
        kept.keep(path, photo.pixels, photo.scene_referred)
    except ExposureError as error:
        return error.message.replace(str(path), path.name)
    except Exception as error:  # a photo can be broken in ways no list names; the others are still good
        log.debug("cannot read %s", path, exc_info=True)
        return f"{path.name} is damaged or not a photo ({type(error).__name__})"
    return photo


def fingerprints(photos: Sequence[Photo]) -> Bits:
    """Signs of the brightness gradients of each picture shrunk to a few pixels: alike for all renderings of a picture.

    Returns:
        (N, bits), each +1 or -1; the product of two rows, divided by their length, is 1 for the same picture.
    """
    rows = []
    for photo in photos:
        shown = linear_to_srgb(photo.pixels) if photo.scene_referred else photo.pixels
        light = np.ascontiguousarray(shown @ np.asarray(LUMINANCE, np.float32))[..., None]
        small = area_resize(light, FINGERPRINT + 1, FINGERPRINT + 1)[..., 0]
        rows.append(np.concatenate([np.diff(small, axis=0).ravel(), np.diff(small, axis=1).ravel()]))
    return np.where(np.stack(rows) > 0, 1, -1).astype(np.float32)


def same_picture(some: Bits, others: Bits) -> NDArray[np.bool_]:
    """(N, M): whether picture n of some and picture m of others are versions of one picture."""
    alike: NDArray[np.bool_] = (some @ others.T) / some.shape[1] > 1 - 2 * SAME_PICTURE
    return alike


def without(photos: Sequence[Photo], others: Sequence[Photo]) -> list[Photo]:
    """The photos that are no version of any of the others."""
    if not photos or not others:
        return list(photos)
    alike = same_picture(fingerprints(photos), fingerprints(others))
    return [photo for photo, row in zip(photos, alike, strict=True) if not row.any()]


def split(photos: Sequence[Photo], shares: Sequence[float], rng: np.random.Generator) -> list[list[Photo]]:
    """Split at random into parts of these shares; versions of one picture stay together."""
    group = np.arange(len(photos))
    alike = same_picture(*[fingerprints(photos)] * 2)
    for first, second in zip(*np.nonzero(np.triu(alike, 1)), strict=True):
        group[group == group[second]] = group[first]
    order = rng.permutation(np.unique(group))
    bounds = np.floor(np.cumsum(shares) / np.sum(shares) * len(order) + 0.5).astype(int)
    part_of = {int(name): int(np.searchsorted(bounds, place, side="right")) for place, name in enumerate(order)}
    parts: list[list[Photo]] = [[] for _ in shares]
    for photo, name in zip(photos, group, strict=True):
        parts[part_of[int(name)]].append(photo)
    return parts


def white_point(linear: Pixels) -> float:
    """The brightness (largest channel) that 0.5 % of the pixels exceed."""
    return float(np.percentile(linear.max(-1), NEUTRAL_PERCENTILE))


def unrender(photo: Photo, rng: np.random.Generator) -> Pixels | None:
    """A RAW-like input made of a finished picture: linear, less saturated, off balance, under-exposed, noisy.

    Sensor data stays as it is.

    Returns:
        H x W x 3, linear light in [0, 1]; None for a frame with almost no light.
    """
    if photo.scene_referred:
        return photo.pixels.clip(0, 1) if white_point(photo.pixels) > LEAST_LIGHT else None
    dithered = photo.pixels + rng.uniform(-0.5, 0.5, photo.pixels.shape).astype(np.float32) / 255
    linear = srgb_to_linear(dithered.clip(0, 1))
    grey = (linear @ np.asarray(LUMINANCE, np.float32))[..., None]
    linear = (grey + rng.uniform(0.6, 1) * (linear - grey)).clip(0)
    linear = linear * np.exp(rng.uniform(-0.15, 0.15, 3))
    white = white_point(linear)
    if white < LEAST_LIGHT:
        return None
    linear = linear * (2 ** -rng.uniform(0, 3) / white)
    shot, read = 10 ** rng.uniform(-5, -3.7), 10 ** rng.uniform(-4, -3.3)
    noisy = linear + rng.normal(size=linear.shape) * np.sqrt(shot * linear + read**2)
    return np.asarray(noisy.clip(0, 1), np.float32)


def neutral(linear: Pixels) -> Pixels:
    """The plain rendering: exposed so that the 99.5th percentile becomes white, sRGB curve, clipped."""
    return linear_to_srgb((linear / max(white_point(linear), 1e-6)).clip(0, 1))


def square(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A square of the whole shorter edge at a random place along the longer one."""
    height, width, _ = pixels.shape
    edge = min(height, width)
    top, left = rng.integers(height - edge + 1), rng.integers(width - edge + 1)
    return pixels[top : top + edge, left : left + edge]


class Crops:
    """Crops of many photos in the device's memory.

    Args:
        crops_NKCHW: K crops of each of N photos, ``CROP`` pixels wide and high.
        device: Where the crops live.
    """

    def __init__(self, crops_NKCHW: Tensor, device: torch.device) -> None:
        self.each = crops_NKCHW.shape[1]
        self.crops_MCHW = crops_NKCHW.flatten(0, 1).to(device)

    def __len__(self) -> int:
        return self.crops_MCHW.shape[0]

    def all(self) -> Tensor:
        """The middle 64 x 64 of every crop: (M, 3, 64, 64)."""
        edge = (CROP - SIZE) // 2
        return self.crops_MCHW[..., edge : edge + SIZE, edge : edge + SIZE]

    def wholes(self) -> Tensor:
        """The last crop of every photo, which is the whole photo: (N, 3, 64, 64)."""
        return F.interpolate(self.crops_MCHW[self.each - 1 :: self.each], size=(SIZE, SIZE), mode="area")

    def draw(self, count: int, generator: Generator) -> Tensor:
        """Random 64 x 64 crops, half of them flipped: (B, 3, 64, 64)."""
        device = self.crops_MCHW.device
        pick = torch.randint(len(self), (count,), generator=generator, device=device)
        corner = torch.randint(CROP - SIZE + 1, (2, count, 1), generator=generator, device=device)
        along = torch.arange(SIZE, device=device)
        mirrored = torch.rand((count, 1), generator=generator, device=device) < 0.5
        rows = corner[0] + along
        columns = corner[1] + torch.where(mirrored, along.flip(0), along)
        channel = torch.arange(3, device=device)
        return self.crops_MCHW[
            pick[:, None, None, None], channel[None, :, None, None], rows[:, None, :, None], columns[:, None, None, :]
        ]


def input_crops(photos: Sequence[Photo], device: torch.device, rng: np.random.Generator) -> Crops:
    """Unrendered inputs; every crop of a photo is unrendered anew."""
    return _crops([lambda photo=photo: unrender(photo, rng) for photo in photos], device, rng)  # type: ignore[misc]


def target_crops(photos: Sequence[Photo], device: torch.device, rng: np.random.Generator) -> Crops:
    """Finished pictures as they are."""
    return _crops([lambda photo=photo: photo.pixels for photo in photos], device, rng)  # type: ignore[misc]


def _crops(sources: Sequence[Callable[[], Pixels | None]], device: torch.device, rng: np.random.Generator) -> Crops:
    crops_NKHWC = np.empty((len(sources), SQUARES + 1, CROP, CROP, 3), np.float32)
    count = 0
    for source in sources:
        wholes = [source() for _ in range(SQUARES + 1)]
        pictures = [whole for whole in wholes if whole is not None]
        if len(pictures) < len(wholes):
            continue
        # In use the agent sees whole photos squashed to a square, hence the last crop.
        cuts = [square(picture, rng) for picture in pictures[:-1]] + pictures[-1:]
        for number, cut in enumerate(cuts):
            crops_NKHWC[count, number] = area_resize(cut, CROP, CROP)
        count += 1
    if not count:
        raise ExposureError("No photo has enough light to train with", "Choose other photos.")
    return Crops(torch.from_numpy(crops_NKHWC[:count].transpose(0, 1, 4, 2, 3)), device)
