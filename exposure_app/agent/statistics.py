"""The few numbers that describe a picture's look: what D sees beside the picture, and what the metric counts.

Shapes: B batch, C channel, H height, W width, S statistics.
"""

from torch import Tensor

from exposure_app.filters._math import luminance

TINY = 1e-6
SMOOTHING = 0.05  # keeps the gradient of the saturation of nearly black and nearly white pixels finite
LEAST_LIGHT = 2.0**-10  # ten stops below white all is black
AIMS = ("brightness", "contrast", "warmth", "color")  # what a look is described by
AIM_MIDDLE = (0.42, 0.21, 0.06, 0.12)  # of finished photos
AIM_SPREAD = (0.14, 0.06, 0.10, 0.06)
LEAST_CHROMA = 0.01  # keeps the gradient of the chroma of greys finite
COLOR_SCALE = 4.0  # mean colour differences are small beside the other statistics


def hsl_saturation(rgb_BCHW: Tensor, floor: float = TINY) -> Tensor:
    """Saturation of the HSL colour space, 0 to 1, of pixels in [0, 1].

    Args:
        rgb_BCHW: (..., 3, H, W) in [0, 1].
        floor: Least value of the denominator.

    Returns:
        (..., 1, H, W).
    """
    high, low = rgb_BCHW.amax(-3, keepdim=True), rgb_BCHW.amin(-3, keepdim=True)
    return (high - low) / (1 - (high + low - 1).abs()).clamp(min=floor)


def look(rgb_BCHW: Tensor) -> Tensor:
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


def aim(rgb_BCHW: Tensor) -> Tensor:
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


def planes(rgb_BCHW: Tensor, color: bool) -> Tensor:
    """The statistics appended to pictures for value net and discriminator (paper, section 5.1).

    Args:
        rgb_BCHW: Clipped to [0, 1] here.
        color: Whether to add the mean differences R - G and B - G, times 4: without them colour casts go unnoticed.

    Returns:
        (B, 3) mean luminance, its variance, mean HSL saturation; (B, 5) with colour.
    """
    import torch

    rgb = rgb_BCHW.clamp(0, 1)
    light = luminance(rgb).flatten(-3)
    parts = [light.mean(-1), light.var(-1, correction=0), hsl_saturation(rgb, SMOOTHING).flatten(-3).mean(-1)]
    if color:
        means = rgb.mean((-2, -1))
        parts += [COLOR_SCALE * (means[..., 0] - means[..., 1]), COLOR_SCALE * (means[..., 2] - means[..., 1])]
    return torch.stack(parts, dim=-1)


def log_planes(rgb_BCHW: Tensor) -> Tensor:
    """How bright a picture is, on the scale of exposures: what one looks at to expose it.

    Args:
        rgb_BCHW: Not clipped; linear light at the first step.

    Returns:
        (B, 2): mean of log2 of luminance, and log2 of the brightest of 8 x 8 areas; both moved and scaled to about
        [-1, 1].
    """
    import torch
    import torch.nn.functional as F

    light_B1HW = luminance(rgb_BCHW)
    middle = (light_B1HW + LEAST_LIGHT).log2().mean((1, 2, 3)) / 5 + 1
    brightest = (F.adaptive_max_pool2d(F.avg_pool2d(light_B1HW, 8), 1)[:, 0, 0, 0] + LEAST_LIGHT).log2() / 5 + 0.5
    return torch.stack([middle, brightest], dim=-1)
