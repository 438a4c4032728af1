"""What the lensfun database knows of a camera and a lens: distortion, vignetting and lateral colour.

A profile counts as known with certainty where the camera is in the database and either has its lens built in, or tells
a lens whose name is there letter by letter, blanks and the maker's name aside.
"""

import re
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.image import Metadata
from exposure_app.io.lens.optics import Frame, LightTable, Table

_SIDE = 240  # px, the smaller side of the picture that lensfun is asked about
_SAMPLES = 512
_FAR = 1000.0  # m; files do not tell how far the subject was
_BEYOND = 1.02  # how far focal lengths may lie outside of what the lens has
_CONVERTERS = ("converter", "adapter", "attachment", "telecon", "wide-angle", "geobartic")

_one_at_a_time = threading.Lock()

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Profile:
    """A lens at a focal length and an aperture.

    Attributes:
        name: What lensfun calls it.
        certain: Whether it is this photo's lens beyond doubt.
        bends: Radii, in shares of half the smaller side, and 3 ratios for each; None where that is not known.
        fringes: Whether the ratios of red and blue are known to differ.
        light: Radii and gains; None where that is not known.
    """

    name: str
    certain: bool
    bends: tuple[Floats, Floats] | None = None
    fringes: bool = False
    light: tuple[Floats, Floats] | None = None

    def table(self, frame: Frame) -> Table | None:
        """How the pixels of a frame are bent."""
        if self.bends is None:
            return None
        return Table(self.bends[0] * (min(frame.width, frame.height) - 1) / 2, self.bends[1], frame)

    def light_table(self, frame: Frame) -> LightTable | None:
        """What the pixels of a frame lack of light."""
        if self.light is None:
            return None
        return LightTable(self.light[0] * (min(frame.width, frame.height) - 1) / 2, self.light[1], frame)


def find_profile(metadata: Metadata, width: int, height: int) -> Profile | None:
    """The profile of the lens that took a photo; the likeliest where it is not certain, None where none is likely.

    Args:
        metadata: What the photo says of camera, lens, focal length and aperture.
        width: Of the photo as the sensor saw it.
        height: Likewise.
    """
    if not metadata.camera or not metadata.focal_length or width < 16 or height < 16:
        return None
    aspect = (max(width, height) - 1) / (min(width, height) - 1)
    with _one_at_a_time:
        camera = _camera(metadata.camera)
        lens, certain = _lens(camera, metadata.lens, metadata.focal_length) if camera else (None, False)
        if lens is None:
            return None
        return _profile(lens, camera, certain, metadata.focal_length, metadata.aperture or 0.0, aspect)


def _camera(name: str) -> Any:
    """The camera of exactly that name."""
    return _cameras().get(_plain(name))


def _lens(camera: Any, name: str, focal_length: float) -> tuple[Any, bool]:
    """The lens, and whether there is no doubt."""
    fitting = [lens for lens in _database().find_lenses(camera) if _reaches(lens, focal_length)]
    if camera.mount[:1].islower():  # lensfun's sign of a lens that cannot be taken off
        plain = [lens for lens in fitting if not any(word in lens.model.casefold() for word in _CONVERTERS)]
        return (plain[0], True) if len(plain) == 1 else (None, False)
    makers = {_plain(lens.maker) for lens in fitting}
    wanted = _without_maker(name, makers)
    same = [lens for lens in fitting if wanted and _without_maker(lens.model, makers) == wanted]
    if same:
        return min(same, key=lambda lens: abs(lens.crop_factor - camera.crop_factor)), True
    if not re.search(r"\d", name):
        return None, False
    likely = [lens for lens in _database().find_lenses(camera, None, name, True) if _reaches(lens, focal_length)]
    return (likely[0], False) if likely else (None, False)


def _reaches(lens: Any, focal_length: float) -> bool:
    longest = lens.max_focal or lens.min_focal
    return bool(lens.min_focal / _BEYOND <= focal_length <= longest * _BEYOND)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9./+*-]", "", name.casefold().replace("ƒ", "f"))


