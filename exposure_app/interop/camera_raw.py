"""A look as settings of Lightroom and Camera Raw (``crs:`` in XMP): similar, not the same.

Adobe's processing is not published, so the steps are folded into the few settings whose meaning is plain: exposure, a
point curve for all channels and one for each, saturation, black and white. What they are taken to do, and what the
stated error is measured with, is ``CameraRaw.render``. White balance becomes a part of the channels' curves: Adobe's
own setting means another thing for each camera.
"""

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.errors import ExposureError
from exposure_app.filters._math import LUMINANCE
from exposure_app.image import Pixels
from exposure_app.io import xmp
from exposure_app.io.transfer import linear_to_srgb, srgb_to_linear
from exposure_app.pipeline.color_difference import delta_e_2000, lab
from exposure_app.pipeline.geometry import Geometry, Rect

CRS = "http://ns.adobe.com/camera-raw-settings/1.0/"
CURVES = ("", "Red", "Green", "Blue")  # of all channels, then of each

Curve = tuple[int, ...]  # heights in codes, 0 to 255, at KNOTS

KNOTS = (0, 16, 32, 64, 96, 128, 160, 192, 224, 255)
STRAIGHT: Curve = KNOTS
_WEIGHTS = np.array(LUMINANCE)
_SMOOTH = 0.002  # weight of a curve's bends against its errors; decides where the photo has no such tones
_GREY = 1 / 255  # the most colour that a black-and-white picture may have
_NEUTRAL = ("Contrast2012", "Highlights2012", "Shadows2012", "Whites2012", "Blacks2012", "Vibrance")
_CROP = ("HasCrop", "CropTop", "CropLeft", "CropBottom", "CropRight", "CropAngle")

ET.register_namespace("crs", CRS)


@dataclass(frozen=True)
class CameraRaw:
    """Settings, by what they are taken to do, in this order.

    Attributes:
        exposure: EV, -5 to 5; light above 1 is clipped after it.
        grayscale: Whether luminance takes the place of colour.
        curves: On sRGB-encoded values: all channels', red, green, blue.
        saturation: -100 to 100; moves away from luminance.
        crop: In shares of the photo; None for no word about it.
    """

    exposure: float = 0.0
    grayscale: bool = False
    curves: tuple[Curve, Curve, Curve, Curve] = (STRAIGHT,) * 4
    saturation: int = 0
    crop: Rect | None = field(default=None)

    def render(self, pixels: Pixels) -> Pixels:
        """The picture, display-referred sRGB in [0, 1], from linear light (..., 3)."""
        encoded = _exposed(pixels, self.exposure)
        if self.grayscale:
            encoded = np.repeat((encoded @ _WEIGHTS)[..., None], 3, axis=-1)
        bent = np.stack([_bent(_bent(encoded[..., i], self.curves[0]), self.curves[i + 1]) for i in range(3)], -1)
        grey = (bent @ _WEIGHTS)[..., None]
        picture: Pixels = np.clip(grey + (1 + self.saturation / 100) * (bent - grey), 0, 1).astype(np.float32)
        return picture


