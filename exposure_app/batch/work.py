"""What a worker does with one photo, in whatever process it runs: read, plan, render, write, put in place.

Whatever happens to a photo becomes its row. The result is that of ``exposure retouch``, byte for byte, if the export's
settings ask for nothing more.
"""

import filecmp
import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exposure_app.atomic import make_folder, put_in_place, write_text_atomic
from exposure_app.batch.models import BatchItem, BatchSpec, ItemResult, stamp
from exposure_app.errors import ExposureError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from exposure_app.agent.rollout import Trace
    from exposure_app.agent.style import Style
    from exposure_app.pipeline.photo import Photo
    from exposure_app.pipeline.recipe import Recipe

log = logging.getLogger(__name__)

_STRIDE = 4  # pixels between those that are counted as clipped


def process(spec: BatchSpec, work: Path, job: BatchItem) -> ItemResult:
    """Do one job; nothing is raised.

    Args:
        spec: What to do.
        work: A folder for unfinished files on the disk of the output.
        job: The photo and its output.
    """
    return _guarded(job, lambda: _process(spec, work, job))


def look(spec: BatchSpec, _work: Path, job: BatchItem) -> ItemResult:
    """Only plan a photo; nothing is raised. The row's state is ``waiting``; arguments as ``process``."""
    return _guarded(job, lambda: _look(spec, job))


def _guarded(job: BatchItem, step: Callable[[], ItemResult]) -> ItemResult:
    before = stamp(Path(job.photo))
    with _capture_warnings() as remarks:
        try:
            row = step()
        except ExposureError as error:
            row = ItemResult.failed(job, error)
        except MemoryError:
            row = ItemResult.failed(
                job,
                ExposureError(
                    f"There is not enough memory for {job.photo}",
                    "Work on fewer photos at once, or close other programs.",
                ),
            )
        except Exception as error:  # a batch goes on, whatever one photo does to the program
            words = f"Something unexpected went wrong with {job.photo} ({type(error).__name__}: {error})"
            row = ItemResult.failed(job, ExposureError(words, "The log has the details."))
            row = replace(row, details=traceback.format_exc())
    return replace(row, notes=(*row.notes, *remarks), stamp=row.stamp or before)


def prepare(spec: BatchSpec) -> None:
    """Start to load what the first photo will need, while it is being read."""
    if spec.style:
        with suppress(ExposureError):  # a photo that needs the style will say what is wrong with it
            _style(spec.style, spec.style_digest)


def check_place(output: Path, is_free: bool) -> None:
    """Refuse to replace a file that was not there when the batch was planned.

    Raises:
        ExposureError: It would be.
    """
    if is_free and output.exists():
        raise ExposureError(
            f"A file {output} has appeared meanwhile", "Move it away, or choose what to do with files that exist."
        )


def _process(spec: BatchSpec, work: Path, job: BatchItem) -> ItemResult:
    from exposure_app.export.photo import Stopwatch, render_photo, write_picture

    path, output, watch = Path(job.photo), Path(job.output), Stopwatch()
    before = stamp(path)
    with watch.stage("read"):
        photo, known, is_kept = _opened(spec, job)
    if stamp(path) != before:
        raise ExposureError(
            f"{path} has changed while it was read", "Wait until it is copied, then go on with the batch."
        )
    with watch.stage("plan"):
        recipe, trace = (known, None) if known else _proposed(spec, photo)
    unfinished = work / f"{job.number}{output.suffix}"
    try:
        with watch.stage("render and write"):
            codes = render_photo(photo, recipe, spec.export, device=spec.device)
            write_picture(unfinished, codes, photo, recipe, spec.export)
        _deliver(unfinished, output, job.is_free)
    finally:
        unfinished.unlink(missing_ok=True)
    if spec.sidecars and not is_kept:
        try:
            _keep(recipe, path, work / f"{job.number}.json")
        except ExposureError as error:  # a card that cannot be written to: the picture is finished all the same
            log.warning("The recipe of %s is not kept beside it: %s", path.name, error)
    row = _done(job, output, recipe, codes, watch.seconds, before)
    about = photo.image.metadata
    return replace(row, score=trace.score if trace else job.score, camera=about.camera, taken=about.taken)


