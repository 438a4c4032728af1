"""Compiling all kernels ahead of time, so that nobody's first photo waits for it.

``make setup`` and ``make dist`` do this once. Numba compiles a function for the types it is called with; so what the
program does with photos is done here once, with the sample photo.
"""

import shutil
from pathlib import Path

import numpy as np

from exposure_app import jit, paths
from exposure_app.documents.render import Engine
from exposure_app.documents.view import View
from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.io.relight import relit
from exposure_app.pipeline.clipping import mark_clipped
from exposure_app.pipeline.execute import warm_up
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.mask import Mask
from exposure_app.pipeline.mask_blend import mark_mask
from exposure_app.pipeline.proxy import make_proxy
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.pipeline.resample import place

_DEVELOPS = (
    Develop(),
    Develop(highlights="blend", denoise=20, color_denoise=20, distortion=10, defringe=10),
    Develop(highlights="reconstruct", demosaic="ahd"),
)
_TURNS = (Geometry(angle=2.0), Geometry(turns=1), Geometry(mirror=True))


def compile_all(root: Path) -> Path:
    """Compile every kernel into a folder, in place of those of other versions of the program.

    Args:
        root: Such as ``jit.shipped_kernels()``.

    Returns:
        The folder below it that they are in.
    """
    root.mkdir(parents=True, exist_ok=True)
    folder = jit.keep_in(root)
    for stale in root.iterdir():
        if stale != folder:
            shutil.rmtree(stale, ignore_errors=True)
    warm_up()
    sample = paths.resources_dir() / "sample.dng"
    for develop in _DEVELOPS:
        for wide in (False, True):
            image = read_image(sample, develop=develop, wide=wide)
    for geometry in _TURNS:
        make_proxy(place(image.pixels, geometry))
    if image.light is not None:
        relit(image.pixels, image.light, image.light.gains * np.float64(1.1), scene_referred=True)
    _show(Engine(image))
    return folder


def _show(engine: Engine) -> None:
    """What the editor does with a photo."""
    width, height = engine.size
    view = View(0, 0, width, height, width // 8, height // 8)
    recipe = Recipe((Step("exposure", {"ev": 0.5}, mask=Mask("gradient")),))
    frame = engine.frame(recipe, view)
    mark_clipped(frame, *engine.extremes(recipe, view))
    for grey in (False, True):
        mark_mask(frame, engine.mask(recipe, 0, view), grey)
    engine.histogram(recipe)
    engine.raw_histogram()
    engine.step_histograms(recipe)
    engine.thumbnails(recipe, 64)
