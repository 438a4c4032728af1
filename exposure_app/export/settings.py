"""What an export shall be like, remembered from one to the next."""

import logging
from dataclasses import dataclass, fields
from typing import Any, Literal

from exposure_app.errors import ExposureError
from exposure_app.export.naming import check_pattern
from exposure_app.io.export import DEEP, Chroma, Format
from exposure_app.io.spaces import ColorProfile
from exposure_app.settings import Settings
from exposure_app.settings.table import find_setting

Resize = Literal["none", "edge", "megapixels"]
Sharpen = Literal["none", "low", "standard", "high"]
Existing = Literal["skip", "overwrite", "rename"]

_PREFIX = "export."

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ExportSettings:
    """What an export shall be like. The settings table knows ranges and choices.

    Attributes:
        format: ``jpg``, ``webp``, ``avif`` (8 bits), ``png`` or ``tiff``.
        bits: Of a PNG or TIFF, 8 or 16.
        quality: Of a JPEG, WebP or AVIF, 1 to 100.
        chroma: Chroma subsampling of a JPEG or AVIF.
        resize: Not at all, by the longer side (``edge``) or by ``megapixels``; a photo is never enlarged.
        edge: Pixels of the longer side.
        megapixels: Millions of pixels.
        sharpen: For output, at the final size.
        color_profile: Colour space of the file; the profile is embedded.
        keep_exif: Whether the file tells camera, lens, exposure, date, and what else was said about the photo.
        keep_gps: Whether it tells the place.
        embed_recipe: Whether it tells how it was made, for Exposure to do the same again.
        pattern: Of the file name, see ``export.naming``.
        folder: Where to; a relative one starts from each photo's own folder.
        existing: What to do when there is a file of that name.

    Raises:
        ExposureError: On construction, when a value is not allowed.
    """

    format: Format = "jpg"
    bits: int = 16
    quality: int = 92
    chroma: Chroma = "420"
    resize: Resize = "none"
    edge: int = 2048
    megapixels: float = 8.0
    sharpen: Sharpen = "none"
    color_profile: ColorProfile = "srgb"
    keep_exif: bool = True
    keep_gps: bool = True
    embed_recipe: bool = False
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
        return 16 if self.format in DEEP and self.bits == 16 else 8

    @property
    def is_wide(self) -> bool:
        """Whether the file can hold colours that sRGB cannot."""
        return self.color_profile != "srgb"

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
