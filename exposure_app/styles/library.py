"""The user's own styles on disk: rename, duplicate, delete and bring back, import, and export as one file.

A style is shared as its ``.safetensors`` file and nothing else: the header in it holds the card (figures, licences,
what it was trained with), and nothing in it can run. What training leaves beside a style (the card as text, a sheet of
examples) goes along inside the library only. The styles that come with the program are never changed.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from exposure_app import paths
from exposure_app.agent.header import SUFFIX, StyleHeader, copy_style, list_styles, read_header, same_weights
from exposure_app.atomic import atomic_path
from exposure_app.errors import ExposureError
from exposure_app.export.naming import file_stem
from exposure_app.learning.store import LIKED

MAX_TITLE = 60
MAX_BYTES = 512 << 20  # the paper's networks take 57 MB
TRASH = "deleted"
KEPT_DELETED = 10  # styles; older ones go for good
_SHEETS = ("-sheet.jpg", "-sheet.png")  # of the finished style; of its last validation
_BESIDE = (".json", ".md", LIKED, "-failures.jpg", *_SHEETS)  # what learning leaves beside NAME.safetensors


@dataclass(frozen=True)
class Deleted:
    """A style that can be brought back.

    Attributes:
        title: What it was called.
        path: Where it was.
        trash: The folder that holds its files.
    """

    title: str
    path: Path
    trash: Path


def is_own(style: StyleHeader) -> bool:
    """Whether a style is the user's, to change and delete; the others came with the program."""
    return style.path is not None and style.path.parent == paths.user_styles_dir()


def sheet_of(style: StyleHeader) -> Path | None:
    """The sheet of examples beside a style, if there is one."""
    sheets = (_path(style).with_name(style.name + suffix) for suffix in _SHEETS)
    return next((sheet for sheet in sheets if sheet.is_file()), None)


def rename(style: StyleHeader, title: str) -> StyleHeader:
    """Call a style something else. Its name in recipes stays.

    Raises:
        ExposureError: It came with the program, the title is empty or too long, or the file cannot be written.
    """
    _refuse_shipped(style)
    return copy_style(_path(style), _path(style), title=checked_title(title))


def duplicate(style: StyleHeader, title: str) -> StyleHeader:
    """Copy a style into the user's library under another title.

    Raises:
        ExposureError: The title is empty or too long, or a file cannot be read or written.
    """
    target = _free_path(style.name)
    copy = copy_style(_path(style), target, title=checked_title(title))
    for suffix in _BESIDE:
        beside = _path(style).with_name(style.name + suffix)
        if beside.is_file():
            _moved(shutil.copyfile, beside, target.with_name(target.stem + suffix))
    return copy


def delete(style: StyleHeader) -> Deleted:
    """Put a style away; ``restore`` brings it back, until ten more have been deleted.

    Raises:
        ExposureError: It came with the program, or its file cannot be moved.
    """
    _refuse_shipped(style)
    path, bin_ = _path(style), paths.user_styles_dir() / TRASH
    trash = bin_ / _free_number(bin_)
    _make_folder(trash)
    for file in _files_of(path):
        _moved(Path.replace, file, trash / file.name)
    for old in sorted(_numbered(bin_))[:-KEPT_DELETED]:
        shutil.rmtree(bin_ / f"{old:06}", ignore_errors=True)
    return Deleted(style.title or style.name, path, trash)


def restore(deleted: Deleted) -> StyleHeader:
    """Bring a deleted style back, under another name if its own has been taken.

    Raises:
        ExposureError: It is gone for good, or its file cannot be moved.
    """
    path = deleted.path if not deleted.path.exists() else _free_path(deleted.path.stem)
    for file in _files_of(deleted.trash / deleted.path.name):
        _moved(Path.replace, file, path.with_name(path.stem + file.name.removeprefix(deleted.path.stem)))
    header = read_header(path)  # before the folder goes: what cannot be read stays where it is
    shutil.rmtree(deleted.trash, ignore_errors=True)
    return header


