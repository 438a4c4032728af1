"""The command that puts the editor into the menu of the desktop."""

from typing import Annotated

import typer

from exposure_app.cli_options import say


def desktop(
    remove: Annotated[bool, typer.Option("--remove", help="Take everything away again.")] = False,
) -> None:
    """Put the editor into the menu of this user's Linux desktop, and offer it for RAW files."""
    from exposure_app.session import desktop_entry

    for place in desktop_entry.remove() if remove else desktop_entry.add(desktop_entry.program()):
        say(place)
