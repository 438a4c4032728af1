"""Exporting: photos with their recipes to finished files, one bad photo a row with its reason."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from exposure_app.atomic import make_folder
from exposure_app.errors import ExposureError
from exposure_app.export.namer import Namer
from exposure_app.export.photo import export_photo
from exposure_app.export.settings import ExportSettings
from exposure_app.pipeline.device import DeviceChoice
from exposure_app.pipeline.recipe import Recipe
from exposure_app.pipeline.sidecar import read_sidecar

State = Literal["done", "skipped", "failed", "cancelled"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ExportRow:
    """What became of one photo.

    Attributes:
        photo: The photo.
        state: Done, skipped, failed or cancelled.
        output: The file, if there is one.
        reason: Why it was skipped or failed.
        hint: What to do about it.
        seconds: How long it took.
    """

    photo: Path
    state: State
    output: Path | None = None
    reason: str = ""
    hint: str = ""
    seconds: float = 0.0


class _Stopped(Exception):
    """The user has cancelled."""


def export_many(
    items: Sequence[tuple[Path, Recipe | None]],
    settings: ExportSettings,
    on_progress: Callable[[int, int, ExportRow | None], None] = lambda _done, _total, _row: None,
    should_stop: Callable[[], bool] = lambda: False,
    *,
    device: DeviceChoice = "auto",
) -> list[ExportRow]:
    """Export photos one after another. One that fails is a row and does not keep the others back.

    Args:
        items: Photos with their recipes, see ``export_photo``.
        settings: See ``ExportSettings``.
        on_progress: Called with the number of finished photos, of all photos, and the row of the one that is finished;
            also once at the start, with None.
        should_stop: Asked between photos and between the stages of one; the rest then gets rows that say "cancelled".
        device: See ``export_photo``.

    Returns:
        A row for every item, in their order.
    """
    namer = Namer([photo for photo, _ in items], settings)
    rows: list[ExportRow] = []
    on_progress(0, len(items), None)

    def check() -> None:
        if should_stop():
            raise _Stopped

    for number, (photo, recipe) in enumerate(items, start=1):
        start = time.perf_counter()
        row = _export_one(photo, recipe, settings, namer, number, device, check)
        row = ExportRow(photo, row.state, row.output, row.reason, row.hint, time.perf_counter() - start)
        rows.append(row)
        on_progress(number, len(items), row)
    return rows


def _export_one(
    photo: Path,
    recipe: Recipe | None,
    settings: ExportSettings,
    namer: Namer,
    number: int,
    device: DeviceChoice,
    check: Callable[[], None],
) -> ExportRow:
    """The row of one photo; nothing is raised."""
    try:
        check()
        recipe = recipe or read_sidecar(photo)
        output, reason, _ = namer.name(photo, recipe.style if recipe else "", number)
        if reason:
            return ExportRow(photo, "skipped", output, reason)
        with _folder_for(output):
            export_photo(photo, recipe, settings, output, device=device, check=check)
    except _Stopped:
        return ExportRow(photo, "cancelled")
    except ExposureError as error:
        return ExportRow(photo, "failed", None, error.message, error.hint)
    except MemoryError:
        return ExportRow(photo, "failed", None, f"There is not enough memory for {photo}", "Close other programs.")
    except Exception as error:  # a batch goes on, whatever one photo does to the program
        log.exception("export of %s", photo)
        words = f"Something unexpected went wrong ({type(error).__name__}: {error})"
        return ExportRow(photo, "failed", None, words, "The log has the details.")
    return ExportRow(photo, "done", output)


@contextmanager
def _folder_for(output: Path) -> Iterator[None]:
    """Make the folder of a file; where nothing is written into it, take it away again."""
    made = [place for place in (output.parent, *output.parent.parents) if not place.exists()]
    make_folder(output.parent)
    try:
        yield
    finally:
        if not output.exists():
            for place in made:
                with suppress(OSError):  # something else is in it
                    place.rmdir()
