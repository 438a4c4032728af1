"""Where a RAW file's colours are put: straight into the picture, or first onto the sensor if its lens is corrected.

A lens bends the three colours of the camera, so that these are what is interpolated; the camera's matrix comes after.
Pixels beside the part that is shown are kept: the correction may draw them in.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.image import Pixels
from exposure_app.io.camera_color import RECONSTRUCT, CameraColor
from exposure_app.io.lens.choice import Change, Lens
from exposure_app.io.lens.optics import Correction, Optics
from exposure_app.io.lens.resample import resampled
from exposure_app.io.opcodes.sites import Levels, change

_NO_LIMIT = 1e30
_IDENTITY = np.eye(3, dtype=np.float32)


class Canvas:
    """Takes a picture from whoever demosaics.

    Attributes:
        raw: What is to be demosaiced: all that sees light if the lens is corrected, else the part that is shown.
        color: How its colours are to be converted.
        out: float32, H x W x 3, receives them, in the orientation of the sensor.
    """

    def __init__(self, raw: Any, lens: Lens, color: CameraColor) -> None:
        self._shown, self._steps, self._final = raw, lens.steps, color
        self.raw = getattr(raw, "whole", raw) if lens.steps else raw
        sizes = self.raw.sizes
        if lens.steps:
            self.color = CameraColor(_IDENTITY, color.ceilings, color.highlights, wide=True)
            self.out: Pixels = np.empty((sizes.height, sizes.width, 3), np.float32)
        else:
            self.color = color
            self._pixels = _upright(sizes.height, sizes.width, sizes.flip)
            self.out = sensor_view(self._pixels, sizes.flip)

    def finished(self, white: NDArray[np.float64], threads: int | None) -> Pixels:
        """The upright picture in linear sRGB.

        Args:
            white: What the file's white has become in ``out``, for each colour.
            threads: All available cores when None.
        """
        if not self._steps:
            return self._pixels
        levels = Levels(np.zeros((1, 1, 1), np.float32), np.asarray(white, np.float32))
        camera, pending = self.out, list[Correction]()
        for step in self._steps:
            if isinstance(step, Change):
                camera = self._settled(camera, pending, threads)
                pending = []
                frame = step.frame
                left, top = max(round(frame.left), 0), max(round(frame.top), 0)
                change(step.opcode, camera[top : top + round(frame.height), left : left + round(frame.width)], levels)
            else:
                pending.append(step)
        return self._drawn(camera, pending, threads)

    def _settled(self, camera: Pixels, pending: list[Correction], threads: int | None) -> Pixels:
        """What the corrections so far make of the whole sensor."""
        if not pending:
            return camera
        height, width = camera.shape[:2]
        drawn = np.empty_like(camera)
        resampled(camera, Optics(tuple(pending), 0, 0, width, height).source, drawn, threads=threads)
        return drawn

    def _drawn(self, camera: Pixels, pending: list[Correction], threads: int | None) -> Pixels:
        left, top, width, height = getattr(self._shown, "box", (0, 0, *camera.shape[1::-1]))
        flip = self.raw.sizes.flip
        pixels = _upright(height, width, flip)
        color = self._final
        no_limit = color.wide or color.highlights == RECONSTRUCT
        limits = (-_NO_LIMIT if color.wide else 0.0, _NO_LIMIT if no_limit else 1.0)
        optics = Optics(tuple(pending), left, top, width, height, flip)
        resampled(camera, optics.source, pixels, matrix=color.matrix, limits=limits, threads=threads)
        return pixels


def _upright(height: int, width: int, flip: int) -> Pixels:
    """Room for the upright picture of a sensor area."""
    return np.empty((width, height, 3) if flip & 4 else (height, width, 3), np.float32)


def sensor_view(pixels: Pixels, flip: int) -> Pixels:
    """The upright picture seen in sensor orientation; ``flip`` as in LibRaw: 4 transposes, 2 and 1 mirror."""
    view = pixels.swapaxes(0, 1) if flip & 4 else pixels
    view = view[::-1] if flip & 2 else view
    return view[:, ::-1] if flip & 1 else view


def upright_view(sites: Pixels, flip: int) -> Pixels:
    """What ``sensor_view`` undoes."""
    view = sites[:, ::-1] if flip & 1 else sites
    view = view[::-1] if flip & 2 else view
    return view.swapaxes(0, 1) if flip & 4 else view
