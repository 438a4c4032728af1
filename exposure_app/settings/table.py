"""Every setting, declared once: the store checks values against it, the preferences dialog is made from it.

To add a setting, add a line to ``SETTINGS``. Its default may change from version to version, for only what differs from
it is stored; a change of its meaning needs a new key or a migration in ``store.py``.
"""

from dataclasses import dataclass
from typing import Literal

from exposure_app.errors import ExposureError
from exposure_app.paths import DEFAULT_STYLE

Value = bool | int | float | str | tuple[str, ...] | dict[str, str]
Kind = Literal["bool", "int", "float", "text", "choice", "style", "folder", "list", "map"]

_MANY = 10_000


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802  (the name that lupdate looks for)
    """Mark a text for translation where it stands; it is translated where it is shown, in the context ``Settings``."""
    return text


@dataclass(frozen=True)
class Setting:
    """One setting.

    Attributes:
        key: Its name in the file and in the program, ``group.name``.
        kind: ``choice`` is one of ``choices``; ``style`` is the name of one, installed or not; ``folder`` is a path or
            empty; ``list`` and ``map`` hold texts.
        default: Its value until the user chooses another.
        label: What the preferences call it. Empty: remembered by the program, not shown there.
        help: A sentence about what it does.
        group: The page it is on.
        choices: Value and label of each choice.
        minimum: Smallest number.
        maximum: Largest number.
        step: What one click of a spin box adds.
        unit: Behind a number, as ``MB``.
    """

    key: str
    kind: Kind
    default: Value
    label: str = ""
    help: str = ""
    group: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    minimum: float = 0
    maximum: float = 0
    step: float = 1
    unit: str = ""

    def checked(self, value: object) -> Value:
        """The value as this setting holds it (a list becomes a tuple, a whole number a float where it should).

        Raises:
            ExposureError: It is of another type, out of range, or none of the choices.
        """
        if self.kind in ("int", "float"):
            return self._number(value)
        if self.kind == "bool":
            if not isinstance(value, bool):
                raise self._refused(value, "It must be true or false.")
            return value
        if self.kind == "list":
            return self._texts(value)
        if self.kind == "map":
            return self._text_map(value)
        if not isinstance(value, str):
            raise self._refused(value, "It must be a text.")
        known = [choice for choice, _ in self.choices]
        if self.kind == "choice" and value not in known:
            raise self._refused(value, f"Choose one of {', '.join(known)}.")
        return value

    def _number(self, value: object) -> int | float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._refused(value, "It must be a number.")
        if not self.minimum <= value <= self.maximum:
            raise self._refused(value, f"It must be between {self.minimum:g} and {self.maximum:g}.")
        if self.kind == "float":
            return float(value)
        if value != int(value):
            raise self._refused(value, "It must be a whole number.")
        return int(value)

    def _texts(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, (list, tuple)) or len(value) > _MANY or not all(isinstance(v, str) for v in value):
            raise self._refused(value, "It must be a list of texts.")
        return tuple(value)

    def _text_map(self, value: object) -> dict[str, str]:
        if not isinstance(value, dict) or len(value) > _MANY:
            raise self._refused(value, "It must be a table of texts.")
        if not all(isinstance(k, str) and isinstance(v, str) for k, v in value.items()):
            raise self._refused(value, "It must be a table of texts.")
        return dict(value)

    def _refused(self, value: object, hint: str) -> ExposureError:
        return ExposureError(f"The setting {self.key} cannot be {value!r:.60}", hint)


