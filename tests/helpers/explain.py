"""A photo as it is looked at to be explained."""

import functools
from pathlib import Path

import numpy as np

from exposure_app.agent.style import Style, load_style
from exposure_app.explain.scene import AnalysisSample
from exposure_app.io.formats import read_image
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid


def scene(pixels: np.ndarray) -> AnalysisSample:
    return AnalysisSample.of(pixels, Grid.of(Geometry(), (pixels.shape[1], pixels.shape[0])))


@functools.cache
def photo_scene(path: Path) -> AnalysisSample:
    """Read once for all tests."""
    return scene(read_image(path).pixels)


@functools.cache
def style(name: str) -> Style:
    """Loaded once for all tests."""
    return load_style(name)