def fitted(before: Pixels, after: Pixels) -> CameraRaw:
    """The settings that come closest to what a recipe made of a photo.

    Args:
        before: (n, 3), linear light.
        after: (n, 3), the same pixels display-referred, 0 to 1.
    """
    exposure = _exposure(before, after)
    encoded = _exposed(before, exposure)
    if np.ptp(after, axis=-1).max() <= _GREY:
        curve = _curve(encoded @ _WEIGHTS, after.mean(axis=-1))
        return CameraRaw(exposure, True, (_codes(curve), STRAIGHT, STRAIGHT, STRAIGHT))
    wanted = lab(after)

    def with_saturation(saturation: int) -> tuple[float, CameraRaw]:
        grey = (after @ _WEIGHTS)[..., None]
        duller = grey + (after - grey) / (1 + saturation / 100)
        found = CameraRaw(exposure, False, _split([_curve(encoded[:, i], duller[:, i]) for i in range(3)]), saturation)
        return float(delta_e_2000(lab(found.render(before)), wanted).mean()), found

    tried: dict[int, tuple[float, CameraRaw]] = {}
    best, reach = 0, 32
    while reach:  # a search on ever finer steps: the error has one valley
        for saturation in (best - reach, best, best + reach):
            if -96 <= saturation <= 100 and saturation not in tried:
                tried[saturation] = with_saturation(saturation)
        nearer = min((s for s in (best - reach, best, best + reach) if s in tried), key=lambda s: tried[s][0])
        best, reach = (nearer, reach) if nearer != best else (best, reach // 2)
    return tried[best][1]


def crop_of(geometry: Geometry, orientation: int) -> Rect | None:
    """The crop as Camera Raw states it, in the file's own orientation; None where it cannot be told so simply."""
    plain = geometry == Geometry(crop=geometry.crop) and orientation == 1
    return geometry.crop if plain and geometry != Geometry() else None


def write_packet(settings: CameraRaw, old: bytes = b"") -> bytes:
    """A sidecar with the settings; what else the old one says stays.

    Raises:
        ExposureError: The old one cannot be read: it must not be lost.
    """
    root = xmp.parse(old) if old else ET.Element(f"{{{xmp.META}}}xmpmeta")
    rdf = None if root is None else root if root.tag == f"{{{xmp.RDF}}}RDF" else root.find(f"{{{xmp.RDF}}}RDF")
    if root is None or (old and rdf is None):
        raise ExposureError("The sidecar that is there is no XMP", "Move it away, or export to another folder.")
    if rdf is None:
        rdf = ET.SubElement(root, f"{{{xmp.RDF}}}RDF")
    fresh = _attributes(settings)
    ours = {f"{{{CRS}}}{name}" for name in [*fresh, *(f"ToneCurvePV2012{curve}" for curve in CURVES)]}
    for description in rdf.findall(f"{{{xmp.RDF}}}Description"):
        for name in ours & set(description.attrib):
            del description.attrib[name]
        for child in [child for child in description if child.tag in ours]:
            description.remove(child)
    description = ET.SubElement(rdf, f"{{{xmp.RDF}}}Description", {f"{{{xmp.RDF}}}about": ""})
    for name, value in fresh.items():
        description.set(f"{{{CRS}}}{name}", value)
    for name, curve in zip(CURVES, settings.curves, strict=True):
        points = ET.SubElement(ET.SubElement(description, f"{{{CRS}}}ToneCurvePV2012{name}"), f"{{{xmp.RDF}}}Seq")
        for knot, height in zip(KNOTS, curve, strict=True):
            ET.SubElement(points, f"{{{xmp.RDF}}}li").text = f"{knot}, {height}"
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode").encode() + b"\n"


def read_packet(packet: bytes) -> CameraRaw:
    """The settings in a sidecar of ours.

    Raises:
        ExposureError: There are none.
    """
    root = xmp.parse(packet)
    found: dict[str, Any] = {}
    for description in [] if root is None else root.iter(f"{{{xmp.RDF}}}Description"):
        found |= {name.rpartition("}")[2]: text for name, text in description.items() if name.startswith(f"{{{CRS}}}")}
        for child in description:
            found[child.tag.rpartition("}")[2]] = [item.text or "" for item in child.iter(f"{{{xmp.RDF}}}li")]
    try:
        curves = [tuple(int(point.split(",")[1]) for point in found[f"ToneCurvePV2012{curve}"]) for curve in CURVES]
        return CameraRaw(
            float(found["Exposure2012"]),
            found["ConvertToGrayscale"] == "True",
            (curves[0], curves[1], curves[2], curves[3]),
            int(found["Saturation"]),
            Rect(*(float(found[f"Crop{side}"]) for side in ("Left", "Top", "Right", "Bottom")))
            if found.get("HasCrop") == "True"
            else None,
        )
    except (KeyError, ValueError, IndexError):
        raise ExposureError("The sidecar has no settings of Exposure for Camera Raw") from None


def _attributes(settings: CameraRaw) -> dict[str, str]:
    fixed = {"Version": "15.0", "ProcessVersion": "11.0", "HasSettings": "True", "ToneCurveName2012": "Custom"}
    fresh = fixed | dict.fromkeys(_NEUTRAL, "0")
    fresh |= {"Exposure2012": f"{settings.exposure:+.2f}", "Saturation": f"{settings.saturation:+d}"}
    fresh["ConvertToGrayscale"] = str(settings.grayscale)
    if settings.crop is not None:
        left, top, right, bottom = (f"{share:.6f}" for share in settings.crop)
        fresh |= dict(zip(_CROP, ("True", top, left, bottom, right, "0"), strict=True))
    return fresh


def _exposed(pixels: Pixels, exposure: float) -> Pixels:
    return linear_to_srgb(np.minimum(pixels * np.float32(2.0**exposure), 1))


def _exposure(before: Pixels, after: Pixels) -> float:
    """The EV that brings the middle tones to where they are wanted."""
    light, wanted = before @ _WEIGHTS, srgb_to_linear(after) @ _WEIGHTS
    middle = (light > 1e-5) & (wanted > 0.01) & (wanted < 0.9)
    if not middle.any():
        return 0.0
    return round(float(np.clip(np.median(np.log2(wanted[middle] / light[middle])), -5, 5)), 2)


def _curve(values: Pixels, wanted: Pixels) -> NDArray[np.float64]:
    """Heights at the knots of the rising curve that comes closest (least squares, bends cost a little)."""
    at = np.array(KNOTS) / 255
    below = np.clip(np.searchsorted(at, values, side="right") - 1, 0, len(at) - 2)
    share = (values - at[below]) / np.diff(at)[below]
    hats = np.zeros((len(values), len(at)))
    rows = np.arange(len(values))
    hats[rows, below], hats[rows, below + 1] = 1 - share, share
    slopes = np.diff(np.eye(len(at)), axis=0) / np.diff(at)[:, None]
    bends = np.diff(slopes, axis=0)
    weight = _SMOOTH * len(values) / len(at)
    normal = hats.T @ hats + weight * (bends.T @ bends) / len(at) + 1e-9 * np.eye(len(at))
    heights = np.linalg.solve(normal, hats.T @ wanted)
    rising: NDArray[np.float64] = np.maximum.accumulate(np.clip(heights, 0, 1))
    return rising


def _split(curves: list[NDArray[np.float64]]) -> tuple[Curve, Curve, Curve, Curve]:
    """What three curves have in common, and what each then adds."""
    together = _codes(np.mean(curves, axis=0))
    height = np.array(together) + np.arange(len(KNOTS)) * 1e-6  # rising, so that it can be inverted
    rest = [_codes(np.interp(np.interp(KNOTS, height, KNOTS), KNOTS, curve)) for curve in curves]
    return together, rest[0], rest[1], rest[2]


def _codes(heights: NDArray[np.float64]) -> Curve:
    return tuple(int(code) for code in np.rint(255 * np.clip(heights, 0, 1)))


def _bent(values: NDArray[Any], curve: Curve) -> NDArray[np.float64]:
    bent: NDArray[np.float64] = np.interp(values, np.array(KNOTS) / 255, np.array(curve) / 255)
    return bent
