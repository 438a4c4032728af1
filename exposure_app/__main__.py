"""The program's entry; imports nothing heavy, so that help and mistakes are answered at once.

``exposure`` alone, or with files and folders, opens the editor; ``exposure COMMAND`` is the command line.
"""

import contextlib
import os
import signal
import sys
from pathlib import Path

_INTERRUPTED = 130


def main() -> None:
    """Run the editor or the command line and exit with its status.

    0 is success, 1 some file failed, 2 wrong usage, 130 interrupted.
    """
    try:
        from exposure_app.cli.commands import app

        arguments = sys.argv[1:]
        commands = {command.callback.__name__ for command in app.registered_commands if command.callback}
        if all(_is_place(argument, commands) for argument in arguments) and (arguments or _has_screen()):
            sys.exit(edit([Path(argument) for argument in arguments]))
        sys.exit(app())
    except KeyboardInterrupt:  # before a command began, or after it has ended
        sys.exit(_INTERRUPTED)
    finally:
        with contextlib.suppress(ValueError):  # only a main thread can, and only it is interrupted
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # once more would be a traceback of the interpreter's end


def edit(places: list[Path] | None = None) -> int:
    """Open the editor with these files and folders (those of the command line by default)."""
    if not _has_screen():
        print("error: There is no screen to open the editor on. Use exposure retouch instead.", file=sys.stderr)
        return 1
    from exposure_app.io import ahead

    places = [Path(argument) for argument in sys.argv[1:]] if places is None else places
    if places:
        ahead.begin(places[0])
    from exposure_app.gui.app import run

    try:
        return run(places)
    finally:
        ahead.forget()


def _is_place(argument: str, commands: set[str]) -> bool:
    """Whether an argument means a file or folder: not an option and no command's name, unless such a file exists."""
    return not argument.startswith("-") and (argument not in commands and Path(argument).exists())


def _has_screen() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


if __name__ == "__main__":
    main()
