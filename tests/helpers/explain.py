"""A photo as it is looked at to be explained."""

import functools
from pathlib import Path

import numpy as np

from exposure_app.agent.style import Style, load_style
from exposure_app.image import Image
from exposure_app.io.formats import read_image
from exposure_app.pipeline.photo import Photo


def scene(pixels: np.ndarray) -> Photo:
    return Photo(Image(pixels))


@functools.cache
def photo_scene(path: Path) -> Photo:
    """Read once for all tests."""
    return scene(read_image(path).pixels)


@functools.cache
def style(name: str) -> Style:
    """Loaded once for all tests."""
    return load_style(name)
