"""How a file becomes a picture in linear light, before geometry and steps: white balance, highlights, noise, demosaic.

Part of a recipe, and what the readers are told. A finished picture knows of all this only the white balance, and what a
person wants corrected of its lens.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

from exposure_app.errors import ExposureError
from exposure_app.light import TEMPERATURES, TINTS, Light
from exposure_app.params import is_number

WhiteBalance = Literal["as-shot", "auto", "daylight", "cloudy", "shade", "tungsten", "fluorescent", "flash", "custom"]
HighlightMode = Literal["clip", "blend", "reconstruct"]
Fbdd = Literal["off", "light", "full"]
LensUse = Literal["auto", "profile", "off"]
Demosaic = Literal["own", "linear", "vng", "ppg", "ahd", "dcb", "dht", "aahd"]

BALANCE = ("white_balance", "temperature", "tint")  # entries that belong together
MAX_DENOISE = 100
MAX_SHARPEN = 100
RADII = 0.4, 1.0  # px; standard deviations of a blur that sharpening can undo
AUTO: Literal["auto"] = "auto"
MAX_BY_HAND = 100  # of the corrections of a lens that a person makes, and as far in the other direction
DAYLIGHT = Light(5500.0, 10.0)  # what a white balance of one's own starts from where nothing better is known

PRESETS: Mapping[str, Light] = {
    "daylight": Light(5500.0, 10.0),
    "cloudy": Light(6500.0, 10.0),
    "shade": Light(7500.0, 10.0),
    "tungsten": Light(2850.0, 0.0),
    "fluorescent": Light(3800.0, 21.0),
    "flash": Light(5500.0, 0.0),
}

LENS_SWITCHES = ("lens_distortion", "lens_vignetting", "lens_fringes")
_OF_LENS = ("lens", *LENS_SWITCHES, "distortion", "vignetting", "defringe")
_WHOLE = {
    "denoise": (0, MAX_DENOISE),
    "color_denoise": (0, MAX_DENOISE),
    "sharpen": (0, MAX_SHARPEN),
    "distortion": (-MAX_BY_HAND, MAX_BY_HAND),
    "vignetting": (-MAX_BY_HAND, MAX_BY_HAND),
    "defringe": (0, MAX_BY_HAND),
}
_CHOICES = {
    "white_balance": WhiteBalance,
    "highlights": HighlightMode,
    "fbdd": Fbdd,
    "demosaic": Demosaic,
    "lens": LensUse,
}


_OR_AUTO = ("denoise", "color_denoise")


@dataclass(frozen=True)
class Develop:
    """What is decided before the first step. The default is what a photo has for which nothing was decided.

    Attributes:
        white_balance: ``as-shot``: the camera's, or estimated from the photo where the file has none. ``auto``:
            estimated from the photo. ``custom``: for the light of ``temperature`` and ``tint``. Others: ``PRESETS``.
        temperature: In kelvin; without meaning, and at its default, unless custom.
        tint: Likewise; positive makes the picture more magenta.
        highlights: What becomes of blown RAW highlights, see ``raw.read_raw``.
        hot_pixels: Whether sites of the sensor that are hot or dead are found and mended, see ``defects``.
        denoise: How much luminance noise is taken out of RAW data, 0 to 100; 50 takes the noise for what it is.
            ``auto``: as much as there is to see; see ``detail``.
        color_denoise: Likewise for colour noise.
        sharpen: Strength of the capture sharpening of RAW files, 0 to 100; see ``sharpen``.
        sharpen_radius: Standard deviation of the blur it undoes, in pixels; ``auto``: as the picture's edges tell.
        fbdd: LibRaw's reduction of colour noise in Bayer mosaics. It works only together with LibRaw's own demosaic:
            ``own`` then means AHD.
        demosaic: ``own`` or one of LibRaw's. Sensors that ``own`` does not know are LibRaw's, whatever is asked for.
        lens: Who tells how the lens is corrected. ``auto``: the file; what it does not tell, the profile of the lens
            where that is known with certainty, and for RAW files only; how colours lie apart, the mosaic itself.
            ``profile``: the likeliest profile, of finished pictures too. ``off``: nobody.
        lens_distortion: Whether lines are made straight.
        lens_vignetting: Whether corners are made as light as the middle.
        lens_fringes: Whether red and blue are laid over green.
        distortion: Beside all that, by hand, -100 to 100: positive against barrels.
        vignetting: By hand, -100 to 100: positive makes corners lighter.
        defringe: How much purple and green rims lose their colour, 0 to 100.

    Raises:
        ExposureError: On construction, when something is unknown or out of range.
    """

    white_balance: WhiteBalance = "as-shot"
    temperature: float = DAYLIGHT.temperature
    tint: float = DAYLIGHT.tint
    highlights: HighlightMode = "clip"
    hot_pixels: bool = True
    denoise: "int | Literal['auto']" = AUTO
    color_denoise: "int | Literal['auto']" = AUTO
    sharpen: int = 92
    sharpen_radius: "float | Literal['auto']" = AUTO
    fbdd: Fbdd = "off"
    demosaic: Demosaic = "own"
    lens: LensUse = "auto"
    lens_distortion: bool = True
    lens_vignetting: bool = True
    lens_fringes: bool = True
    distortion: int = 0
    vignetting: int = 0
    defringe: int = 0

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in get_args(choices):
                known = ", ".join(get_args(choices))
                raise ExposureError(f"{name} cannot be {getattr(self, name)!r}", f"Choose one of {known}.")
        for name, (least, most) in _WHOLE.items():
            number = getattr(self, name)
            if number == AUTO and name in _OR_AUTO:
                continue
            if type(number) is not int or not least <= number <= most:
                raise ExposureError(f"{name} must be a whole number from {least} to {most}, not {number!r}")
        for name in (*LENS_SWITCHES, "hot_pixels"):
            if not isinstance(getattr(self, name), bool):
                raise ExposureError(f"{name} must be true or false, not {getattr(self, name)!r}")
        if self.sharpen_radius != AUTO:
            object.__setattr__(self, "sharpen_radius", _checked("sharpen_radius", self.sharpen_radius, RADII))
        for name, limits, usual in (("temperature", TEMPERATURES, DAYLIGHT[0]), ("tint", TINTS, DAYLIGHT[1])):
            value = getattr(self, name) if self.white_balance == "custom" else usual
            object.__setattr__(self, name, _checked(name, value, limits))

    @property
    def light(self) -> Light:
        """The light of a custom white balance, or of a preset."""
        return PRESETS.get(self.white_balance) or Light(self.temperature, self.tint)

    @property
    def by_libraw(self) -> bool:
        """Whether LibRaw must demosaic, whatever the sensor."""
        return self.demosaic != "own" or self.fbdd != "off"

    @property
    def asks_of_lens(self) -> bool:
        """Whether a person has decided anything about the corrections of the lens."""
        plain = Develop()
        return any(getattr(self, name) != getattr(plain, name) for name in _OF_LENS)

    def balanced(self, light: Light) -> "Develop":
        """The same for a light of one's own."""
        return replace(self, white_balance="custom", temperature=light.temperature, tint=light.tint)

    def over(self, other: "Develop") -> "Develop":
        """This where something was decided, the other where not."""
        own = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        if self.white_balance == "custom":
            own |= {"temperature": self.temperature, "tint": self.tint}
        return replace(other, **own)


def to_json(develop: Develop) -> dict[str, Any]:
    """As plain JSON data."""
    plain = dataclasses.asdict(develop)
    if develop.white_balance != "custom":
        del plain["temperature"], plain["tint"]
    return plain


def from_json(data: Mapping[str, Any]) -> Develop:
    """What ``to_json`` wrote; entries that are missing have their defaults.

    Raises:
        ExposureError: Anything unknown or out of range.
    """
    unknown = sorted(set(data) - {field.name for field in fields(Develop)})
    if unknown:
        raise ExposureError(f"The development has an unknown entry {unknown[0]!r}")
    return Develop(**data)


def _checked(name: str, value: object, limits: tuple[float, float]) -> float:
    if not is_number(value):
        raise ExposureError(f"{name} must be a number, not {value!r}")
    if not limits[0] <= value <= limits[1]:
        raise ExposureError(f"{name} must lie between {limits[0]:g} and {limits[1]:g}, not {value:g}")
    return float(value) + 0.0  # no negative zero
