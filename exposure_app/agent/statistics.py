"""The few numbers that describe a picture's look: what D sees beside the picture, and what the metric counts.

Shapes: B batch, C channel, H height, W width, S statistics. What the agent looks at in use is for arrays of numpy and
torch alike.
"""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from exposure_app.array_module import module_of
from exposure_app.filters._math import luminance
from exposure_app.pipeline.recipe import DISPLAY_GAMMA, NEUTRAL_PERCENTILE

if TYPE_CHECKING:
    from torch import Tensor

TINY = 1e-6
SMOOTHING = 0.05  # keeps the gradient of the saturation of nearly black and nearly white pixels finite
LEAST_LIGHT = 2.0**-10  # ten stops below white all is black
AIMS = ("brightness", "contrast", "warmth", "color")  # what a look is described by
AIM_MIDDLE = (0.42, 0.21, 0.06, 0.12)  # of finished photos
AIM_SPREAD = (0.14, 0.06, 0.10, 0.06)
LEAST_CHROMA = 0.01  # keeps the gradient of the chroma of greys finite
COLOR_SCALE = 4.0  # mean colour differences are small beside the other statistics
PLANES, COLOR_PLANES, LOG_PLANES = 3, 2, 2  # how many
KNOWN = PLANES + COLOR_PLANES + LOG_PLANES
DARKEST_WHITE = 2.0**-8  # a white point below this is taken for this
DEEPEST_SHADOW = 2.0**-7  # of the white point: seven stops below it all is black
SHARES = (0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98)  # of the pixels that are darker, and of those less saturated:
SATURATION_SHARES = (0.1, 0.5, 0.9)
AREAS = 4  # rows and columns that a scene is divided into
NEARLY_WHITE = 0.9  # where a channel begins to be clipped
HUES = 8
SCENE = len(AIMS) + len(SHARES) + AREAS * AREAS + 3 + 3 + len(SATURATION_SHARES) + 1 + 1 + HUES  # how many numbers
_PLANE = (-3, -2, -1)  # axes of a single plane


def hsl_saturation(rgb_BCHW: Any, floor: float = TINY) -> Any:
    """Saturation of the HSL colour space, 0 to 1, of pixels in [0, 1].

    Args:
        rgb_BCHW: (..., 3, H, W) in [0, 1].
        floor: Least value of the denominator.

    Returns:
        (..., 1, H, W).
    """
    module = module_of(rgb_BCHW)
    if module is np:  # numpy takes four times as long along an axis of three
        red, green, blue = (rgb_BCHW[..., i : i + 1, :, :] for i in range(3))
        high, low = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    else:
        high, low = module.amax(rgb_BCHW, -3, keepdims=True), module.amin(rgb_BCHW, -3, keepdims=True)
    return (high - low) / (1 - abs(high + low - 1)).clip(min=floor)


def look(rgb_BCHW: "Tensor") -> "Tensor":
    """Luminance, contrast and saturation as the paper's metric has them (supplement, section 9).

    Contrast is twice the standard deviation of luminance, as in the authors' code, where the paper says variance.

    Args:
        rgb_BCHW: Display-referred, clipped to [0, 1] here.

    Returns:
        (B, 3): mean luminance, 2 x standard deviation of luminance, mean HSL saturation.
    """
    import torch

    rgb = rgb_BCHW.clamp(0, 1)
    light = luminance(rgb).flatten(-3)
    saturation = hsl_saturation(rgb).flatten(-3)
    return torch.stack([light.mean(-1), 2 * light.std(-1, correction=0), saturation.mean(-1)], dim=-1)


def aim(rgb_BCHW: Any) -> Any:
    """The look of finished pictures in four numbers, each in standard deviations from the mean of finished photos.

    Args:
        rgb_BCHW: Display-referred, clipped to [0, 1] here.

    Returns:
        (B, 4), by ``AIMS``: mean luminance, its standard deviation, mean difference of red and blue, mean distance of
        pixels from grey.
    """
    module, rgb = module_of(rgb_BCHW), rgb_BCHW.clip(0, 1)
    grey = luminance(rgb)
    chroma = module.sqrt(((rgb - grey) ** 2).sum(-3) + LEAST_CHROMA**2) - LEAST_CHROMA
    warmth = (rgb[..., 0, :, :] - rgb[..., 2, :, :]).mean((-2, -1))
    deviation = module.sqrt(module.var(grey, _PLANE, correction=0) + TINY)
    found = (grey.mean(_PLANE), deviation, warmth, chroma.mean((-2, -1)))
    middles = zip(found, AIM_MIDDLE, AIM_SPREAD, strict=True)
    return module.stack([(number - middle) / spread for number, middle, spread in middles], -1)


