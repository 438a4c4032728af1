"""The line over the picture: which photo it is and how it was taken."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exposure_app.image import Metadata


def caption(photo: Path, metadata: "Metadata | None") -> str:
    """Name, camera, focal length, aperture, time and sensitivity, as far as they are known."""
    if metadata is None:
        return photo.name
    settings = [
        metadata.camera,
        f"{metadata.focal_length:.0f} mm" if metadata.focal_length else "",
        f"f/{metadata.aperture:g}" if metadata.aperture else "",
        shutter(metadata.exposure_time) if metadata.exposure_time else "",
        f"ISO {metadata.iso:.0f}" if metadata.iso else "",
    ]
    known = "   ".join(setting for setting in settings if setting)
    return f"{photo.name}   -   {known}" if known else photo.name


def shutter(seconds: float) -> str:
    """A shutter time as cameras write it."""
    return f"1/{1 / seconds:.0f} s" if seconds < 0.4 else f"{seconds:g} s"
