"""Is this folder fit to learn a style from? Looked at before training, so that hours are not spent on a bad one."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.errors import ExposureError
from exposure_app.pipeline.proxy import area_resize
from exposure_app.training.evaluation import metrics
from exposure_app.training.photos import data
from exposure_app.training.photos.places import photos_in

Progress = Callable[[str, int, int], None]

FEW, ENOUGH = 50, 200  # pictures: below the first a style is a guess, from the second on more change little
TINY = data.CROP  # shorter edge in pixels below which a picture is enlarged for training
MINORITY = 0.1  # share of the rarer kind from which a folder is mixed
BIMODAL = 0.64  # of 1: Sarle's coefficient is 0.33 for a normal distribution, 0.56 for an even one
FAR = 40.0  # percent: intersection with the inputs below which the style is far from them
SAME_STRUCTURE = 0.6  # correlation of the fine structure of two versions of one picture


@dataclass(frozen=True)
class Audit:
    """What was found in a folder.

    Attributes:
        folder: The folder.
        photos: Readable pictures.
        unreadable: Path to what is wrong with the file.
        duplicates: Groups of paths that show the same picture.
        tiny: Paths of pictures whose shorter edge is below the training crop's.
        monochrome: How many pictures are without colour.
        rarer: Paths of the pictures of the rarer kind, black and white or colour, where both are numerous.
        brightness: Mean luminance of the pictures: 5 %, 50 % and 95 % of them are darker than these, 0 to 1.
        bimodal: Whether there is a dark and a bright group.
        more: How many more pictures would help.
        gap: Histogram intersection with the plainly rendered inputs, percent by quantity; empty without inputs.
        shared: Pictures that are also among the inputs.
        advice: What to do, in sentences; empty if all is well.
    """

    folder: str
    photos: int
    unreadable: dict[str, str]
    duplicates: list[list[str]]
    tiny: list[str]
    monochrome: int
    rarer: list[str]
    brightness: tuple[float, float, float]
    bimodal: bool
    more: int
    gap: dict[str, float] = field(default_factory=dict)
    shared: int = 0
    advice: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        return asdict(self)


def audit(folder: Path, inputs: Path | None = None, progress: Progress = lambda what, done, total: None) -> Audit:
    """Look through a folder of photos one likes.

    Args:
        folder: Searched with its sub-folders; or a list of photos (``places.photos_in``).
        inputs: Likewise, photos to be retouched, to measure how far the style is from them.
        progress: Told what is done, how much of it, of how much.

    Raises:
        ExposureError: A folder is missing or has no readable photo.
    """
    photos, unreadable = _read(folder, progress)
    shown = [_shown(photo) for photo in photos]
    groups = _groups(photos)
    distinct = len(photos) - sum(len(group) - 1 for group in groups)
    light = np.array([picture.mean() for picture in shown])
    grey = [str(photo.path) for photo in photos if photo.monochrome]
    coloured = [str(photo.path) for photo in photos if not photo.monochrome]
    rarer = min(grey, coloured, key=len)
    found = Audit(
        folder=folder.name,
        photos=len(photos),
        unreadable=unreadable,
        duplicates=[[str(photos[i].path) for i in group] for group in groups],
        tiny=[str(photo.path) for photo in photos if min(photo.pixels.shape[:2]) < TINY],
        monochrome=len(grey),
        rarer=rarer if len(rarer) > MINORITY * len(photos) else [],
        brightness=tuple(np.percentile(light, [5, 50, 95]).round(3).tolist()),
        bimodal=len(light) >= 20 and _bimodality(light) > BIMODAL,
        more=max(0, ENOUGH - distinct),
        **_against(inputs, photos, shown, progress),
    )
    return Audit(**{**asdict(found), "advice": advise(found)})


def audit_in_lines(folder: Path, inputs: Path | None, tell: Callable[[str], None]) -> None:
    """Look through a folder and tell another program about it: JSON objects, one a line.

    ``{"event": "reading", "what", "done", "total"}`` as it goes, then ``{"event": "done", "audit"}`` or ``{"event":
    "error", "message", "hint"}``.

    Raises:
        ExposureError: As ``audit``; it has been told too.
    """

    def progress(what: str, done: int, total: int) -> None:
        tell(json.dumps({"event": "reading", "what": what, "done": done, "total": total}))

    try:
        found = audit(folder, inputs, progress)
    except ExposureError as error:
        tell(json.dumps({"event": "error", "message": error.message, "hint": error.hint}))
        raise
    tell(json.dumps({"event": "done", "audit": found.to_json()}))


def advise(found: Audit) -> list[str]:
    """What to do about what was found."""
    distinct = found.photos - sum(len(group) - 1 for group in found.duplicates)
    says = [
        (
            distinct < FEW,
            f"{distinct} different photos are few: the result may be poor. Add {found.more} more of the same look.",
        ),
        (
            FEW <= distinct < ENOUGH,
            f"{distinct} different photos will do; about {found.more} more would make it steadier.",
        ),
        (found.unreadable, f"{_files(found.unreadable)} cannot be read and will be left out."),
        (found.duplicates, f"{_files(found.duplicates)} repeated: keep one version of each, or it counts twice."),
        (found.tiny, f"{_files(found.tiny)} smaller than {TINY} pixels: replace by larger versions."),
        (
            found.rarer,
            f"{found.monochrome} black-and-white photos among {found.photos}: these are two styles, use two folders.",
        ),
        (found.bimodal, "There is a dark and a bright group: if you mean one look, keep one of them."),
        (found.shared, f"{found.shared} photos are also among the inputs and will be left out there."),
        (
            found.gap and min(found.gap.values()) < FAR,
            "The look is far from your photos; expect strong edits, and check the results at a lower amount too.",
        ),
    ]
    return [sentence for applies, sentence in says if applies]


def _read(folder: Path, progress: Progress) -> tuple[list[data.Photo], dict[str, str]]:
    unreadable: dict[str, str] = {}
    photos = data.read_photos(
        photos_in(folder),
        progress,
        lambda path, reason: unreadable.update({str(path): reason}),
        f"reading {folder.name}",
    )
    if not photos:
        raise ExposureError(f"{folder} has no photo that can be read", "Choose a folder with photos in it.")
    return photos, unreadable


def _shown(photo: data.Photo) -> NDArray[np.float32]:
    return data.neutral(photo.pixels) if photo.scene_referred else photo.pixels


def _groups(photos: Sequence[data.Photo]) -> list[list[int]]:
    """Indices of pictures that are versions of one another, at least two each."""
    bits = data.fingerprints(photos)
    alike = data.same_picture(bits, bits)
    for first, second in zip(*np.nonzero(np.triu(alike, 1)), strict=True):
        # Gradients of skies look alike to the fingerprint; the same picture also agrees in its fine structure.
        alike[first, second] = alike[second, first] = (
            _structure(photos[first]) @ _structure(photos[second]) > SAME_STRUCTURE
        )
    groups: list[list[int]] = []
    seen: set[int] = set()
    for first in range(len(photos)):
        group = [int(i) for i in np.flatnonzero(alike[first]) if i not in seen]
        if first not in seen and len(group) > 1:
            groups.append(group)
            seen.update(group)
    return groups


def _structure(photo: data.Photo) -> NDArray[np.float64]:
    """What remains of a picture's brightness, 32 x 32, when coarse blocks are taken away; a vector of length 1."""
    small = area_resize(photo.pixels, 32, 32).mean(-1)
    fine = small - np.kron(small.reshape(8, 4, 8, 4).mean((1, 3)), np.ones((4, 4)))
    direction: NDArray[np.float64] = (fine / (np.linalg.norm(fine) + 1e-9)).ravel()
    return direction


def _bimodality(values: NDArray[np.float64]) -> float:
    """Sarle's coefficient with its correction for small samples, 0 to 1."""
    count = len(values)
    centred = values - values.mean()
    spread = centred.std()
    if spread == 0:
        return 0.0
    skew, kurtosis = (centred**3).mean() / spread**3, (centred**4).mean() / spread**4 - 3
    correction = 3 * (count - 1) ** 2 / ((count - 2) * (count - 3))
    return float((skew**2 + 1) / (kurtosis + correction))


def _against(
    inputs: Path | None, photos: Sequence[data.Photo], shown: Sequence[NDArray[np.float32]], progress: Progress
) -> dict[str, Any]:
    if inputs is None:
        return {}
    others, _ = _read(inputs, progress)
    plain = metrics.looks([_shown(photo) for photo in others])
    gap = metrics.intersections(metrics.looks(shown), plain)
    shared = data.same_picture(data.fingerprints(photos), data.fingerprints(others)).any(1).sum()
    return {"gap": {name: round(value, 1) for name, value in gap.items()}, "shared": int(shared)}


def _files(items: Any) -> str:
    return f"{len(items)} file{'s' if len(items) != 1 else ''}"
