"""Which of the photos a style was learned from look most like a picture: a style explained by examples.

A style does not carry photos. On the computer where it was learned their places are kept beside it, and stay there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.agent.header import StyleHeader
from exposure_app.errors import ExposureError
from exposure_app.learning.store import LIKED, read_photo_list

TONES = (2, 25, 50, 75, 98)  # percentiles of L*
LEAST_SPREAD = 2.0  # L* or chroma; a trait that all photos share does not decide

Codes = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Neighbour:
    """A photo that looks like a picture.

    Attributes:
        photo: Where it is.
        picture: A small version, uint8, H x W x 3, sRGB.
        distance: How far its look is, in standard deviations of the liked photos.
    """

    photo: Path
    picture: Codes
    distance: float


def liked_photos(style: StyleHeader) -> list[Path]:
    """The photos a style was learned from that are still on this computer; none for a style learned elsewhere."""
    if style.path is None:
        return []
    try:
        listed = read_photo_list(style.path.with_name(style.path.stem + LIKED))
    except ExposureError:
        return []
    return [photo for photo in listed if photo.is_file()]


def nearest(
    picture: Codes,
    liked: Sequence[Path],
    count: int = 4,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    check: Callable[[], None] = lambda: None,
) -> list[Neighbour]:
    """The liked photos that look most like a picture, the most alike first. Photos that cannot be read are passed over.

    Args:
        picture: uint8, H x W x 3, display-referred sRGB; small.
        liked: Finished photos.
        count: How many are wanted.
        on_progress: Told how many photos have been looked at, of how many.
        check: Called before each photo; what it raises ends the search.
    """
    from exposure_app.documents.thumbnails import ThumbnailCache

    cache = ThumbnailCache()
    known: list[tuple[Path, Codes]] = []
    for number, photo in enumerate(liked, start=1):
        check()
        small = cache.thumbnail(photo).pixels
        if small is not None:
            known.append((photo, small))
        on_progress(number, len(liked))
    if not known:
        return []
    looks = np.stack([look(small) for _, small in known])
    spread = looks.std(0).clip(min=LEAST_SPREAD)
    distances = np.sqrt((((looks - look(picture)) / spread) ** 2).mean(1))
    best = np.argsort(distances, kind="stable")[:count]
    return [Neighbour(known[at][0], known[at][1], float(distances[at])) for at in best]


def look(picture: Codes) -> NDArray[Any]:
    """What a picture's look is summed up in: tones, mean colour, mean chroma and its spread, in CIE L*a*b*."""
    from exposure_app.pipeline.color_difference import lab

    colours = lab(picture[::2, ::2].astype(np.float32) / np.float32(255)).reshape(-1, 3)
    chroma = np.hypot(colours[:, 1], colours[:, 2])
    return np.array([*np.percentile(colours[:, 0], TONES), *colours[:, 1:].mean(0), chroma.mean(), chroma.std()])
