"""How strong the noise of a sensor is, and planes in which it is equally strong everywhere.

Noise of a sensor is that of light, whose variance grows with the light, and that of reading, which does not:
``shot * light + read``. A square root with an offset (the generalised Anscombe transform) makes both one; its way back
is the unbiased one of M. Makitalo and A. Foi (IEEE TIP 22, 2013).
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from exposure_app.io.camera_color import for_each
from exposure_app.jit import jit

Floats = NDArray[np.float32]

_ROWS_AT_ONCE = 64
_BLOWN = np.float32(0.98)  # of white: such sites stay as they are, for what is blown is decided later


_BLOCK = 8  # sites of one colour, in each direction
_MOST_BLOCKS = 10000  # of each colour
_GROUPS, _LEAST_GROUP = 24, 40  # of like brightness, and how many blocks tell anything
_SMOOTHEST = 0.05  # the share of blocks that is taken to be without texture
_SMOOTH_SHARE = 0.453  # what that quantile is of the variance where there is nothing but noise
_ONE_BRIGHTNESS = 1.3
_ROUNDS, _TEXTURE = 4, 1.4
_LEAST_READ = 1e-10
_LEAST_SHOT, _MOST_SHOT = 1e-7, 2e-4  # the latter at ISO 100: 5,000 electrons fill a pixel


# Rows are brightness and two differences, of equal noise; a picture without colours has only the one.
_OPPONENT = {
    1: np.ones((1, 1), np.float32),
    3: np.array([[3**-0.5] * 3, [2**-0.5, 0, -(2**-0.5)], [6**-0.5, -2 * 6**-0.5, 6**-0.5]], np.float32),
}


class Noise(NamedTuple):
    """The variance of a sensor's values, as a share of white squared.

    Attributes:
        shot: Share that grows with the light, for white.
        read: Share that is always there.
    """

    shot: float
    read: float

    def at(self, light: float) -> float:
        """Standard deviation at a brightness between 0, black, and 1, white."""
        return float(np.sqrt(max(self.shot * light + self.read, 0.0)))


def estimate(sites: NDArray[Any], black: NDArray[Any], white: float, iso: float | None = None) -> Noise:
    """The noise of a Bayer mosaic, from what varies least in it at every brightness.

    Args:
        sites: uint16 or float32, H x W.
        black: 2 x 2, black levels of the first four sites.
        white: Value at which sites are blown.
        iso: Sensitivity, where it is known: no sensor has more noise than one of a telephone, so that a picture
            which is texture all over is not taken for noise.
    """
    planes = [
        (_blocks_of(sites[row::2, column::2]) - np.float32(black[row, column])) / np.float32(white - black[row, column])
        for row in range(2)
        for column in range(2)
    ]
    blocks = np.concatenate(planes) if min(sites.shape) >= 4 * _BLOCK else np.empty((0, _BLOCK, _BLOCK), np.float32)
    least = _LEAST_READ if sites.dtype.kind == "f" else 1 / (12 * white * white)  # what rounding alone amounts to
    found = _fit(*_brightness_and_variance(blocks))
    most = np.inf if not iso else _MOST_SHOT * iso / 100
    return Noise(float(np.clip(found.shot, _LEAST_SHOT, most)), float(max(found.read, least)))


def _blocks_of(plane: NDArray[Any]) -> Floats:
    """Blocks all over a plane, N x 8 x 8."""
    rows, columns = (side // _BLOCK for side in plane.shape)
    step = max(1, int(np.sqrt(rows * columns / _MOST_BLOCKS)))
    blocks = plane[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)[::step, :, ::step]
    return blocks.transpose(0, 2, 1, 3).reshape(-1, _BLOCK, _BLOCK).astype(np.float32)


def _brightness_and_variance(blocks: Floats) -> tuple[Floats, Floats]:
    """Means, and variances of what no slope explains (J. Immerkaer, CVIU 64, 1996), of blocks that are not blown."""
    blocks = blocks[blocks.max(axis=(1, 2), initial=0) < _BLOWN]
    rows = blocks[:, :-2] - 2 * blocks[:, 1:-1] + blocks[:, 2:]
    rough = (rows[:, :, :-2] - 2 * rows[:, :, 1:-1] + rows[:, :, 2:]) / 6
    return blocks.mean(axis=(1, 2)), np.mean(rough * rough, axis=(1, 2))


def _fit(light: Floats, variance: Floats) -> Noise:
    """A line through the smoothest blocks of every brightness; what lies far above it is texture, and left out."""
    if len(light) < _LEAST_GROUP // 4:
        return Noise(0.0, 0.0)
    groups = np.array_split(np.argsort(light), min(max(len(light) // _LEAST_GROUP, 1), _GROUPS))
    x = np.array([np.median(light[group]) for group in groups], np.float64)
    y = np.array([np.quantile(variance[group], _SMOOTHEST) for group in groups], np.float64) / _SMOOTH_SHARE
    if x.max() < _ONE_BRIGHTNESS * x.min():  # nothing tells light's noise from that of reading
        return Noise(float(np.median(y / x)), 0.0)
    keep = np.ones(len(x), bool)
    shot = read = 0.0
    for _ in range(_ROUNDS):
        weight = 1 / np.maximum(y[keep], 1e-12)
        design = np.stack([x[keep], np.ones(keep.sum())], axis=1) * weight[:, np.newaxis]
        shot, read = np.linalg.lstsq(design, y[keep] * weight, rcond=None)[0]
        if read < 0 or shot < 0:
            ratio = y[keep] / np.maximum(x[keep], 1e-6)
            shot, read = (float(np.median(ratio)), 0.0) if read < 0 else (0.0, float(np.median(y[keep])))
        expected = np.maximum(shot * x + read, 1e-12)
        keep = y <= _TEXTURE * expected
        if keep.sum() < 2:
            break
    return Noise(max(float(shot), 0.0), max(float(read), 0.0))


def estimate_camera(camera: NDArray[Any], white: float, iso: float | None = None) -> Noise:
    """The noise of a picture that is demosaiced already, from quads of its pixels: between neighbours it is smoother.

    Args:
        camera: uint16 or float32, H x W x C, linear, black is 0.
        white: Value at which pixels are blown.
        iso: As in ``estimate``.
    """
    height, width = (side // 2 * 2 for side in camera.shape[:2])
    even = camera[:height, :width].reshape(height // 2, 2, width // 2, 2, -1).mean(axis=(1, 3), dtype=np.float32)
    quads = np.concatenate([even[..., c] for c in range(even.shape[-1])])
    found = estimate(quads, np.zeros((2, 2)), white, iso)
    return Noise(4 * found.shot, 4 * found.read)


def planes_of(camera: NDArray[Any], white: float, noise: Noise) -> Floats:
    """As ``quads_of``, of a picture: float32, C x H x W, brightness first."""
    offset = 0.375 + noise.read / (noise.shot * noise.shot)
    light = camera.astype(np.float32) / np.float32(white * noise.shot)
    even = 2 * np.sqrt(np.maximum(light + np.float32(offset), 0))
    return np.ascontiguousarray(np.moveaxis(even @ _OPPONENT[camera.shape[2]].T, -1, 0))


def put_planes(planes: Floats, camera: NDArray[Any], white: float, noise: Noise) -> None:
    """The way back of ``planes_of``; blown pixels stay."""
    offset = np.float32(noise.read / (noise.shot * noise.shot))
    flat = np.moveaxis(planes, 0, -1) @ _OPPONENT[camera.shape[2]]
    _light_of_all(flat.reshape(-1), offset)
    flat *= np.float32(white * noise.shot)
    if camera.dtype.kind != "f":
        flat = np.clip(flat + np.float32(0.5), 0, np.iinfo(np.uint16).max)
    np.copyto(camera, flat, where=camera < _BLOWN * white, casting="unsafe")


@jit
def _light_of_all(values: Any, offset: Any) -> None:
    for i in range(len(values)):
        values[i] = _light_of(values[i], offset)


def quads_of(sites: NDArray[Any], black: NDArray[Any], white: float, noise: Noise, threads: int | None) -> Floats:
    """A Bayer mosaic as one plane of brightness and three of colour with a noise of 1.

    Args:
        sites: uint16 or float32, H x W.
        black: 2 x 2, black levels of the first four sites.
        white: Value at which sites are blown.
        noise: Of the sensor.
        threads: Threads; all available cores when None.

    Returns:
        float32, 4 x H // 2 x W // 2: brightness, and differences of the four sites of each quad.
    """
    height, width = (side // 2 for side in sites.shape)
    out = np.empty((4, height, width), np.float32)
    arguments = (black.astype(np.float32).ravel(), np.float32(white), np.float32(noise.shot), np.float32(noise.read))
    for_each(lambda top: _to_quads(sites, top, *arguments, out), range(0, height, _ROWS_AT_ONCE), threads)
    return out


def put_quads(
    quads: Floats, sites: NDArray[Any], black: NDArray[Any], white: float, noise: Noise, threads: int | None
) -> None:
    """The way back of ``quads_of`` into the mosaic; blown sites stay."""
    half = np.float32(0 if sites.dtype.kind == "f" else 0.5)
    arguments = (
        black.astype(np.float32).ravel(),
        np.float32(white),
        np.float32(noise.shot),
        np.float32(noise.read),
        half,
    )
    for_each(lambda top: _from_quads(quads, top, *arguments, sites), range(0, quads.shape[1], _ROWS_AT_ONCE), threads)


@jit
def _to_quads(sites: Any, top: Any, black: Any, white: Any, shot: Any, read: Any, out: Any) -> None:
    half, two = np.float32(0.5), np.float32(2)
    offset = np.float32(0.375) + read / (shot * shot)
    scales = np.float32(1) / ((white - black) * shot)
    zero = np.float32(0)
    for y in range(top, min(top + _ROWS_AT_ONCE, out.shape[1])):
        upper, lower = sites[2 * y], sites[2 * y + 1]
        for x in range(out.shape[2]):
            a = two * np.sqrt(max((np.float32(upper[2 * x]) - black[0]) * scales[0] + offset, zero))
            b = two * np.sqrt(max((np.float32(upper[2 * x + 1]) - black[1]) * scales[1] + offset, zero))
            c = two * np.sqrt(max((np.float32(lower[2 * x]) - black[2]) * scales[2] + offset, zero))
            d = two * np.sqrt(max((np.float32(lower[2 * x + 1]) - black[3]) * scales[3] + offset, zero))
            out[0, y, x] = half * (a + b + c + d)
            out[1, y, x] = half * (a - b - c + d)
            out[2, y, x] = half * (a + b - c - d)
            out[3, y, x] = half * (a - b + c - d)


@jit
def _from_quads(quads: Any, top: Any, black: Any, white: Any, shot: Any, read: Any, rounding: Any, sites: Any) -> None:
    half = np.float32(0.5)
    offset = read / (shot * shot)
    blown = np.float32(_BLOWN) * white
    for y in range(top, min(top + _ROWS_AT_ONCE, quads.shape[1])):
        for x in range(quads.shape[2]):
            p, q, r, s = quads[0, y, x], quads[1, y, x], quads[2, y, x], quads[3, y, x]
            for site in range(4):
                second, odd = site >> 1, site & 1
                value = p + (q if second == odd else -q) + (-r if second else r) + (-s if odd else s)
                light = shot * _light_of(half * value, offset)
                row, column = 2 * y + second, 2 * x + odd
                if np.float32(sites[row, column]) < blown:
                    level = black[site] + light * (white - black[site])
                    sites[row, column] = min(max(level + rounding, np.float32(0)), np.float32(65535))


@jit
def _light_of(value: Any, offset: Any) -> Any:
    """The mean number of photons behind a stabilised mean."""
    least = np.float32(2) * np.sqrt(np.float32(0.375) + offset)
    v = max(value, least)
    one = np.float32(1) / v
    root = np.float32(1.2247449)
    more = one * (np.float32(0.25) * root + one * (np.float32(-1.375) + one * np.float32(0.625) * root))
    light = np.float32(0.25) * v * v + more - np.float32(0.125) - offset
    # Below black there are no photons, but noise that must not be taken for light: the line goes on.
    return light + np.float32(0.5) * least * (value - v)
