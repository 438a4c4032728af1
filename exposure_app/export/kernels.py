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
from exposure_app.io.camera_color import CameraColor, convert_camera_rgb
from exposure_app.io.defects import mend_defects
from exposure_app.io.demosaic import demosaic
from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.io.lens.defringe import defringed
from exposure_app.io.lens.lateral import align
from exposure_app.io.lens.resample import resampled
from exposure_app.io.opcodes.bad_pixels import mend
from exposure_app.io.opcodes.lists import FixBadPixels
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
_SIDE = 1024  # sites
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
    _read()
    return folder


def _read() -> None:
    """What readers do with other sensors and lenses than the sample's, upright and turned."""
    color = CameraColor(np.eye(3, dtype=np.float32), np.ones(3, np.float32))
    bayer, black = np.array([[0, 1], [3, 2]], np.uint8), np.zeros((2, 2), np.float32)
    y, x = np.indices((_SIDE, _SIDE)) - (_SIDE - 1) / 2
    y[::2, ::2] *= 1.004  # red is drawn a little too small
    x[::2, ::2] *= 1.004
    seen = np.sin(x / 3) * np.sin(y / 4) + np.sin((x + y) / 5) + 2.5
    upright = np.empty((_SIDE, _SIDE, 3), np.float32)
    for sites in (np.ascontiguousarray(1000 * seen, np.uint16), np.ascontiguousarray(1000 * seen, np.float32)):
        framed = np.pad(sites, 2, mode="reflect")[2:-2, 2:-2]  # as of a sensor with a dark border
        for part in (framed, sites):
            mend_defects(part, bayer, black, 4000.0)
            align(part, bayer, black.astype(np.float64), 4000.0, np.ones(3))
            mend(FixBadPixels(points=((3, 4),)), part, bayer)
        camera = np.repeat(sites[..., np.newaxis], 3, axis=2)
        for some in (camera, np.repeat(sites[..., np.newaxis], 4, axis=2)[..., :3]):
            mend_defects(some, None, black, 4000.0)
        for out in (upright, upright[::-1], upright.transpose(1, 0, 2)):
            demosaic(sites, (0, 0, _SIDE, _SIDE), bayer, black, np.full((2, 2), 1e-3, np.float32), color, out)
            for seen_by_all in (
                camera,
                np.broadcast_to(camera, camera.shape),
                np.broadcast_to(camera[..., :1], camera.shape),
            ):
                convert_camera_rgb(seen_by_all, 1e-3, color, out)
    resampled(upright, lambda x, y: (np.stack([np.stack([x, y])] * 3), np.ones((3, *x.shape))), np.empty_like(upright))
    defringed(upright, 0.5)


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