def planes(rgb_BCHW: Any, color: bool) -> Any:
    """The statistics appended to pictures for value net and discriminator (paper, section 5.1).

    Args:
        rgb_BCHW: Clipped to [0, 1] here.
        color: Whether to add the mean differences R - G and B - G, times 4: without them colour casts go unnoticed.

    Returns:
        (B, 3) mean luminance, its variance, mean HSL saturation; (B, 5) with colour.
    """
    module, rgb = module_of(rgb_BCHW), rgb_BCHW.clip(0, 1)
    light, saturation = luminance(rgb), hsl_saturation(rgb, SMOOTHING)
    parts = [light.mean(_PLANE), module.var(light, _PLANE, correction=0), saturation.mean(_PLANE)]
    if color:
        means = rgb.mean((-2, -1))
        parts += [COLOR_SCALE * (means[..., 0] - means[..., 1]), COLOR_SCALE * (means[..., 2] - means[..., 1])]
    return module.stack(parts, -1)


def log_planes(rgb_BCHW: Any) -> Any:
    """How bright a picture is, on the scale of exposures: what one looks at to expose it.

    Args:
        rgb_BCHW: Edges a multiple of 8. Not clipped; linear light at the first step.

    Returns:
        (B, 2): mean of log2 of luminance, and log2 of the brightest of 8 x 8 areas; both moved and scaled to about
        [-1, 1].
    """
    module, light_B1HW = module_of(rgb_BCHW), luminance(rgb_BCHW)
    count, _, height, width = light_B1HW.shape
    areas = light_B1HW.reshape(count, height // 8, 8, width // 8, 8).mean((2, 4)).reshape(count, -1)
    middle = module.log2(light_B1HW + LEAST_LIGHT).mean((1, 2, 3)) / 5 + 1
    brightest = module.log2(module.amax(areas, 1) + LEAST_LIGHT) / 5 + 0.5
    return module.stack([middle, brightest], -1)


def known(rgb_BCHW: Any) -> Any:
    """The ``KNOWN`` numbers (B, KNOWN) of pictures that policies see beside them."""
    return module_of(rgb_BCHW).concatenate([planes(rgb_BCHW, color=True), log_planes(rgb_BCHW)], 1)


def scene(rgb_BCHW: Any) -> Any:
    """What untouched photos show, whatever they were exposed for: all that a taste knows of them.

    Args:
        rgb_BCHW: Linear light, edges a multiple of 4.

    Returns:
        (B, SCENE): the look of the plain rendering as ``aim`` has it; the spread of light in stops below the white
        point, over the picture and by areas; the casts of the picture and of its bright parts; the spread of
        saturation; how much is clipped; the exposure; how much colour there is of each hue.
    """
    module = module_of(rgb_BCHW)
    count, _, height, width = rgb_BCHW.shape
    brightest = module.amax(rgb_BCHW, 1)
    white_B = module.quantile(brightest.reshape(count, -1), NEUTRAL_PERCENTILE / 100, -1).clip(min=DARKEST_WHITE)
    exposed = rgb_BCHW / white_B[:, None, None, None]
    shown = exposed.clip(TINY, 1) ** DISPLAY_GAMMA
    stops = module.log2(luminance(exposed) + DEEPEST_SHADOW) / 3
    areas = stops.reshape(count, AREAS, height // AREAS, AREAS, width // AREAS).mean((2, 4)).reshape(count, -1)
    saturation = hsl_saturation(shown, SMOOTHING).reshape(count, -1)
    clipped = ((brightest - NEARLY_WHITE) / (1 - NEARLY_WHITE)).clip(0, 1).mean((-2, -1))
    spreads = [module.quantile(stops.reshape(count, -1), share, -1) for share in SHARES]
    spreads += [module.quantile(saturation, share, -1) for share in SATURATION_SHARES]
    spreads += [4 * clipped, -module.log2(white_B) / 3]
    casts = [_cast((shown**power).mean((-2, -1)) ** (1 / power)) for power in (1, 6)]
    return module.concatenate([aim(shown), areas, module.stack(spreads, -1), *casts, _hues(shown)], 1)


def _cast(mean_BC: Any) -> Any:
    """How a mean colour (B, 3) differs from grey."""
    return COLOR_SCALE * (mean_BC - mean_BC.mean(-1)[:, None])


def _hues(shown_BCHW: Any) -> Any:
    """How much colour (B, HUES) there is of each hue, each reaching into its neighbours."""
    module = module_of(shown_BCHW)
    red, green, blue = (shown_BCHW[:, channel] for channel in range(3))
    across, along = red - green, (red + green) / 2 - blue
    chroma = module.sqrt(across**2 + along**2 + TINY)
    found = []
    for number in range(HUES):
        angle = 2 * math.pi * number / HUES
        toward = ((across * math.sin(angle) + along * math.cos(angle)) / chroma).clip(min=0)
        found.append((toward**4 * chroma).mean((-2, -1)))
    return COLOR_SCALE * module.stack(found, -1)
