"""The process that reads the files, and may die of it."""

import logging
import os
import random
import shutil
import sys
import traceback
import warnings
from multiprocessing.connection import Connection
from pathlib import Path

from tools.fuzz.kinds import KINDS

LONGEST = 60  # seconds of computing


def read_files(tries: Connection, name: str, folder: Path, seed: int) -> None:
    """Try the numbers that come; answer each with what went wrong, and the most memory taken so far in bytes."""
    kind = KINDS[name]
    warnings.simplefilter("ignore")
    logging.disable()
    kind.changed(random.Random(0))
    tries.send(None)
    while True:
        number = tries.recv()
        here = folder / "try"
        shutil.rmtree(here, ignore_errors=True)
        here.mkdir()
        file, content = kind.changed(random.Random(f"{seed} {name} {number}"))
        (here / file).write_bytes(content)
        os.chdir(here)
        told = ""
        _limit_time()
        try:
            kind.attempt(here / file)
        except Exception as error:  # which is what is looked for
            place = traceback.extract_tb(error.__traceback__)[-1]
            told = f"{type(error).__name__}: {error!s:.100} ({Path(place.filename).name}:{place.lineno})"
        tries.send((told, _largest()))


def _limit_time() -> None:
    """Die of a try that computes for too long, however busy the machine is."""
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + LONGEST, hard))


def _largest() -> int:
    """The most memory this process has taken, in bytes."""
    if sys.platform == "win32":
        return 0
    import resource

    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size if sys.platform == "darwin" else 1024 * size
