"""The one kind of error that users see."""

_LONGEST = 6000  # characters: a path of the longest kind and words around it; what a file holds may be longer


class ExposureError(Exception):
    """Something went wrong that the user can understand and act on.

    The command line prints ``error: MESSAGE. HINT`` on one line and exits with 1; the editor shows a notice.

    Attributes:
        message: What happened, one clause without a full stop at the end, naming the file it concerns.
        hint: What to do about it, one full sentence; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = _bounded(message)
        self.hint = _bounded(hint)
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
