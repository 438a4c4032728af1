"""Small batches, and workers that misbehave on purpose."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from exposure_app.batch.batch import Batch
from exposure_app.batch.journal import Journal
from exposure_app.batch.models import BatchItem, BatchSpec, ItemResult
from exposure_app.batch.work import process
from exposure_app.export.settings import ExportSettings
from exposure_app.pipeline.recipe import Recipe, Step

RECIPE = Recipe((Step("exposure", {"ev": 0.5}), Step("gamma", {"gamma": 0.4545})), style="vivid")
CRASHES = b"crash"
CRASHES_ONCE = b"crash once"


def spec(*, sidecars: bool = False, **export: object) -> BatchSpec:
    """A specification that needs no torch; existing files are skipped."""
    settings = ExportSettings(**{"folder": "", "existing": "skip", **export})
    return BatchSpec(recipe=RECIPE, export=settings, sidecars=sidecars)


def photo(path: Path, seed: int = 0, size: tuple[int, int] = (48, 32)) -> Path:
    """A picture unlike those of other seeds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    coarse = np.random.default_rng(seed).integers(0, 255, (4, 6, 3), np.uint8)
    Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC).save(path)
    return path


def folder(path: Path, count: int) -> Path:
    """A folder of photos, a third of them in a folder below it."""
    for number in range(count):
        photo(path / ("below" if number % 3 == 0 else "") / f"IMG_{number:03}.jpg", number)
    return path


def contents(path: Path) -> dict[str, bytes]:
    """All files of a folder, hidden ones too, but for the journal."""
    files = [file for file in path.rglob("*") if file.is_file()]
    found = {str(file.relative_to(path)): file.read_bytes() for file in files}
    return {name: data for name, data in found.items() if name not in (JOURNAL, LOCK)}


JOURNAL, LOCK = str(Path(".exposure-batch", "journal.jsonl")), str(Path(".exposure-batch", "lock"))


def run_here(batch: Batch, at_once: int = 1) -> Batch:
    """Run a batch on threads of this process, which is quick to start."""
    with Journal(batch.output) as journal, ThreadPoolExecutor(at_once) as executor:
        batch.run_on(executor, at_once, journal)
    return batch


def fragile(spec: BatchSpec, work: Path, job: BatchItem) -> ItemResult:
    """Like ``process``, but some files kill the process, as a decoder's bug would."""
    start = Path(job.photo).read_bytes()[:32]
    if start.startswith(CRASHES_ONCE):
        tried = Path(job.photo).with_suffix(".tried")
        if not tried.exists():
            tried.touch()
            os._exit(139)
        return ItemResult(job.number, job.photo, "done")
    if start.startswith(CRASHES):
        os._exit(139)
    return process(spec, work, job)
