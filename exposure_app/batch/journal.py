"""What a batch has planned and done, on disk, so that it goes on after a crash without redoing or missing a photo.

One JSON object a line: the specification, the jobs, then a row for every finished photo, each on the disk before the
next step. A last line that is not whole was being written when the power went; it counts as not written.
"""

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from exposure_app.atomic import write_text_atomic
from exposure_app.batch.lock import Lock
from exposure_app.batch.models import BatchItem, BatchSpec, ItemResult
from exposure_app.errors import ExposureError
from exposure_app.pipeline import recipe as recipes
from exposure_app.reading import Unreadable, open_ordinary, parse_json
from exposure_app.temporary import remove_dead

FOLDER = ".exposure-batch"
FORMAT, VERSION = "exposure-batch", 1

_LONGEST_LINE = 16 << 20  # bytes
_WORK = "work-"  # folders of unfinished files; whatever is in one is temporary; safe to delete


@dataclass(frozen=True)
class JournalState:
    """What a journal tells.

    Attributes:
        spec: What was to be done.
        jobs: Every photo of it.
        rows: By photo, what became of it last.
        looks: By photo, what was seen and planned when it was looked at, before any was retouched.
    """

    spec: BatchSpec
    jobs: tuple[BatchItem, ...] = ()
    rows: dict[str, ItemResult] = field(default_factory=dict)
    looks: dict[str, ItemResult] = field(default_factory=dict)

    @property
    def unfinished(self) -> int:
        """How many photos were still to be done."""
        return sum(job.photo not in self.rows for job in self.jobs)


def read_journal(home: Path) -> JournalState | None:
    """What the journal in this folder tells; None if there is none.

    Raises:
        ExposureError: It cannot be read or understood.
    """
    path = home / FOLDER / "journal.jsonl"
    try:
        head, *records = _records(path)
        if head.get("format") != FORMAT or head.get("version") != VERSION:
            raise Unreadable(f"version {head.get('version')!r}")
        jobs = tuple(BatchItem.from_json(record["job"]) for record in records if "job" in record)
        rows = [ItemResult.from_json(record["row"]) for record in records if "row" in record]
        looks = {row.photo: row for row in rows if row.state == "waiting"}
        for row in looks.values():
            if row.recipe is not None:
                recipes.from_json(row.recipe)
        finished = {row.photo: row for row in rows if row.state != "waiting"}
        return JournalState(BatchSpec.from_json(head.get("order")), jobs, finished, looks)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ExposureError(f"Cannot read the journal {path} ({error.strerror})", "Start the batch anew.") from None
    except (ValueError, ExposureError) as error:
        raise ExposureError(f"The journal {path} cannot be understood ({error})", "Start the batch anew.") from None


def _records(path: Path) -> list[dict[str, Any]]:
    """The lines of a journal, at least the first; a last one that is not whole is left out.

    Raises:
        OSError: It is missing, or no ordinary file that can be read.
        Unreadable: A line is no JSON object.
    """
    records: list[dict[str, Any]] = []
    with open_ordinary(path) as stream:
        while line := stream.readline(_LONGEST_LINE):
            if not line.endswith(b"\n"):
                if len(line) == _LONGEST_LINE:
                    raise Unreadable("a line of it is too long")
                break
            record = parse_json(line, paths=True)
            if not isinstance(record, dict):
                raise Unreadable(f"line {len(records) + 1} is no JSON object")
            records.append(record)
    if not records:
        raise Unreadable("it is empty")
    return records


class Journal:
    """The journal of a batch that runs; one run at a time.

    Args:
        home: The folder that holds the journal's own folder: that of the results.

    Attributes:
        work: A folder for unfinished files, on the same disk as the results; gone when the journal is closed.

    Raises:
        ExposureError: Another batch runs there, or nothing can be written.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if self._folder.is_symlink():
                raise OSError(errno.ELOOP, "its folder of the batch is a link to another folder")
            self._lock = Lock(self._folder / "lock")
        except OSError as error:
            raise ExposureError(f"Cannot write to {home} ({error.strerror})", "Choose another folder.") from None
        self._sweep()
        self.work = Path(tempfile.mkdtemp(prefix=_WORK, dir=self._folder))
        self._file: IO[str] | None = None

    def begin(self, spec: BatchSpec, jobs: Iterable[BatchItem], rows: Iterable[ItemResult] = ()) -> None:
        """Write down what is to be done and what is done already, in place of the journal that was there.

        Raises:
            ExposureError: It cannot be written.
        """
        head: dict[str, Any] = {"format": FORMAT, "version": VERSION, "order": spec.to_json()}
        records: list[dict[str, Any]] = [{"job": job.to_json()} for job in jobs] + [
            {"row": row.to_json()} for row in rows
        ]
        path = self._folder / "journal.jsonl"
        self._close_file()
        write_text_atomic(path, "".join(map(_line, [head, *records])))
        self._file = path.open("a", encoding="utf-8", newline="\n")

    def add(self, *records: ItemResult | BatchItem) -> None:
        """Write down rows, or jobs that came later; on the disk when this returns.

        Raises:
            ExposureError: They cannot be written.
        """
        if self._file is None:
            raise ValueError("the journal has not begun")
        lines = [_line({"row" if isinstance(record, ItemResult) else "job": record.to_json()}) for record in records]
        try:
            self._file.write("".join(lines))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise ExposureError(
                f"Cannot write the journal of the batch ({error.strerror})",
                "Free some space, then go on with the batch.",
            ) from error

    def close(self) -> None:
        """Remove what is unfinished and let others run a batch here."""
        self._close_file()
        self._sweep()
        self._lock.release()

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _sweep(self) -> None:
        for folder in self._folder.glob(f"{_WORK}*"):
            shutil.rmtree(folder, ignore_errors=True)
        remove_dead(self._folder)


def _line(record: dict[str, Any]) -> str:
    return json.dumps(record) + "\n"
