"""Exporting: photos with their recipes to finished files, one bad photo a row with its reason.

With neutral options the result is the same, byte for byte, as that of ``exposure apply``. Nothing heavy is imported
before the first photo is exported.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from exposure_app.errors import ExposureError
from exposure_app.export.namer import Namer
from exposure_app.export.settings import ExportSettings

if TYPE_CHECKING:
    from exposure_app.image import Image
    from exposure_app.pipeline.device import DeviceChoice
    from exposure_app.pipeline.execute import Codes
    from exposure_app.pipeline.grid import Grid
    from exposure_app.pipeline.recipe import Recipe

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


def export_photo(
    photo: Path,
    recipe: "Recipe | None",
    settings: ExportSettings,
    output: Path,
    *,
    device: "DeviceChoice" = "auto",
    check: Callable[[], None] = lambda: None,
) -> None:
    """Read, render and write one photo.

    Args:
        photo: Any file that ``read_image`` opens.
        recipe: What to do; None takes the photo's sidecar or, without one, what the editor would start with.
        settings: What the file shall be like; its folder, pattern and policy are not looked at here.
        output: The file; it appears only when it is whole.
        device: Where to render.
        check: Called between the stages; what it raises ends the export.

    Raises:
        ExposureError: The photo cannot be read or the file not be written, or both are the same file.
    """
    from exposure_app.documents.document_store import starting_develop
    from exposure_app.io.formats import read_image
    from exposure_app.pipeline.recipe import neutral_recipe
    from exposure_app.pipeline.sidecar import read_sidecar

    if output.resolve() == photo.resolve() or (output.exists() and output.samefile(photo)):
        raise ExposureError(f"{output} is the photo itself", "Choose another folder or file name.")
    check()
    recipe = recipe or read_sidecar(photo)
    develop = recipe.develop if recipe else starting_develop(photo)
    image = read_image(photo, develop=develop, wide=settings.color_profile != "srgb")
    check()
    recipe = recipe or replace(neutral_recipe(image), develop=develop)
    export_image(image, recipe, settings, output, device=device, check=check)


def export_image(
    image: "Image",
    recipe: "Recipe",
    settings: ExportSettings,
    output: Path,
    *,
    device: "DeviceChoice" = "auto",
    check: Callable[[], None] = lambda: None,
) -> "Codes":
    """Render a photo that has been read, and write it.

    Args:
        image: The whole photo.
        recipe: What to do.
        settings: As in ``export_photo``.
        output: The file; it appears only when it is whole; an ``ExposureError`` says that it cannot be written.
        device: Where to render.
        check: Called between the stages; what it raises ends the export.

    Returns:
        The written pixels: uint8 or uint16, height x width x 3, display-referred in the colour space of the file.
    """
    from exposure_app.export.provenance import about
    from exposure_app.io.export import write_image
    from exposure_app.io.spaces import profile_of
    from exposure_app.pipeline.grid import Grid
    from exposure_app.pipeline.resample import place_image

    grid = Grid.of(recipe.geometry, image.size)
    image = place_image(image, recipe.geometry)
    codes = _rendered(image, recipe, settings, grid, device, check)
    check()
    write_image(
        output,
        codes,
        image.metadata,
        quality=settings.quality,
        chroma=settings.chroma,
        keep_exif=settings.keep_exif,
        keep_gps=settings.keep_gps,
        icc=profile_of(settings.color_profile),
        xmp=about(recipe, image.metadata, settings.keep_exif, settings.keep_gps, settings.embed_recipe),
    )
    return codes


def _rendered(
    image: "Image",
    recipe: "Recipe",
    settings: ExportSettings,
    grid: "Grid",
    device: "DeviceChoice",
    check: Callable[[], None],
) -> "Codes":
    """The pixels of the file; the photo is placed already."""
    from exposure_app.pipeline.execute import render

    wanted, is_srgb = _wanted_size(image.size, settings), settings.color_profile == "srgb"
    if wanted == image.size and settings.sharpen == "none" and is_srgb:
        return render(image.pixels, recipe, grid=grid, depth=settings.depth, device=device)
    from exposure_app.export import pixels
    from exposure_app.pipeline.beyond import render_light

    if image.beyond is None or is_srgb:
        picture = render(image.pixels, recipe, grid=grid, depth=16, device=device)
    else:
        picture = render_light(image, recipe, grid=grid, device=device)
    check()
    return pixels.finish(picture, wanted, space=settings.color_profile, sharpen=settings.sharpen, depth=settings.depth)


def export_many(
    items: "Sequence[tuple[Path, Recipe | None]]",
    settings: ExportSettings,
    on_progress: Callable[[int, int, ExportRow | None], None] = lambda _done, _total, _row: None,
    should_stop: Callable[[], bool] = lambda: False,
    *,
    device: "DeviceChoice" = "auto",
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
    recipe: "Recipe | None",
    settings: ExportSettings,
    namer: Namer,
    number: int,
    device: "DeviceChoice",
    check: Callable[[], None],
) -> ExportRow:
    """The row of one photo; nothing is raised."""
    try:
        check()
        if recipe is None:
            from exposure_app.pipeline.sidecar import read_sidecar

            recipe = read_sidecar(photo)
        output, reason, _ = namer.name(photo, recipe.style if recipe else "", number)
        if reason:
            return ExportRow(photo, "skipped", output, reason)
        _make_folder(output.parent)
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


def _wanted_size(size: tuple[int, int], settings: ExportSettings) -> tuple[int, int]:
    if settings.resize == "none":
        return size
    from exposure_app.export.pixels import target_size

    return target_size(size, settings.resize, settings.edge, settings.megapixels)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExposureError(f"Cannot make the folder {folder} ({error.strerror})", "Choose another folder.") from error
