"""Where the pictures of photos that were named one by one go."""

from pathlib import Path

from exposure_app.errors import ExposureError
from exposure_app.io.export import FORMATS, SUFFIXES, Format
from exposure_app.names import fitted


def output_paths(photos: list[Path], target: Path, format_: Format | None) -> tuple[list[Path], Format]:
    """Where each finished photo goes, and in which format.

    Args:
        photos: The inputs.
        target: A file name ending in a known picture format, for one photo; otherwise a folder.
        format_: The format asked for; None takes the file name's, or JPEG.

    Raises:
        ExposureError: A file name for several photos, or one that contradicts the format.
    """
    named = FORMATS.get(target.suffix.lower())
    if named is None or target.is_dir():
        chosen = format_ or "jpg"
        return [target / fitted(photo.stem, SUFFIXES[chosen]) for photo in photos], chosen
    if len(photos) > 1:
        raise ExposureError(f"{target} is one file, but there are {len(photos)} photos", "Name a folder.")
    if format_ is not None and format_ != named:
        raise ExposureError(f"{target.name} does not end like {format_}", "Change the name or the format.")
    return [target], named


def check_output(photo: Path, output: Path, taken: set[Path]) -> None:
    """Refuse an output that would overwrite the photo itself or the output of another photo of this run.

    Raises:
        ExposureError: It would.
    """
    resolved = output.resolve()
    if resolved == photo.resolve():
        raise ExposureError(f"{output} is the photo itself", "Choose another folder or name.")
    if resolved in taken:
        raise ExposureError(f"{photo} would overwrite the result of another photo, {output}", "Retouch it separately.")
    taken.add(resolved)
