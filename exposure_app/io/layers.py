"""Transparent pictures over white, in their own encoding, as viewers show them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def flattened(pixels: NDArray[Any]) -> NDArray[Any]:
    """A picture without its alpha.

    Args:
        pixels: H x W, or H x W x 1 to 4: the last of 2 or 4 channels is alpha.

    Returns:
        H x W x 1 or 3.
    """
    if pixels.ndim == 2:
        return pixels[..., np.newaxis]
    return pixels if pixels.shape[2] in (1, 3) else over_white(pixels[..., :-1], pixels[..., -1:])


def over_white(color: NDArray[Any], alpha: NDArray[Any], premultiplied: bool = False) -> NDArray[Any]:
    """Lay colours over white.

    Args:
        color: H x W x channels; uint8, uint16 or float32.
        alpha: H x W x 1 of the same type.
        premultiplied: Whether the colours are multiplied by alpha already.
    """
    if color.dtype == np.float32:
        part = np.clip(alpha, 0, 1)
        return np.asarray((color if premultiplied else color * part) + (1 - part), np.float32)
    white = np.iinfo(color.dtype).max
    wide, part = color.astype(np.uint32), alpha.astype(np.uint32)
    if premultiplied:
        return np.asarray(np.minimum(wide + (white - part), white).astype(color.dtype))
    # white * white still fits into 32 bits, one half more would not.
    return np.asarray(((wide * part + white * (white - part)) // white).astype(color.dtype))


def flat_of(picture: Any) -> NDArray[np.uint8]:
    """The pixels of a picture that Pillow opened: H x W x 1, 3 or, for inks, 4, without alpha."""
    if picture.mode == "CMYK":
        return np.asarray(picture)
    if picture.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in picture.info:
        return flattened(np.asarray(picture.convert("RGBA")))
    return flattened(np.asarray(picture.convert("L" if picture.mode in ("1", "L") else "RGB")))