def export_style(style: StyleHeader, target: Path) -> None:
    """Write a style, its card in it, as one file for somebody else.

    Raises:
        ExposureError: A file cannot be read or written, or the target is the style itself.
    """
    source = _path(style)
    if target.exists() and target.samefile(source):
        raise ExposureError(f"{target.name} is the style itself", "Choose another folder.")
    _copy(source, target)


def import_style(source: Path, check: Callable[[], None] = lambda: None) -> StyleHeader:
    """Copy somebody else's style into the user's library, after a look at all of it.

    Args:
        source: The file.
        check: Called before anything is copied; raises to stop.

    Raises:
        ExposureError: It is no style, damaged, from a newer program, too large, trained with filters that this program
            does not have, or in the library already; or the library cannot be written to.
    """
    from exposure_app.agent.style import load_style

    header = read_header(source)
    if source.stat().st_size > MAX_BYTES:
        raise ExposureError(f"{source.name} is larger than any style", f"Styles have at most {MAX_BYTES >> 20} MB.")
    load_style(source)
    known = list_styles()
    for style in known:
        if same_weights(_path(style), source):
            raise ExposureError(f"{source.name} is in your library already, as {style.title or style.name}")
    check()
    target = _free_path(file_stem("{name}", source))
    title = "".join(filter(str.isprintable, " ".join((header.title or target.stem).split())))[:MAX_TITLE].strip()
    taken = {style.title or style.name for style in known}
    return copy_style(source, target, title=free_title(title or target.stem[:MAX_TITLE], taken))


def free_title(title: str, taken: set[str]) -> str:
    """A title that is not taken: with 2 behind it, or 3, and so on."""
    number, free = 1, title
    while free in taken:
        number += 1
        free = f"{title[: MAX_TITLE - 5]} {number}"
    return free


def checked_title(title: str) -> str:
    """A title without the spaces around and between its words.

    Raises:
        ExposureError: Nothing is left, or it is too long.
    """
    words = " ".join(title.split())
    if not words:
        raise ExposureError("A style needs a name", "Type what you would like to call it.")
    if len(words) > MAX_TITLE or not words.isprintable():
        raise ExposureError("That name is too long for a style", f"Use at most {MAX_TITLE} letters.")
    return words


def _path(style: StyleHeader) -> Path:
    if style.path is None:
        raise ExposureError(f"The style {style.title or style.name} is not on the disk")
    return style.path


def _refuse_shipped(style: StyleHeader) -> None:
    if not is_own(style):
        raise ExposureError(
            f"{style.title or style.name} came with the program and stays as it is", "Duplicate it and change the copy."
        )


def _free_path(name: str) -> Path:
    """A path in the user's library whose name no style has, shipped or not."""
    folder = paths.user_styles_dir()
    _make_folder(folder)
    number, free = 1, name
    while any((place / f"{free}{SUFFIX}").exists() for place in (folder, paths.models_dir())):
        number += 1
        free = f"{name}-{number}"
    return folder / f"{free}{SUFFIX}"


def _files_of(path: Path) -> list[Path]:
    """A style's file, first, and what lies beside it."""
    if not path.is_file():
        raise ExposureError(f"The style {path.stem} is gone", "Import it again if you have a copy.")
    return [path, *(file for suffix in _BESIDE if (file := path.with_name(path.stem + suffix)).is_file())]


def _numbered(folder: Path) -> list[int]:
    return [int(entry.name) for entry in folder.glob("[0-9]*") if entry.name.isdecimal()]


def _free_number(folder: Path) -> str:
    return f"{max(_numbered(folder), default=0) + 1:06}"


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExposureError(f"Cannot write to {folder}: {error.strerror}", "Check its permissions.") from error


def _moved(move: Callable[[Path, Path], object], source: Path, target: Path) -> None:
    try:
        move(source, target)
    except OSError as error:
        raise ExposureError(f"Cannot move {source.name}: {error.strerror}", "Check the folder's permissions.") from None


def _copy(source: Path, target: Path) -> None:
    with atomic_path(target) as temporary:
        shutil.copyfile(source, temporary)
