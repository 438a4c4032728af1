"""Unpacking the RAW file that the editor is started with while its window is still being built.

Unpacking takes most of the time to the first picture, and none of the interpreter's.
"""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from exposure_app.io.formats import is_raw

_begun: dict[Path, "Future[tuple[ExitStack, Any]]"] = {}


def begin(photo: Path) -> None:
    """Unpack a file in the background if it is a RAW file; ``unpacked`` has it then. What fails, fails there."""
    if is_raw(photo) and photo.is_file():
        future = _begun[photo] = Future()
        threading.Thread(target=_unpack, args=(photo, future), name="ahead", daemon=True).start()


def is_begun(photo: Path) -> bool:
    """Whether that has been done, and nobody has asked for it yet."""
    return photo in _begun


@contextmanager
def unpacked(photo: Path) -> Iterator[Any]:
    """The unpacked file, as ``raw.unpacked`` gives it, once for each time it was begun; otherwise it is opened now."""
    from exposure_app.io import raw

    future = _begun.pop(photo, None)
    if future is None:
        with raw.unpacked(photo) as file:
            yield file
    else:
        stack, file = future.result()
        with stack:
            yield file


def forget() -> None:
    """Close what nobody has asked for, when it is there: a thread must not be at work while the program ends."""
    for photo in list(_begun):
        future = _begun.pop(photo)
        if future.exception() is None:
            future.result()[0].close()


def _unpack(photo: Path, future: "Future[tuple[ExitStack, Any]]") -> None:
    try:
        from exposure_app.io import raw

        stack = ExitStack()
        future.set_result((stack, stack.enter_context(raw.unpacked(photo))))
    except Exception as error:  # whoever opens the photo is told
        future.set_exception(error)
