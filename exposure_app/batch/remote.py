"""Photos and results at addresses (``s3://...``, ``sftp://...``): found, fetched, worked on here, delivered there."""

import itertools
import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from glob import has_magic
from pathlib import Path, PurePosixPath
from typing import Any

from exposure_app.batch.inputs import InputPhoto
from exposure_app.batch.models import BatchItem, BatchSpec, ItemResult
from exposure_app.batch.work import process
from exposure_app.errors import ExposureError
from exposure_app.io.formats import EXTENSIONS, natural_key

# Their files appear when they are whole; elsewhere a file is sent under another name and renamed.
_WHOLE_OR_NOT = {"abfs", "az", "gcs", "gs", "memory", "s3", "s3a"}

log = logging.getLogger(__name__)


def is_address(place: str) -> bool:
    """Whether a place is an address rather than a path."""
    return "://" in place


def find_at(places: Sequence[str], recursive: bool = True) -> list[InputPhoto]:
    """The photos at addresses (or paths): files, folders, or patterns.

    Raises:
        ExposureError: An address cannot be reached, or nothing is there.
    """
    found: dict[str, InputPhoto] = {}
    for place in places:
        with _explained(place):
            system, path = _opened(place)
            root, names = path.rstrip("/"), []
            if has_magic(path):
                root = "/".join(itertools.takewhile(lambda part: not has_magic(part), path.split("/")))
                names = [name for name in system.glob(path) if system.isfile(name)]
            elif system.isdir(path):
                names = system.find(path, maxdepth=None if recursive else 1)
            elif system.exists(path):
                root, names = path.rpartition("/")[0], [path]
            photos = sorted(filter(_is_photo, names), key=natural_key)
            if not photos:
                raise ExposureError(f"There are no photos at {place}", "Check the address.")
        for name in photos:
            relative_dir = Path(name.removeprefix(root).lstrip("/")).parent
            address = system.unstrip_protocol(name)
            found.setdefault(address, InputPhoto(Path(address), relative_dir, address))
    return list(found.values())


class AddressedFolder:
    """The folder of the results at an address; see ``planning.Results``.

    Raises:
        ExposureError: It cannot be reached.
    """

    def __init__(self, address: str) -> None:
        with _explained(address):
            system, path = _opened(address)
            self._address = str(system.unstrip_protocol(path)).rstrip("/")
            there = system.find(path) if system.exists(path) else []
        self.path = Path(self._address)
        self._there = {name.removeprefix(path).lstrip("/") for name in there}

    def exists(self, path: Path) -> bool:
        """Whether there was a file at a path below ``path`` when this was made."""
        return path.relative_to(self.path).as_posix() in self._there

    def place(self, path: Path) -> str:
        """The address of a path below ``path``."""
        return f"{self._address}/{path.relative_to(self.path).as_posix()}"

    def relative_dir(self, place: str) -> Path | None:
        """The path below ``path`` that an address stands for; None if it lies elsewhere."""
        name = place.removeprefix(f"{self._address}/")
        return self.path / name if name != place and ".." not in PurePosixPath(name).parts else None

    def stamp(self, place: str) -> tuple[int, int] | None:
        """Size and a number for the state of a file; None if there is none."""
        return stamp_at(place)


def stamp_at(address: str) -> tuple[int, int] | None:
    """Size and a number for the state of a file; None if there is none."""
    try:
        with _explained(address):
            system, path = _opened(address)
            if not system.exists(path):
                return None
            return int(system.size(path) or 0), int(str(system.ukey(path))[:12], 16)
    except (ExposureError, ValueError):
        return None


def process_remote(spec: BatchSpec, _work: Path, job: BatchItem) -> ItemResult:
    """As ``work.process``, for a photo and a result at addresses."""
    with tempfile.TemporaryDirectory(prefix="exposure-") as folder:
        home = Path(folder)
        photo, output = home / PurePosixPath(job.photo).name, home / "out" / PurePosixPath(job.output).name
        try:
            state = stamp_at(job.photo)
            _fetch(job.photo, photo)
            row = process(spec, home, replace(job, photo=str(photo), output=str(output)))
            if row.state == "done":
                _deliver(output, job)
        except ExposureError as error:
            row, state = ItemResult.failed(job, error), None
    address = job.output if row.state == "done" else ""
    return replace(row, photo=job.photo, output=address, reason=row.reason.replace(str(photo), job.photo), stamp=state)


def _fetch(address: str, path: Path) -> None:
    with _explained(address):
        system, source = _opened(address)
        if not system.exists(source):
            raise ExposureError(f"{address} does not exist", "Check the address.")
        system.get_file(source, str(path))


def _deliver(finished: Path, job: BatchItem) -> None:
    with _explained(job.output):
        system, target = _opened(job.output)
        if job.is_free and system.exists(target):
            if system.cat_file(target) == finished.read_bytes():
                return  # delivered by a worker that died before it could say so
            raise ExposureError(
                f"A file {job.output} has appeared meanwhile",
                "Move it away, or choose what to do with files that exist.",
            )
        folder, _, name = target.rpartition("/")
        system.makedirs(folder, exist_ok=True)
        if _protocols(system) & _WHOLE_OR_NOT:
            system.put_file(str(finished), target)
            return
        partial = f"{folder}/.{name}.part"
        try:
            system.put_file(str(finished), partial)
            system.mv(partial, target)
        except BaseException:
            if system.exists(partial):
                system.rm_file(partial)
            raise


def _opened(address: str) -> tuple[Any, str]:
    import fsspec.core

    system, path = fsspec.core.url_to_fs(address, use_listings_cache=False)
    return system, str(path)


def _protocols(system: Any) -> set[str]:
    return {system.protocol} if isinstance(system.protocol, str) else set(system.protocol)


def _is_photo(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in EXTENSIONS and not path.name.startswith(".")


@contextmanager
def _explained(address: str) -> Iterator[None]:
    """Every kind of storage fails in its own way; what the block raises becomes one sentence."""
    try:
        yield
    except ExposureError:
        raise
    except ImportError as error:
        raise ExposureError(f"{address} cannot be reached ({error})", "Install what it names.") from error
    except Exception as error:
        log.debug("%s", address, exc_info=True)
        raise ExposureError(f"{address} cannot be used ({str(error) or type(error).__name__})", "Check it.") from error
