"""Training as a child process of another program, which follows it by lines of JSON and stops it by a line of its own.

stdout carries one object a line and nothing else; docs/training.md lists them. The line ``stop`` on stdin, or the end
of stdin, which is what the parent's death looks like, ends training in good order. That needs no signals, and so works
on Windows too.
"""

import contextlib
import json
import sys
import threading
from collections.abc import Iterator
from typing import BinaryIO, TextIO

from exposure_app.errors import ExposureError
from exposure_app.training.runs.events import Event

STOP = b"stop"


class Parent:
    """The program at the other end of stdin and stdout.

    Args:
        commands: Where its lines come from, unbuffered: a thread waits there for as long as the program runs.
        events: Where lines for it go.
    """

    def __init__(self, commands: BinaryIO, events: TextIO) -> None:
        self._commands, self._events = commands, events
        self._stop = threading.Event()
        threading.Thread(target=self._listen, name="commands", daemon=True).start()

    def wants_to_stop(self) -> bool:
        """Whether it said so, or is gone."""
        return self._stop.is_set()

    def tell(self, event: Event) -> None:
        """Send a line."""
        try:
            self._events.write(json.dumps(event.to_json(), allow_nan=False) + "\n")
            self._events.flush()
        except OSError:  # nobody reads any more
            self._stop.set()

    def _listen(self) -> None:
        rest = b""
        with contextlib.suppress(OSError, ValueError):  # closed under our hands: as good as its end
            while STOP not in [line.strip() for line in rest.split(b"\n")[:-1]]:
                rest = rest.rpartition(b"\n")[2]
                new = self._commands.read(256)
                if not new:
                    break
                rest += new
        self._stop.set()


@contextlib.contextmanager
def parent() -> Iterator[Parent]:
    """The parent of this process, as long as the block lasts; all else that is printed goes to stderr."""
    with open(0, "rb", buffering=0, closefd=False) as commands, contextlib.redirect_stdout(sys.stderr):
        assert sys.__stdout__ is not None
        found = Parent(commands, sys.__stdout__)
        try:
            yield found
        except ExposureError as error:
            found.tell(Event("error", facts={"message": error.message, "hint": error.hint}))
            raise
        except Exception as error:
            message = f"Something unexpected went wrong ({type(error).__name__}: {error})"
            found.tell(Event("error", facts={"message": message, "hint": "The details are in the log file."}))
            raise
