"""The command that puts the program into a Linux desktop's menu, with its icon and the photos it opens.

It does so for one user, and takes everything away again.
Follows the desktop entry, icon theme and shared MIME-info specifications of freedesktop.org.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from exposure_app import paths
from exposure_app.atomic import write_bytes_atomic
from exposure_app.cli.options import say
from exposure_app.errors import ExposureError
from exposure_app.paths import DESKTOP_ID

# What desktops read in place of the many files; where one is missing, the desktop reads the files themselves.
_INDEXES = (("update-desktop-database", "applications"), ("update-mime-database", "mime"))


def desktop(
    remove: Annotated[bool, typer.Option("--remove", help="Take everything away again.")] = False,
) -> None:
    """Put the editor into the menu of this user's Linux desktop, and offer it for RAW files."""
    for place in remove_entry() if remove else add_entry(program()):
        say(place)


def data_home() -> Path:
    """Where a desktop looks for what belongs to this user."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def program() -> Path:
    """The executable that opens the editor.

    Raises:
        ExposureError: It is not beside the interpreter, so that no menu entry could start it.
    """
    folder = Path(sys.executable).parent
    found = folder / "exposure-gui"
    if not found.exists():
        raise ExposureError(f"There is no exposure-gui in {folder}", "Install the program first: make setup.")
    return found


def add_entry(target: Path) -> list[Path]:
    """Write menu entry, description, icons and file types.

    Args:
        target: The executable that the entry starts.

    Returns:
        What was written.

    Raises:
        ExposureError: This is no Linux desktop, or a file cannot be written.
    """
    _check_desktop()
    written = []
    for source, place in _files():
        content = source.read_bytes()
        if source.suffix == ".desktop":
            content = content.replace(b"Exec=exposure-gui", b"Exec=" + _quoted(target))
        place.parent.mkdir(parents=True, exist_ok=True)
        write_bytes_atomic(place, content)
        written.append(place)
    _index()
    return written


def remove_entry() -> list[Path]:
    """Take away what ``add_entry`` wrote, and return it."""
    _check_desktop()
    there = [place for _, place in _files() if place.exists()]
    for place in there:
        place.unlink()
    _index()
    return there


def _files() -> Iterator[tuple[Path, Path]]:
    """What comes with the program, and where a desktop looks for it."""
    folder, home = paths.resources_dir() / "desktop", data_home()
    yield folder / f"{DESKTOP_ID}.desktop", home / "applications" / f"{DESKTOP_ID}.desktop"
    yield folder / f"{DESKTOP_ID}.metainfo.xml", home / "metainfo" / f"{DESKTOP_ID}.metainfo.xml"
    yield folder / f"{DESKTOP_ID}.xml", home / "mime" / "packages" / f"{DESKTOP_ID}.xml"
    icons = home / "icons" / "hicolor"
    yield folder / f"{DESKTOP_ID}.svg", icons / "scalable" / "apps" / f"{DESKTOP_ID}.svg"
    for icon in sorted(folder.glob(f"{DESKTOP_ID}-*.png")):
        side = icon.stem.rpartition("-")[2]
        yield icon, icons / f"{side}x{side}" / "apps" / f"{DESKTOP_ID}.png"


def _check_desktop() -> None:
    if sys.platform in ("win32", "darwin"):
        raise ExposureError("Only Linux desktops have such entries", "docs/install.md says how it goes elsewhere.")


def _quoted(target: Path) -> bytes:
    """A path as an argument of the Exec key: in quotes, with what is special there escaped, for both levels."""
    argument = "".join("\\" + c if c in '"`$\\' else c for c in str(target)).replace("%", "%%")
    return f'"{argument}"'.replace("\\", "\\\\").encode()


def _index() -> None:
    for tool, folder in _INDEXES:
        found = shutil.which(tool)
        if found is not None:
            subprocess.run([found, str(data_home() / folder)], check=False, capture_output=True, timeout=60)