def _without_maker(name: str, makers: set[str]) -> str:
    plain = _plain(name).replace("f/", "f")
    return next((plain[len(maker) :] for maker in sorted(makers, key=len)[::-1] if plain.startswith(maker)), plain)


@cache
def _database() -> Any:
    import lensfunpy

    return lensfunpy.Database(load_common=False)


@cache
def _cameras() -> dict[str, Any]:
    """Cameras by name, with and without their maker; names that two cameras have are nobody's."""
    found: dict[str, Any] = {}
    for camera in _database().cameras:
        for name in {_plain(camera.model), _plain(f"{camera.maker} {camera.model}")}:
            other = found.get(name)
            same = other is not None and (other.mount, other.crop_factor) != (camera.mount, camera.crop_factor)
            found[name] = None if same else camera
    return found


def _profile(lens: Any, camera: Any, certain: bool, focal: float, aperture: float, aspect: float) -> Profile:
    """What lensfun says, along the diagonal of a small picture of the same proportions."""
    import lensfunpy

    height, width = _SIDE + 1, round(_SIDE * aspect) + 1
    flags = lensfunpy.ModifyFlags
    modifier = lensfunpy.Modifier(lens, camera.crop_factor, width, height)
    modifier.initialize(
        focal, aperture or 8.0, _FAR, scale=1.0, pixel_format=np.float32,
        flags=flags.DISTORTION | flags.TCA | (flags.VIGNETTING if aperture else 0),
    )  # fmt: skip
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    x, y = np.linspace(middle[0], width - 1, _SAMPLES), np.linspace(middle[1], height - 1, _SAMPLES)
    radii = np.hypot(x - middle[0], y - middle[1]) / (_SIDE / 2)
    fringes = bool(lens.calib_tca)
    places = modifier.apply_subpixel_geometry_distortion() if fringes else modifier.apply_geometry_distortion()
    bends = light = None
    if places is not None:
        places = np.broadcast_to(places if fringes else places[:, :, np.newaxis], (height, width, 3, 2))
        ratios = _ratios(places.astype(np.float64), middle, radii)
        bends = _extended(radii, ratios)
    picture = np.ones((height, width, 3), np.float32)
    if aperture and lens.calib_vignetting and modifier.apply_color_modification(picture):
        column = np.rint(x).astype(int)
        row = np.rint(y).astype(int)
        seen = np.hypot(column - middle[0], row - middle[1]) / (_SIDE / 2)
        gains = picture[row, column, 1].astype(np.float64)
        order = np.unique(seen, return_index=True)[1]
        light = _extended(seen[order], np.clip(gains[order], 0.2, 16)[np.newaxis])
        light = light[0], light[1][0]
    return Profile(lens.model, certain, bends, fringes and bends is not None, light)


def _ratios(places: Floats, middle: Floats, radii: Floats) -> Floats:
    """Radius before over radius after the correction along the diagonal, for each plane."""
    height, width = places.shape[:2]
    rows, columns = np.indices((height, width))
    seen = np.hypot(columns - middle[0], rows - middle[1]) / (_SIDE / 2)
    on = (seen > 0.1) & (np.abs((rows - middle[1]) * middle[0] - (columns - middle[0]) * middle[1]) < _SIDE)
    at = seen[on]
    order = np.argsort(at)
    ratios = []
    for plane in range(3):
        before = np.hypot(places[..., plane, 0] - middle[0], places[..., plane, 1] - middle[1])[on] / (_SIDE / 2)
        # lensfun's models are polynomials: one through all places is free of single precision's noise.
        fitted = np.polynomial.Polynomial.fit(at[order], (before / at)[order], 7)
        ratios.append(fitted(radii))
    return np.stack(ratios)


def _extended(radii: Floats, values: Floats) -> tuple[Floats, Floats]:
    """The same with one place further out, on the line of the last two, for pixels beyond the frame."""
    far = radii[-1] * 1.2
    slope = (values[:, -1] - values[:, -2]) / (radii[-1] - radii[-2])
    last = values[:, -1] + slope * (far - radii[-1])
    return np.append(radii, far), np.concatenate([values, last[:, np.newaxis]], axis=1)
