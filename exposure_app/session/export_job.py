"""Exporting: photos with their recipes to finished files, one bad photo a row with its reason.

With neutral options the result is the same, byte for byte, as that of ``exposure apply``. Nothing heavy is imported
before the first photo is exported.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from exposure_app.errors import ExposureError
from exposure_app.session.export_naming import check_pattern, date_taken, file_stem
from exposure_app.settings import Settings
from exposure_app.settings.table import find_setting

if TYPE_CHECKING:
    from exposure_app.io.formats import HighlightMode
    from exposure_app.pipeline.device import DeviceChoice
    from exposure_app.pipeline.recipe import Recipe

Format = Literal["jpg", "png", "tiff"]
Resize = Literal["none", "edge", "megapixels"]
Sharpen = Literal["none", "low", "standard", "high"]
ColorProfile = Literal["srgb", "display-p3"]
Existing = Literal["skip", "overwrite", "rename"]
State = Literal["done", "skipped", "failed", "cancelled"]

SUFFIXES: dict[Format, str] = {"jpg": ".jpg", "png": ".png", "tiff": ".tif"}
_PREFIX = "export."

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ExportSettings:
    """What an export shall be like. The settings table knows ranges and choices.

    Attributes:
        format: ``jpg`` (8 bits), ``png`` or ``tiff``.
        bits: Of a PNG or TIFF, 8 or 16.
        quality: Of a JPEG, 1 to 100.
        chroma: Chroma subsampling of a JPEG.
        resize: Not at all, by the longer side (``edge``) or by ``megapixels``; a photo is never enlarged.
        edge: Pixels of the longer side.
        megapixels: Millions of pixels.
        sharpen: For output, at the final size.
        color_profile: Colour space of the file; the profile is embedded.
        keep_exif: Whether the file tells camera, lens, exposure and date.
        keep_gps: Whether it tells the place.
        pattern: Of the file name, see ``export_naming``.
        folder: Where to; a relative one starts from each photo's own folder.
        existing: What to do when there is a file of that name.

    Raises:
        ExposureError: On construction, when a value is not allowed.
    """

    format: Format = "jpg"
    bits: int = 16
    quality: int = 92
    chroma: Literal["444", "422", "420"] = "420"
    resize: Resize = "none"
    edge: int = 2048
    megapixels: float = 8.0
    sharpen: Sharpen = "none"
    color_profile: ColorProfile = "srgb"
    keep_exif: bool = True
    keep_gps: bool = True
    pattern: str = "{name}"
    folder: str = "exported"
    existing: Existing = "rename"

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, find_setting(_PREFIX + field.name).checked(getattr(self, field.name)))
        if self.bits not in (8, 16):
            raise ExposureError(f"A picture has 8 or 16 bits, not {self.bits}")
        check_pattern(self.pattern)

    @property
    def depth(self) -> Literal[8, 16]:
        """Bits of a channel in the file."""
        return 8 if self.format == "jpg" or self.bits == 8 else 16

    @classmethod
    def remembered(cls, settings: Settings) -> "ExportSettings":
        """Those of the last export."""
        values: dict[str, Any] = {field.name: settings.get(_PREFIX + field.name) for field in fields(cls)}
        try:
            return cls(**values)
        except ExposureError as error:
            log.warning("the last export's settings are not used: %s", error)
            return cls()

    def remember(self, settings: Settings) -> None:
        """Keep these for the next export.

        Raises:
            ExposureError: They cannot be written.
        """
        settings.set_many({_PREFIX + field.name: getattr(self, field.name) for field in fields(self)})


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


class Namer:
    """Chooses output files so that no input and no output of the same export is ever overwritten.

    Args:
        photos: All photos of the export.
        settings: Pattern, folder, format and policy.
    """

    def __init__(self, photos: Sequence[Path], settings: ExportSettings) -> None:
        self._settings = settings
        self._inputs = {photo.resolve() for photo in photos}
        self._input_files = {file for file in map(_file_id, photos) if file is not None}
        self._taken: set[str] = set()

    def name(self, photo: Path, style: str, number: int) -> tuple[Path, str]:
        """Where a photo goes, and why it is skipped; the reason is empty when it is to be exported.

        Raises:
            ExposureError: The name cannot be used.
        """
        settings = self._settings
        folder = photo.parent / Path(settings.folder).expanduser()
        date = date_taken(photo) if "{date" in settings.pattern else ""
        stem = file_stem(settings.pattern, photo, style=style, number=number, date=date)
        suffix = SUFFIXES[settings.format]
        path, count = folder / (stem + suffix), 1
        # Two photos of one export never share a file: the second is numbered, whatever the policy for older files.
        while self._is_taken(path) or (settings.existing == "rename" and path.exists()):
            count += 1
            path = folder / f"{stem} ({count}){suffix}"
        self._taken.add(_key(path))
        if settings.existing == "skip" and path.exists():
            return path, "There is a file of that name already"
        if path.resolve() in self._inputs or _file_id(path) in self._input_files:
            raise ExposureError(f"{path} is one of the photos themselves", "Choose another folder or file name.")
        return path, ""

    def _is_taken(self, path: Path) -> bool:
        return _key(path) in self._taken


def preview_name(photo: Path, settings: ExportSettings, style: str = "", number: int = 1) -> str:
    """The file name a photo would get, for the dialog; files that exist are not looked at.

    Raises:
        ExposureError: The pattern is wrong.
    """
    date = date_taken(photo) if "{date" in settings.pattern else ""
    stem = file_stem(settings.pattern, photo, style=style, number=number, date=date)
    return stem + SUFFIXES[settings.format]


def export_photo(
    photo: Path,
    recipe: "Recipe | None",
    settings: ExportSettings,
    output: Path,
    *,
    highlights: "HighlightMode" = "clip",
    device: "DeviceChoice" = "auto",
    check: Callable[[], None] = lambda: None,
) -> None:
    """Read, render and write one photo.

    Args:
        photo: Any file that ``read_image`` opens.
        recipe: What to do; None takes the photo's sidecar or, without one, the neutral recipe.
        settings: What the file shall be like; its folder, pattern and policy are not looked at here.
        output: The file; it appears only when it is whole.
        highlights: What becomes of blown RAW highlights.
        device: Where to render.
        check: Called between the stages; what it raises ends the export.

    Raises:
        ExposureError: The photo cannot be read or the file not be written, or both are the same file.
    """
    from exposure_app.io.export import write_image
    from exposure_app.io.formats import read_image
    from exposure_app.pipeline.execute import render
    from exposure_app.pipeline.resample import place_image

    if output.resolve() == photo.resolve() or (output.exists() and output.samefile(photo)):
        raise ExposureError(f"{output} is the photo itself", "Choose another folder or file name.")
    check()
    image = read_image(photo, highlights=highlights)
    check()
    steps, metadata = recipe or _own_recipe(photo, image), image.metadata
    image = place_image(image, steps.geometry)
    size = image.size
    wanted, p3 = _wanted_size(size, settings), settings.color_profile == "display-p3"
    extra: dict[str, Any] = {}
    if wanted == size and settings.sharpen == "none" and not p3:
        codes = render(image.pixels, steps, depth=settings.depth, device=device)
    else:
        from exposure_app.session import export_pixels

        rendered = render(image.pixels, steps, depth=16, device=device)
        del image  # three times the size of what is still needed
        check()
        codes = export_pixels.finish(rendered, wanted, p3=p3, sharpen=settings.sharpen, depth=settings.depth)
        extra = {"icc": export_pixels.display_p3_profile()} if p3 else {}
    check()
    write_image(
        output,
        codes,
        metadata,
        quality=settings.quality,
        chroma=settings.chroma,
        keep_exif=settings.keep_exif,
        keep_gps=settings.keep_gps,
        **extra,
    )


def export_many(
    items: "Sequence[tuple[Path, Recipe | None]]",
    settings: ExportSettings,
    on_progress: Callable[[int, int, ExportRow | None], None] = lambda _done, _total, _row: None,
    should_stop: Callable[[], bool] = lambda: False,
    *,
    highlights: "HighlightMode" = "clip",
    device: "DeviceChoice" = "auto",
) -> list[ExportRow]:
    """Export photos one after another. One that fails is a row and does not keep the others back.

    Args:
        items: Photos with their recipes, see ``export_photo``.
        settings: See ``ExportSettings``.
        on_progress: Called with the number of finished photos, of all photos, and the row of the one that is finished;
            also once at the start, with None.
        should_stop: Asked between photos and between the stages of one; the rest then gets rows that say "cancelled".
        highlights: See ``export_photo``.
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
        row = _export_one(photo, recipe, settings, namer, number, highlights, device, check)
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
    highlights: "HighlightMode",
    device: "DeviceChoice",
    check: Callable[[], None],
) -> ExportRow:
    """The row of one photo; nothing is raised."""
    try:
        check()
        if recipe is None:
            from exposure_app.pipeline.sidecar import read_sidecar

            recipe = read_sidecar(photo)
        output, reason = namer.name(photo, recipe.style if recipe else "", number)
        if reason:
            return ExportRow(photo, "skipped", output, reason)
        _make_folder(output.parent)
        export_photo(photo, recipe, settings, output, highlights=highlights, device=device, check=check)
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


def _own_recipe(photo: Path, image: Any) -> "Recipe":
    from exposure_app.pipeline.recipe import neutral_recipe
    from exposure_app.pipeline.sidecar import read_sidecar

    return read_sidecar(photo) or neutral_recipe(image)


def _wanted_size(size: tuple[int, int], settings: ExportSettings) -> tuple[int, int]:
    if settings.resize == "none":
        return size
    from exposure_app.session.export_pixels import target_size

    return target_size(size, settings.resize, settings.edge, settings.megapixels)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExposureError(f"Cannot make the folder {folder} ({error.strerror})", "Choose another folder.") from error


def _file_id(path: Path) -> tuple[int, int] | None:
    """What two names of the same file have in common."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino


def _key(path: Path) -> str:
    """Names that some file systems take for the same are the same."""
    return str(path.absolute()).casefold()
