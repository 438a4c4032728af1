"""A screen of its own: an X server without a monitor, and a window manager that lets the window fill it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = ("Xvfb", "openbox", "xdotool")
_RULES = """<?xml version="1.0"?>
<openbox_config xmlns="http://openbox.org/3.4/rc"><applications>
  <application class="*" type="normal"><decor>no</decor><maximized>yes</maximized></application>
</applications></openbox_config>
"""


def missing() -> list[str]:
    """The programs that are needed and not there."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


@contextmanager
def screen(width: int, height: int, folder: Path) -> Iterator[str]:
    """An X display, as long as the block lasts.

    Args:
        width: Of the screen, pixels.
        height: Of the screen, pixels.
        folder: For the window manager's rules.
    """
    ours, theirs = os.pipe()
    command = ["Xvfb", "-displayfd", str(theirs), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[theirs], stderr=subprocess.DEVNULL)
    os.close(theirs)
    manager = None
    try:
        with os.fdopen(ours) as said:
            display = ":" + said.readline().strip()
        rules = folder / "openbox.xml"
        rules.write_text(_RULES, encoding="utf-8")
        manager = subprocess.Popen(
            ["openbox", "--config-file", str(rules)],
            env={**os.environ, "DISPLAY": display, "XDG_CACHE_HOME": str(folder)},
            stderr=subprocess.DEVNULL,
        )
        yield display
    finally:
        for process in (manager, server):
            if process is not None:
                process.terminate()
                process.wait()
