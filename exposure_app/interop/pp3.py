"""A processing profile of RawTherapee: the photo developed plainly, then a HaldCLUT as its film simulation."""

import configparser
from pathlib import Path

from exposure_app.errors import ExposureError
from exposure_app.pipeline.geometry import Geometry
from exposure_app.plain_text import for_key_file, from_key_file
from exposure_app.reading import Unreadable, read_text

BORDER = 4  # pixels that RawTherapee cuts off each side of a RAW file

# Everything that is not listed is at RawTherapee's neutral.
_PLAIN: dict[str, dict[str, str]] = {
    "Version": {"AppVersion": "5.9", "Version": "349"},
    "Exposure": {"Auto": "false", "Compensation": "0", "HistogramMatching": "false"},
    "HLRecovery": {"Enabled": "false"},
    "White Balance": {"Enabled": "true", "Setting": "Camera"},
    "Color Management": {
        "ToneCurve": "false",
        "ApplyLookTable": "false",
        "ApplyBaselineExposureOffset": "false",
        "ApplyHueSatMap": "false",
        "WorkingProfile": "sRGB",  # what steps look at
        "OutputProfile": "RTv4_sRGB",
    },
}


def pp3_text(clut: Path, geometry: Geometry, size: tuple[int, int], raw: bool) -> str:
    """The profile for one photo.

    Args:
        clut: The HaldCLUT; RawTherapee looks for a relative path in its own folder of film simulations.
        geometry: What of the photo is shown.
        size: Width and height of the photo, upright.
        raw: Whether the photo is a RAW file.
    """
    sections = {name: dict(entries) for name, entries in _PLAIN.items()}
    sections["Color Management"]["InputProfile"] = "(camera)" if raw else "(embedded)"
    sections["Film Simulation"] = {"Enabled": "true", "ClutFilename": for_key_file(str(clut)), "Strength": "100"}
    if geometry != Geometry():
        sections |= _placing(geometry, size, BORDER if raw else 0)
    lines = [f"[{name}]\n" + "".join(f"{k}={v}\n" for k, v in entries.items()) for name, entries in sections.items()]
    return "\n".join(lines)


def clut_of(path: Path) -> Path:
    """The HaldCLUT that a profile names.

    Raises:
        ExposureError: The profile cannot be read, or has no film simulation.
    """
    profile = configparser.RawConfigParser(strict=False)
    profile.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        profile.read_string(read_text(path))
    except OSError as error:
        raise ExposureError(f"Cannot read {path} ({error.strerror})", "Check the path.") from None
    except (configparser.Error, Unreadable):
        raise ExposureError(f"{path} is no profile of RawTherapee", "Save it again in RawTherapee.") from None
    name = profile.get("Film Simulation", "ClutFilename", fallback="")
    if not name or profile.get("Film Simulation", "Enabled", fallback="false") != "true":
        raise ExposureError(f"{path} has no film simulation", "Only a film simulation can be read from a profile.")
    return path.parent / from_key_file(name)


def _placing(geometry: Geometry, size: tuple[int, int], border: int) -> dict[str, dict[str, str]]:
    """Turned, straightened and cropped, in RawTherapee's order and pixels."""
    left, top, width, height = geometry.placed(*size)
    frame = geometry.frame_size(*size)
    right, bottom = min(left + width, frame[0] - border), min(top + height, frame[1] - border)
    left, top = max(left, border), max(top, border)
    # RawTherapee mirrors after its quarter turns, Exposure before: for odd turns the other axis is mirrored.
    flip = ("HorizontalFlip", "VerticalFlip")[geometry.turns % 2]
    coarse = {"Rotate": str(90 * geometry.turns), "HorizontalFlip": "false", "VerticalFlip": "false"}
    return {
        "Coarse Transformation": coarse | ({flip: "true"} if geometry.mirror else {}),
        "Common Properties for Transformations": {"AutoFill": "false"},
        "Rotation": {"Degree": f"{-geometry.angle:.6g}"},
        "Crop": {
            "Enabled": "true",
            "X": str(left - border),
            "Y": str(top - border),
            "W": str(right - left),
            "H": str(bottom - top),
            "FixedRatio": "false",
        },
    }
