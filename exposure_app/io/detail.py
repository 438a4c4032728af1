"""Noise and sharpness of a RAW file: what there is of them, what is done about it, and when.

Noise is taken out of the mosaic, before lens and demosaic spread it; the finished picture is sharpened, after the lens
has been corrected. Where nothing else is asked for, noise decides how much of it is taken out:
none of what nobody sees.
"""

import logging
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from exposure_app.image import DetailFound, Pixels
from exposure_app.io.develop import AUTO, MAX_DENOISE, MAX_SHARPEN, Develop
from exposure_app.io.noise import Noise

log = logging.getLogger(__name__)

_AS_IT_IS = MAX_DENOISE // 2  # the strength that takes noise for what it is

_TYPICAL = 0.1  # of white: where noise is looked at
_UNSEEN, _PLAIN = 1 / 50, 1 / 30  # of the light there; between them the strength rises from nothing to all
_STRONG = 0.2  # of the light there: from here on all of it is taken out
_GRAIN, _TINTS = 0.6, 0.8  # of the full strength while noise is weak: fine texture looks like it, and stays
_WORTH_IT = 0.25  # of the full strength: less takes as long and shows nothing
_LEFT = 0.35  # of the noise where it has been taken out, as sharpening takes it
_IN_LUMINANCE = 0.7  # of the noise of a site, in what the demosaic makes of four
_COLOR_LEVELS, _LUMINANCE_LEVELS = 2, 1  # how wide blotches may be, see ``denoise.shrink``
_COLOR_STEP = 4


class Detail:
    """Does what a development says about noise and sharpness, and knows what was found.

    Attributes:
        found: What was found and done so far.
    """

    def __init__(
        self, develop: Develop, iso: float | None, profile: Sequence[float] = (), threads: int | None = None
    ) -> None:
        """Of a photo.

        Args:
            develop: How it is developed.
            iso: Its sensitivity, if known.
            profile: The file's NoiseProfile: shot and read noise in turn, for each colour or for all.
            threads: Threads; all available cores when None.
        """
        self._develop, self._iso, self._threads = develop, iso, threads
        self._profile = _noise_in(profile)
        self._noise = Noise(0.0, 0.0)
        self.found = DetailFound()

    def clean_mosaic(self, sites: NDArray[Any], black: NDArray[np.float64], white: float) -> None:
        """Take noise out of a Bayer mosaic, in place.

        Args:
            sites: uint16 or float32, H x W.
            black: 2 x 2, black levels of the first four sites.
            white: Value at which sites are blown.
        """
        if not self._is_wanted:
            return
        from exposure_app.io import noise

        self._decide(self._profile or noise.estimate(sites, black, white, self._iso))
        if self.found.denoise or self.found.color_denoise:
            whole = _of_whole_quads(sites)
            quads = noise.quads_of(whole, black, white, self._noise, self._threads)
            self._shrink(quads)
            noise.put_quads(quads, whole, black, white, self._noise, self._threads)
            if whole is not sites:
                sites[:] = whole[: sites.shape[0], : sites.shape[1]]

    def clean_camera(self, camera: NDArray[Any], white: float) -> None:
        """The same for a picture that is demosaiced already; its noise is coarser and harder to tell.

        Args:
            camera: uint16 or float32, H x W x 3 or x 1, linear, black is 0; changed in place.
            white: Value at which pixels are blown.
        """
        if not self._is_wanted:
            return
        from exposure_app.io import noise

        self._decide(self._profile or noise.estimate_camera(camera, white, self._iso))
        if self.found.denoise or self.found.color_denoise:
            planes = noise.planes_of(camera, white, self._noise)
            self._shrink(planes)
            noise.put_planes(planes, camera, white, self._noise)

    def sharpen(self, pixels: Pixels) -> None:
        """Sharpen a developed picture, in place: float32, H x W x 3, linear light."""
        if not self._develop.sharpen:
            return
        from exposure_app.io.sharpen import blur_radius, sharpen

        wanted = self._develop.sharpen_radius
        radius = blur_radius(pixels) if wanted == AUTO else float(wanted)
        left = (_LEFT if self.found.denoise >= _AS_IT_IS / 2 else 1.0) * _IN_LUMINANCE
        noise = Noise(self._noise.shot * left * left, self._noise.read * left * left)
        sharpen(pixels, self._develop.sharpen / MAX_SHARPEN, radius, noise, self._threads)
        found = self.found
        self.found = DetailFound(found.noise, found.denoise, found.color_denoise, round(radius, 2))

    @property
    def _is_wanted(self) -> bool:
        return bool(self._develop.denoise or self._develop.color_denoise or self._develop.sharpen)

    def _decide(self, noise: Noise) -> None:
        self._noise = noise
        seen = noise.at(_TYPICAL) / _TYPICAL
        share = float(np.clip((seen - _UNSEEN) / (_PLAIN - _UNSEEN), 0, 1))
        share = share * _AS_IT_IS if share > _WORTH_IT else 0.0
        strong = float(np.clip((seen - _PLAIN) / (_STRONG - _PLAIN), 0, 1))
        luminance = _or(self._develop.denoise, share * (_GRAIN + (1 - _GRAIN) * strong))
        color = _or(self._develop.color_denoise, share * (_TINTS + (1 - _TINTS) * strong))
        self.found = DetailFound(seen, luminance, color)
        log.info("noise %.4f at a tenth of white: %s", seen, self.found)

    def _shrink(self, planes: NDArray[np.float32]) -> None:
        """Shrink planes, brightness first, in place."""
        from exposure_app.io.denoise import shrink

        found, threads = self.found, self._threads
        planes[0] = shrink(planes[0], found.denoise / _AS_IT_IS, _LUMINANCE_LEVELS, threads=threads)
        for plane in planes[1:]:
            plane[:] = shrink(plane, found.color_denoise / _AS_IT_IS, _COLOR_LEVELS, _COLOR_STEP, threads)


def _of_whole_quads(sites: NDArray[Any]) -> NDArray[Any]:
    """A mosaic with even sides: the last row or column but one, of the same colours, stands in for a lacking one."""
    height, width = sites.shape
    if not height % 2 and not width % 2:
        return sites
    return np.pad(sites, ((0, height % 2), (0, width % 2)), "reflect")


def _or(asked: "int | Literal['auto']", found: float) -> int:
    return round(found) if asked == "auto" else asked


def _noise_in(profile: Sequence[float]) -> Noise | None:
    """One noise for all colours: the mean of those that a file states, if they are ones that sensors have."""
    pairs = np.asarray(profile[: len(profile) // 2 * 2], np.float64).reshape(-1, 2)
    if not len(pairs) or not np.isfinite(pairs).all():
        return None
    shot, read = (float(value) for value in pairs.mean(axis=0))
    return Noise(shot, max(read, 0.0)) if 1e-7 <= shot < 0.1 and read < 0.1 else None
