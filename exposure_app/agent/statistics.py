"""The few numbers that describe a picture's look: what D sees beside the picture, and what the metric counts.

Shapes: B batch, C channel, H height, W width, S statistics. What the agent looks at in use is for arrays of numpy and
torch alike.
"""

from typing import TYPE_CHECKING, Any

from exposure_app.array_module import module_of
from exposure_app.filters._math import luminance

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


def aim(rgb_BCHW: "Tensor") -> "Tensor":
    """The look of finished pictures in four numbers, each in standard deviations from the mean of finished photos.

    Args:
        rgb_BCHW: Display-referred, clipped to [0, 1] here.

    Returns:
        (B, 4), by ``AIMS``: mean luminance, its standard deviation, mean difference of red and blue, mean distance of
        pixels from grey.
    """
    import torch

    rgb = rgb_BCHW.clamp(0, 1)
    grey = luminance(rgb)
    light = grey.flatten(-3)
    chroma = ((rgb - grey).square().sum(-3) + LEAST_CHROMA**2).sqrt() - LEAST_CHROMA
    warmth = (rgb[..., 0, :, :] - rgb[..., 2, :, :]).mean((-2, -1))
    deviation = (light.var(-1, correction=0) + TINY).sqrt()
    found = torch.stack([light.mean(-1), deviation, warmth, chroma.mean((-2, -1))], dim=-1)
    return (found - found.new_tensor(AIM_MIDDLE)) / found.new_tensor(AIM_SPREAD)


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
    """The ``KNOWN`` numbers (B, KNOWN) of pictures that policies and tastes see beside them."""
    return module_of(rgb_BCHW).concatenate([planes(rgb_BCHW, color=True), log_planes(rgb_BCHW)], 1)
