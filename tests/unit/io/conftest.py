"""Where the photos for tests lie, and small pictures made on the spot."""

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def raw_folder() -> Path:
    data = Path(os.environ.get("EXPOSURE_DATA", PROJECT.parent / "shared" / "data"))
    if not (data / "raw").is_dir():
        pytest.skip(f"no RAW files at {data / 'raw'}; set EXPOSURE_DATA")
    return data / "raw"


@pytest.fixture(scope="session")
def colors() -> NDArray[np.uint8]:
    """64 x 96 pixels, every kind of colour, no two rows or columns alike."""
    y, x = np.mgrid[0:64, 0:96]
    return np.stack([x * 255 // 95, y * 255 // 63, (x * 7 + y * 3) % 256], axis=-1).astype(np.uint8)
