"""The surroundings of every test: no screen, no real home folder, a fair share of the processor."""

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.helpers.shared import DATA, ROOT

# All of this must stand in the environment before Qt, torch and numba are imported, hence here at the top.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # QT_QPA_PLATFORM=xcb shows the windows
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.fonts=false")  # which fonts a machine has is not our affair
_threads = max(1, (os.cpu_count() or 1) // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
os.environ.setdefault("NUMBA_NUM_THREADS", str(_threads))
# Tensors are tiny here: several threads would only wait for each other, busily, while something else has the core.
for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
# Compiled kernels are kept from run to run, outside the temporary home.
os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / ".pytest_cache" / "kernels"))
_home = tempfile.mkdtemp(prefix="exposure-tests-")
os.environ["EXPOSURE_HOME"] = _home


# How long an example takes says more about the machine than about the program.
hypothesis.settings.register_profile("patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")


def pytest_unconfigure() -> None:
    shutil.rmtree(_home, ignore_errors=True)


@pytest.fixture(autouse=True)
def exposure_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh, empty place for settings, styles, cache and log."""
    home = tmp_path / "exposure-home"
    monkeypatch.setenv("EXPOSURE_HOME", str(home))
    yield home
    log = logging.getLogger("exposure_app")  # a test that ran a command has opened its log file
    for handler in log.handlers[:]:
        log.removeHandler(handler)
        handler.close()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the shared photographs; skips where they are absent."""
    if not DATA.is_dir():
        pytest.skip(f"no shared data at {DATA}; set EXPOSURE_DATA")
    return DATA


@pytest.fixture(scope="session")
def sample_dng() -> Path:
    """The RAW photo that comes with the program."""
    from exposure_app import paths

    path = paths.resources_dir() / "sample.dng"
    if not path.is_file():
        pytest.fail(f"{path.name} is missing from {path.parent.name}/, though it belongs to the program")
    return path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """A worker tells what was logged in UTF-8, which the names of files in it need not be."""
    report = yield
    report.sections = [(name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections]
    return report