_T = QT_TRANSLATE_NOOP
_GENERAL, _RETOUCH = _T("Settings", "General"), _T("Settings", "Retouching")
_FILMSTRIP, _SPEED = _T("Settings", "Filmstrip"), _T("Settings", "Speed")

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "general.restore_session", "bool", True, _T("Settings", "Reopen photos at start"),
        _T("Settings", "Start where you left off, also after a crash."), _GENERAL,
    ),
    Setting(
        "general.reduce_motion", "bool", False, _T("Settings", "Reduce motion"),
        _T("Settings", "Notices are there at once instead of sliding in."), _GENERAL,
    ),
    Setting(
        "retouch.style", "style", DEFAULT_STYLE, _T("Settings", "Style at start"),
        _T("Settings", "The style that Auto-retouch uses until you choose another one."), _RETOUCH,
    ),
    Setting(
        "retouch.amount", "int", 100, _T("Settings", "Amount"),
        _T("Settings", "Of a new Auto-retouch: 0 leaves the neutral picture, 200 doubles every step."), _RETOUCH,
        minimum=0, maximum=200, step=5, unit="%",
    ),
    Setting(
        "retouch.remember", "bool", False, _T("Settings", "Remember my corrections"),
        _T("Settings", "What you keep changing in a style's steps is offered as a habit. It stays on this computer."),
        _RETOUCH,
    ),
    Setting(
        "develop.highlights", "choice", "clip", _T("Settings", "Blown highlights"),
        _T("Settings", "What becomes of RAW highlights in which a colour is blown, for newly opened photos."), _RETOUCH,
        choices=(
            ("clip", _T("Settings", "Clip to white")), ("blend", _T("Settings", "Compress smoothly")),
            ("reconstruct", _T("Settings", "Reconstruct")),
        ),
    ),
    Setting(
        "filmstrip.advance", "bool", False, _T("Settings", "Next photo after rating"),
        _T("Settings", "Move on to the next photo after a key has rated or flagged this one."), _FILMSTRIP,
    ),
    Setting(
        "filmstrip.names", "bool", True, _T("Settings", "File names"),
        _T("Settings", "Show the file name under every thumbnail."), _FILMSTRIP,
    ),
    Setting(
        "filmstrip.cache_mb", "int", 512, _T("Settings", "Thumbnail cache"),
        _T("Settings", "Disk space for thumbnails; the ones not seen for longest go first."), _FILMSTRIP,
        minimum=16, maximum=16_384, step=64, unit="MB",
    ),
    Setting(
        "render.device", "choice", "auto", _T("Settings", "Render on"),
        _T("Settings", "Automatic takes a graphics card if there is one that can compute."), _SPEED,
        choices=(
            ("auto", _T("Settings", "Automatic")), ("cpu", _T("Settings", "Processor")),
            ("cuda", _T("Settings", "NVIDIA graphics card")), ("mps", _T("Settings", "Apple graphics")),
        ),
    ),
    # --- remembered by the program ------------------------------------------------------------------------------------
    Setting("shortcuts", "map", {}),
    Setting("steps.curve_mode", "choice", "segments", choices=(("segments", ""), ("points", ""))),
    Setting(
        "export.format", "choice", "jpg",
        choices=(("jpg", "JPEG"), ("png", "PNG"), ("tiff", "TIFF"), ("webp", "WebP"), ("avif", "AVIF")),
    ),
    Setting("export.bits", "int", 16, minimum=8, maximum=16, step=8),
    Setting("export.quality", "int", 92, minimum=1, maximum=100),
    Setting("export.chroma", "choice", "420", choices=(("444", "4:4:4"), ("422", "4:2:2"), ("420", "4:2:0"))),
    Setting("export.resize", "choice", "none", choices=(("none", ""), ("edge", ""), ("megapixels", ""))),
    Setting("export.edge", "int", 2048, minimum=16, maximum=65_535),
    Setting("export.megapixels", "float", 8.0, minimum=0.1, maximum=500),
    Setting("export.sharpen", "choice", "none", choices=(("none", ""), ("low", ""), ("standard", ""), ("high", ""))),
    Setting(
        "export.color_profile", "choice", "srgb",
        choices=(("srgb", "sRGB"), ("display-p3", "Display P3"), ("adobe-rgb", "Adobe RGB")),
    ),
    Setting("export.keep_exif", "bool", True),
    Setting("export.keep_gps", "bool", True),
    Setting("export.embed_recipe", "bool", False),
    Setting("export.pattern", "text", "{name}"),
    Setting("export.presets", "map", {}),
    Setting("export.folder", "folder", "exported"),
    Setting("batch.folder", "folder", "finished"),
    Setting("batch.existing", "choice", "skip", choices=(("skip", ""), ("overwrite", ""), ("rename", ""))),
    Setting("batch.sidecars", "bool", True),
    Setting("export.existing", "choice", "rename", choices=(("skip", ""), ("overwrite", ""), ("rename", ""))),
)  # fmt: skip

BY_KEY: dict[str, Setting] = {setting.key: setting for setting in SETTINGS}


def find_setting(key: str) -> Setting:
    """The setting of that name.

    Raises:
        ExposureError: There is none.
    """
    try:
        return BY_KEY[key]
    except KeyError:
        raise ExposureError(f"There is no setting {key!r}") from None
