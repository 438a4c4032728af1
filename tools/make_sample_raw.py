"""Render the sample picture of Exposure and write it as a raw file.

The scene is procedural, the sensor is simulated and every seed is fixed: each run writes the same bytes.

Example:
    python tools/make_sample_raw.py -o resources/sample.dng
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent))

from sample_raw.dng import dng_bytes
from sample_raw.render import render
from sample_raw.sensor import Mosaic, expose
from sample_raw.view import FULL_WIDTH

_OUTPUT = Path(__file__).resolve().parent.parent / "resources" / "sample.dng"
_PREVIEW_WIDTH = 1024


def make_preview(light: np.ndarray) -> np.ndarray:
    """Return a small picture for file lists.

    Args:
        light: (rows, columns, 3) linear light with sRGB primaries.

    Returns:
        (rows, columns, 3) uint8 sRGB, 1024 columns or fewer, bright light rolled off.
    """
    step = max(1, round(light.shape[1] / _PREVIEW_WIDTH))
    rows, cols = light.shape[0] // step, light.shape[1] // step
    small = light[: rows * step, : cols * step].reshape(rows, step, cols, step, 3).mean(axis=(1, 3), dtype=np.float64)
    small = np.maximum(small, 0.0)
    rolled = np.clip(small * (1.0 + small / 36.0) / (1.0 + 0.35 * small), 0.0, 1.0)
    curve = np.where(rolled <= 0.0031308, 12.92 * rolled, 1.055 * rolled ** (1.0 / 2.4) - 0.055)
    return np.rint(curve * 255.0).astype(np.uint8)


def make_sample(width: int = FULL_WIDTH) -> tuple[bytes, Mosaic]:
    """Render the scene, expose it and pack it.

    Args:
        width: Picture width in pixels, 64 or more.

    Returns:
        The bytes of the DNG file and the mosaic that is in it.
    """
    light = render(width)
    mosaic = expose(light)
    return dng_bytes(mosaic, make_preview(light)), mosaic


def main(arguments: list[str] | None = None) -> int:
    """Run the tool from the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Render the sample picture and write it as a Bayer DNG.")
    parser.add_argument("-o", "--output", type=Path, default=_OUTPUT, help="file to write")
    parser.add_argument("--width", type=int, default=FULL_WIDTH, help="picture width in pixels")
    options = parser.parse_args(arguments)
    data, mosaic = make_sample(options.width)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_bytes(data)
    rows, cols = mosaic.data.shape
    print(f"{options.output}: {cols} x {rows}, {len(data) / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
