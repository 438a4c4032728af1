"""The one kind of error that users see."""


class ExposureError(Exception):
    """Something went wrong that the user can understand and act on.

    The command line prints ``error: MESSAGE. HINT`` on one line and exits with 1; the editor shows a notice.

    Attributes:
        message: What happened, one clause without a full stop at the end, naming the file it concerns.
        hint: What to do about it, one full sentence; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message
