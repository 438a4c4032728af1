"""Where messages go: warnings to the person at the terminal, everything to a log file."""

import logging
import logging.handlers
import sys
from pathlib import Path

from exposure_app import paths
from exposure_app.plain_text import for_terminal

FILE_BYTES = 1 << 20
OLD_FILES = 3


class _TerminalFormatter(logging.Formatter):
    """``warning: ...`` on one line; tracebacks stay in the log file."""

    def format(self, record: logging.LogRecord) -> str:
        return for_terminal(f"{record.levelname.lower()}: {record.getMessage()}")


def set_up() -> Path | None:
    """Send warnings to stderr and everything to the log file, whose path is returned; None if it cannot be written."""
    root = logging.getLogger("exposure_app")
    root.setLevel(logging.DEBUG)
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(logging.WARNING)
    terminal.setFormatter(_TerminalFormatter())
    root.addHandler(terminal)
    path = paths.user_log_dir() / "exposure.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = logging.handlers.RotatingFileHandler(
            path, maxBytes=FILE_BYTES, backupCount=OLD_FILES, encoding="utf-8", delay=True
        )
    except OSError:
        return None
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(file)
    return path