def _look(spec: BatchSpec, job: BatchItem) -> ItemResult:
    from exposure_app.export.photo import Stopwatch
    from exposure_app.pipeline.recipe import to_json

    watch = Stopwatch()
    before = stamp(Path(job.photo))
    with watch.stage("look"):
        photo, known, is_kept = _opened(spec, job)
        recipe, trace = (known, None) if known else _proposed(spec, photo)
    return ItemResult(
        job.number,
        job.photo,
        "waiting",
        recipe=None if is_kept else to_json(recipe),
        score=trace.score if trace else None,
        camera=photo.image.metadata.camera,
        taken=photo.image.metadata.taken,
        seconds=watch.seconds,
        stamp=before,
    )


def _opened(spec: BatchSpec, job: BatchItem) -> "tuple[Photo, Recipe | None, bool]":
    """The photo, what to do with it if that needs no planning, and whether it is what a person has done already."""
    from exposure_app.pipeline.photo import open_photo
    from exposure_app.pipeline.sidecar import read_sidecar

    path, wide = Path(job.photo), spec.export.is_wide
    given = job.recipe or spec.recipe
    if given is not None and spec.amount is not None:
        given = replace(given, amount=spec.amount)
    kept = read_sidecar(path) if spec.sidecars or given is None else None
    if spec.sidecars and kept is not None:
        return open_photo(path, kept, wide=wide), kept, True
    if given is not None:
        return open_photo(path, given, wide=wide), given, False
    return open_photo(path, kept, spec.develop, wide=wide), None, False


def _proposed(spec: BatchSpec, photo: "Photo") -> "tuple[Recipe, Trace]":
    """What the agent does with a photo, and what it thought."""
    from exposure_app.agent.rollout import propose

    style = _style(spec.style, spec.style_digest).result()
    return propose(photo, style, spec.seed, 1.0 if spec.amount is None else spec.amount)


def _deliver(unfinished: Path, output: Path, is_free: bool) -> None:
    """Put a finished file in place.

    A file that has appeared there may be our own, put in place just before a crash: then it has the same bytes.
    """
    make_folder(output.parent)
    if is_free and output.is_file() and filecmp.cmp(unfinished, output, shallow=False):
        return
    check_place(output, is_free)
    put_in_place(unfinished, output)


def _keep(recipe: "Recipe", photo: Path, unfinished: Path) -> None:
    """Put a recipe beside its photo, which had none; a crash leaves nothing half-written among the photos.

    A person may have edited it meanwhile: that stays.
    """
    from exposure_app.pipeline.recipe import dumps
    from exposure_app.pipeline.sidecar import sidecar_path

    if sidecar_path(photo).exists():
        log.warning("%s has been edited meanwhile, and keeps its edits", photo.name)
        return
    write_text_atomic(unfinished, dumps(recipe))
    try:
        put_in_place(unfinished, sidecar_path(photo))
    finally:
        unfinished.unlink(missing_ok=True)


def _done(
    job: BatchItem,
    output: Path,
    recipe: "Recipe",
    codes: "NDArray[Any]",
    seconds: dict[str, float],
    before: tuple[int, int] | None,
) -> ItemResult:
    from exposure_app.pipeline.recipe import to_json

    return ItemResult(
        job.number,
        job.photo,
        "done",
        str(output),
        notes=(job.note,) if job.note else (),
        recipe=to_json(recipe),
        clipped=_clipped(codes),
        seconds=seconds,
        stamp=before,
        size=output.stat().st_size,
    )


def _clipped(codes: "NDArray[np.uint8] | NDArray[np.uint16]") -> float:
    """Share of the pixels that are white or black in all channels, on a regular sample."""
    import numpy as np

    sample = codes[::_STRIDE, ::_STRIDE]
    white = np.iinfo(sample.dtype).max
    return float(((sample == 0).all(axis=-1) | (sample == white).all(axis=-1)).mean())


@lru_cache(maxsize=1)
def _style(path: str, digest: str) -> "Future[Style]":
    """The style, loaded once in a process; whatever has that path, only the file with that digest is the style."""
    from exposure_app.export.photo import load_in_background

    return load_in_background(path, digest)


class _Listener(logging.Handler):
    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._heard, self._thread = heard, threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:  # other photos may be worked on in other threads
            self._heard.append(record.getMessage())


@contextmanager
def _capture_warnings() -> Iterator[list[str]]:
    """Collect the warnings of the block, which nobody would see in another process."""
    heard: list[str] = []
    log, listener = logging.getLogger("exposure_app"), _Listener(heard)
    log.addHandler(listener)
    try:
        yield heard
    finally:
        log.removeHandler(listener)
