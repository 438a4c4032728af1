"""A photo as it is looked at to be explained."""

import numpy as np

from exposure_app.explain.scene import Scene
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid


def scene(pixels: np.ndarray) -> Scene:
    return Scene.of(pixels, Grid.of(Geometry(), (pixels.shape[1], pixels.shape[0])))
