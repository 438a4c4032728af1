"""The photos of a run and their roles: read, told apart, split."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from exposure_app.errors import ExposureError
from exposure_app.image import Pixels
from exposure_app.training.evaluation.held_out import shown
from exposure_app.training.photos import data
from exposure_app.training.photos.data import Photo
from exposure_app.training.runs.events import Event, Tell, ignore

FOR_TRAINING, FOR_VALIDATION, FOR_TEST = 0.6, 0.2, 0.2  # of the inputs; a tenth made the choice of checkpoint luck
FOR_COMPARISON = 0.3  # of the targets; the rest is trained with
MOST_VALIDATED = 150  # photos; more would take time at every validation and tell nothing new
LEAST_TARGETS, LEAST_INPUTS = 10, 10
TELL_EVERY = 20  # photos


@dataclass(frozen=True, eq=False)
class Material:
    """Photos by their role; no picture has two.

    Attributes:
        inputs: For training.
        validation: Linear, for choosing the checkpoint.
        test: Linear, for the final figures.
        targets: For training.
        comparison: Target photos that the final figures compare with.
        skipped: Files that could not be read, with the name of their folder, and why; no path of the machine.
    """

    inputs: list[Photo]
    validation: list[Pixels]
    test: list[Pixels]
    targets: list[Photo]
    comparison: list[Photo]
    skipped: Mapping[str, str] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """The same for the same photos in the same roles: a run can only be resumed with those."""
        digest = hashlib.sha256()
        for photos in (self.inputs, self.targets):
            for photo in photos:
                digest.update(f"{photo.path.name} {photo.pixels.shape} {photo.pixels.sum(dtype=np.float64)!r}".encode())
        return digest.hexdigest()


def gather(
    inputs: Sequence[Path],
    targets: Sequence[Path],
    seed: int = 0,
    on_event: Tell = ignore,
    should_stop: Callable[[], bool] = lambda: False,
    keep_out: Callable[[Path], bool] | None = None,
) -> Material:
    """Read the photos, keep versions of one picture out of both sides, and split.

    Args:
        inputs: Photos to retouch.
        targets: Photos of the style.
        seed: Of the split.
        on_event: Told what happens.
        should_stop: Asked between photos.
        keep_out: Says which photos are for the final figures alone, so that several runs keep the same ones from all
            training; None draws them.

    Raises:
        ExposureError: Too few photos are left.
        KeyboardInterrupt: It was told to stop.
    """
    skipped: dict[str, str] = {}

    def progress(what: str, done: int, total: int) -> None:
        if should_stop():
            raise KeyboardInterrupt
        if done % TELL_EVERY == 0 or done == total:
            on_event(Event("reading", facts={"what": what, "done": done, "total": total}))

    def skip(path: Path, reason: str) -> None:
        skipped[f"{path.parent.name}/{path.name}"] = reason
        on_event(Event("skipped", facts={"file": str(path), "reason": reason}))

    liked = data.read_photos(targets, progress, skip, "targets")
    given = data.without(data.read_photos(inputs, progress, skip, "inputs"), liked)
    given = [photo for photo in given if not photo.monochrome]  # no camera delivers them, and no edit gives them colour
    if len(liked) < LEAST_TARGETS or len(given) < LEAST_INPUTS:
        raise ExposureError(
            f"{len(liked)} photos of the style and {len(given)} other photos are too few to train with",
            f"Give at least {LEAST_TARGETS} and {LEAST_INPUTS}; some hundreds are better. No picture may be both.",
        )
    rng = np.random.default_rng(seed)
    if keep_out is None:
        trained, validation, test = data.split(given, (FOR_TRAINING, FOR_VALIDATION, FOR_TEST), rng)
        kept, comparison = data.split(liked, (1 - FOR_COMPARISON, FOR_COMPARISON), rng)
    else:
        rest, test = _apart(given, keep_out)
        trained, validation = data.split(rest, (FOR_TRAINING, FOR_VALIDATION), rng)
        kept, comparison = _apart(liked, keep_out)

    def unrendered(photos: Sequence[Photo]) -> list[Pixels]:
        pictures = (data.unrender(photo, rng) for photo in photos)
        return [picture for picture in pictures if picture is not None]

    return Material(trained, unrendered(validation)[:MOST_VALIDATED], unrendered(test), kept, comparison, skipped)


def _apart(photos: Sequence[Photo], keep_out: Callable[[Path], bool]) -> tuple[list[Photo], list[Photo]]:
    """Those to learn from, and those kept out of it, none of which is a version of one of the former."""
    kept = [photo for photo in photos if not keep_out(photo.path)]
    return kept, data.without([photo for photo in photos if keep_out(photo.path)], kept)


def shown_photos(photos: Sequence[Photo]) -> list[Photo]:
    """The photos with sensor data replaced by its plain rendering."""
    return [
        replace(photo, pixels=pixels, scene_referred=False) for photo, pixels in zip(photos, shown(photos), strict=True)
    ]
