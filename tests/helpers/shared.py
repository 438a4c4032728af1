"""Real photographs that do not come with the project: tests that want them skip where they are absent."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("EXPOSURE_DATA") or ROOT.parent / "shared" / "data")
RAW_SUFFIXES = {".dng", ".kdc", ".cr2", ".cr3", ".nef", ".arw", ".raf", ".orf", ".rw2"}


def without_data(path: Path = DATA) -> pytest.MarkDecorator:
    """Mark a test as skipped if that file or folder of the shared data is absent."""
    return pytest.mark.skipif(not path.exists(), reason=f"no shared data at {path}; set EXPOSURE_DATA")


def raw_files(*patterns: str) -> pytest.MarkDecorator:
    """Run a test once for each RAW file that matches one of the patterns, as its argument ``raw_file``.

    Without patterns every RAW file is taken. Where the data are absent the test shows as skipped, once.

        @raw_files("gopro_hero*.dng")
        def test_decodes(raw_file: Path) -> None: ...
    """
    folder = DATA / "raw"
    found = sorted({path for pattern in patterns or ["*"] for path in folder.glob(pattern)})
    raws = [path for path in found if path.suffix.lower() in RAW_SUFFIXES]
    if raws:
        return pytest.mark.parametrize("raw_file", [pytest.param(path, id=path.stem) for path in raws])
    absent = pytest.param(
        folder, id="none", marks=pytest.mark.skip(reason=f"no such RAW in {folder}; set EXPOSURE_DATA")
    )
    return pytest.mark.parametrize("raw_file", [absent])
