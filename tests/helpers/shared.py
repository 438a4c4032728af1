"""Real photographs that do not come with the project: tests that want them skip where they are absent.

Names choose which are tried; they promise nothing about what is inside, so a test that needs to know asks the file.
"""

import functools
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


@functools.cache
def mosaic_of(raw_file: Path) -> tuple[int, int] | None:
    """Rows and columns that the pattern of a sensor repeats in, as LibRaw says; None if the file holds no mosaic."""
    import rawpy

    with rawpy.imread(str(raw_file)) as raw:
        pattern = raw.raw_pattern if raw.raw_type == rawpy.RawType.Flat else None
        return None if pattern is None else pattern.shape


def need_mosaic(raw_file: Path) -> None:
    """Skip the test if the file holds no mosaic."""
    if mosaic_of(raw_file) is None:
        pytest.skip(f"{raw_file.name} holds no mosaic")


def photos_in(folder: str, count: int) -> list[Path]:
    """The first photos of a folder of the shared ones; skips the test where there are fewer."""
    found = sorted((DATA / "photos" / folder).glob("*.jpg"))[:count]
    if len(found) < count:
        pytest.skip(f"no {count} photos in {DATA / 'photos' / folder}; set EXPOSURE_DATA")
    return found
