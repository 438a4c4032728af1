"""Which photos a batch is about: files, folders and patterns, and where each lies below what was named."""

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from exposure_app.errors import ExposureError
from exposure_app.io.formats import EXTENSIONS, find_photos, natural_key


@dataclass(frozen=True)
class InputPhoto:
    """A photo of the batch.

    Attributes:
        photo: The file, absolute; of an address, what a path would make of it, to choose names with.
        relative_dir: Its folder, seen from the folder that was named: mirrored in the output.
        address: Where it is, if it has no path.
    """

    photo: Path
    relative_dir: Path = Path()
    address: str = ""

    @property
    def place(self) -> str:
        """The path or address."""
        return self.address or str(self.photo)


def find_inputs(
    places: Sequence[str | Path], output: Path | None = None, *, recursive: bool = True
) -> list[InputPhoto]:
    """List the photos that files, folders and patterns such as ``shoot/**/*.nef`` stand for.

    Args:
        places: What was named. A path that exists is no pattern, whatever its characters.
        output: The folder of the results; what lies in it is no input of a folder or pattern.
        recursive: Also look into the folders inside the folders.

    Returns:
        Every photo once, in the order of ``places`` and in natural order inside each.

    Raises:
        ExposureError: A path does not exist, a pattern matches nothing, or a folder cannot be listed.
    """
    found: dict[Path, InputPhoto] = {}
    results = output.resolve() if output is not None else None
    for place in places:
        path = Path(place)
        if path.is_dir():
            group = _in_folder(path, path, recursive)
        elif path.exists() or not glob.has_magic(str(place)):
            group = [InputPhoto(photo.absolute()) for photo in find_photos([path])]
        else:
            group = _matching(str(place), recursive)
        for item in group:
            if results is None or not _is_result(item, results):
                found.setdefault(item.photo, item)
    return list(found.values())


def _is_result(item: InputPhoto, results: Path) -> bool:
    """Whether a photo was come upon because the folder of results lies inside the folder of photos."""
    if item.relative_dir == Path():
        return False
    root = item.photo.parents[len(item.relative_dir.parts)].resolve()
    return root != results and results.is_relative_to(root) and item.photo.resolve().is_relative_to(results)


def _in_folder(folder: Path, root: Path, recursive: bool) -> list[InputPhoto]:
    photos = find_photos([folder], recursive=recursive)
    return [InputPhoto(photo.absolute(), photo.parent.relative_to(root)) for photo in photos]


def _matching(pattern: str, recursive: bool) -> list[InputPhoto]:
    parts = Path(pattern).parts
    fixed = next(number for number, part in enumerate(parts) if glob.has_magic(part))
    root = Path(*parts[:fixed])
    found: list[InputPhoto] = []
    pattern_below = str(Path(*parts[fixed:]))
    for path in sorted(root.glob(pattern_below), key=lambda path: natural_key(str(path))):
        if path.is_file() and path.suffix.lower() in EXTENSIONS:
            found.append(InputPhoto(path.absolute(), path.parent.relative_to(root)))
        elif path.is_dir() and "**" not in parts:  # with ** its photos match themselves
            found += _in_folder(path, root, recursive)
    if not found:
        raise ExposureError(f"No photo matches {pattern}", "Check the pattern.")
    return found
