"""How the file becomes the photo, before the first step: white balance, highlights, noise, demosaic."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from exposure_app.gui.develop.lens import LensRows
from exposure_app.gui.develop.rows import LABEL_WIDTH, ChoiceEditor, DevelopRow, Rows
from exposure_app.gui.steps.color_balance_editor import COOL_WARM, GREEN_MAGENTA
from exposure_app.gui.widgets import step_style
from exposure_app.gui.widgets.collapsible import Fold
from exposure_app.gui.widgets.common import ElidedLabel, icon_button
from exposure_app.gui.widgets.scalar_editor import Hint, ScalarEditor
from exposure_app.gui.widgets.value_field import value_text
from exposure_app.image import DetailFound, Image
from exposure_app.io.develop import AUTO, BALANCE, DAYLIGHT, MAX_DENOISE, MAX_SHARPEN, PRESETS, RADII, Develop
from exposure_app.light import TEMPERATURES, TINTS, CameraLight, Light
from exposure_app.params import Scalar

LIGHT = BALANCE[0]  # the entry that says whose light it is; the others only hold for one of one's own
# What a finished picture has behind it.
FOR_RAW = ("highlights", "sharpen", "sharpen_radius", "denoise", "color_denoise", "fbdd", "demosaic")


class DevelopSection(QWidget):
    """Shows a development and edits it. Closed, it is a line that says what differs from the usual.

    Signals:
        edited: The new ``Develop``, words for the history, and a merge key.
        pick_requested: The person wants to point at an area that should be grey.
    """

    edited = Signal(object, str, str)
    pick_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "steps")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        step_style.apply_stylesheet(self)
        self._develop = self._usual = Develop()
        self._light = DAYLIGHT  # of the picture that is shown
        self._as_shot = DAYLIGHT
        self.words = QLabel()
        self.words.setProperty("role", "small")
        self.words.setWordWrap(True)
        self.hint = Hint()
        self.choices = {name: ChoiceEditor(*words) for name, words in self._choices().items()}
        self.picker = icon_button("step-pick", self.tr("Pick an area that should be grey"))
        self.picker.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.picker.clicked.connect(self.pick_requested)
        self.choices[LIGHT].line.addWidget(self.picker)
        self.amounts = self._make_amounts()
        self._found = DetailFound()
        self.axes = self._make_axes()
        self.rows = {name: DevelopRow(editor, editor.box.accessibleName()) for name, editor in self.choices.items()}
        self.rows |= {name: DevelopRow(editor, editor.param.label) for name, editor in self.amounts.items()}
        self.lens = LensRows()
        self._lay_out()
        self._connect()
        self._explain()

    def _choices(self) -> dict[str, tuple[str, dict[str, str]]]:
        tr = self.tr
        lights = {"daylight": tr("Daylight"), "cloudy": tr("Cloudy"), "shade": tr("Shade"), "tungsten": tr("Tungsten")}
        lights |= {"fluorescent": tr("Fluorescent"), "flash": tr("Flash")}
        balances = {"as-shot": tr("As shot"), "auto": tr("Auto"), **lights, "custom": tr("Custom")}
        blown = {"clip": tr("Clip to white"), "blend": tr("Compress smoothly"), "reconstruct": tr("Reconstruct")}
        fbdd = {"off": tr("Off"), "light": tr("Light"), "full": tr("Full")}
        libraw = {name: name.upper() for name in ("vng", "ppg", "ahd", "dcb", "dht", "aahd")}
        return {
            LIGHT: (tr("White balance"), balances),
            "highlights": (tr("Highlights"), blown),
            "fbdd": (tr("Colour noise"), fbdd),
            "demosaic": (tr("Demosaic"), {"own": tr("Default"), "linear": tr("Linear"), **libraw}),
        }

    def _lay_out(self) -> None:
        self.fold = Fold(self.tr("DEVELOPMENT"), self)
        self.summary = ElidedLabel("step-sentence")
        self.reset_all = icon_button("step-reset", self.tr("Develop as usual again"))
        self.fold.head.takeAt(1)  # the summary takes the room
        self.fold.head.addWidget(self.summary, 1)
        self.fold.head.addWidget(self.reset_all)
        self.area = Rows(self.words, self.rows[LIGHT], *(self.rows[name] for name in FOR_RAW), self.lens, self.hint)
        self._put_axes()
        self.fold.column.addWidget(self.area)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 0)
        column.addWidget(self.fold)

    def _connect(self) -> None:
        self.reset_all.clicked.connect(lambda: self._edit(self._usual, self.tr("Development as usual")))
        for name, editor in self.choices.items():
            editor.chosen.connect(lambda value, name=name: self._chosen(name, value))
        for name, row in self.rows.items():
            row.reset.connect(lambda name=name: self._reset(name))
        for name, amount in self.amounts.items():
            amount.edited.connect(lambda value, key, name=name: self._set_amount(name, value, key))
        self.lens.edited.connect(self._edit)

    def _explain(self) -> None:
        tr = self.tr
        for name, words in {
            LIGHT: tr("The camera's, estimated from the photo, or for a light of your choice"),
            "highlights": tr("What becomes of areas in which a colour is blown"),
            "fbdd": tr("LibRaw's FBDD, for mosaics. It needs LibRaw's demosaic: Exposure's own then gives way to AHD"),
            "demosaic": tr("How three colours are made of the sensor's mosaic; other sensors are LibRaw's"),
        }.items():
            self.choices[name].box.setToolTip(words)

    # --- what has a strength, which the photo tells where nobody asks for another ---

    def _make_amounts(self) -> dict[str, ScalarEditor]:
        tr, made = self.tr, dict[str, ScalarEditor]()
        for name, label, limits, unit, decimals in (
            ("sharpen", tr("Sharpening"), (0, MAX_SHARPEN), "", 0),
            ("sharpen_radius", tr("Radius"), RADII, "px", 2),
            ("denoise", tr("Noise"), (0, MAX_DENOISE), "", 0),
            ("color_denoise", tr("Colour blotches"), (0, MAX_DENOISE), "", 0),
        ):
            usual = getattr(Develop(), name)
            home = limits[0] if usual == AUTO else usual
            made[name] = ScalarEditor(Scalar(name, label, (home, home), limits, home, home, unit, decimals=decimals))
            made[name].label.setFixedWidth(LABEL_WIDTH)
        return made

    def _explain_amounts(self) -> None:
        """What was found, where a person looks for the reason of what is shown."""
        found, tr = self._found, self.tr
        blur = tr("The edges are blurred by {radius} px.").format(radius=f"{found.radius:.2f}") if found.radius else ""
        noise = ""
        if found.noise is not None:
            noise = tr("The noise in the shadows is {percent} %.").format(percent=f"{100 * found.noise:.1f}")
        for name, words, figure in (
            ("sharpen", tr("Undoes the blur of lens and sensor. Judge it at 100 %."), blur),
            ("sharpen_radius", tr("Of the blur that is undone, by default as the sharpest edges tell."), blur),
            ("denoise", tr("Taken away before the demosaic, by default as much as can be seen."), noise),
            ("color_denoise", tr("Coloured blotches, taken away likewise."), noise),
        ):
            self.amounts[name].setToolTip(f"{words} {figure}".strip())

    # --- temperature and tint, whose notches lie where the camera saw the light ---

    def _make_axes(self) -> dict[str, ScalarEditor]:
        tr, home = self.tr, Light(*(round(value) for value in self._as_shot))
        params = (
            Scalar("temperature", tr("Temperature"), (home[0],) * 2, TEMPERATURES, home[0], home[0], "K", "log", 0),
            Scalar("tint", tr("Tint"), (home[1],) * 2, TINTS, home[1], home[1], decimals=0),
        )
        made = {param.name: ScalarEditor(param) for param in params}
        for (name, editor), colours in zip(made.items(), (COOL_WARM, GREEN_MAGENTA), strict=True):
            editor.label.setFixedWidth(LABEL_WIDTH)
            editor.slider.set_tint(colours)
            editor.edited.connect(lambda value, key, name=name: self._lit(name, value, key))
            editor.line.setContentsMargins(0, 0, 28, 0)  # as wide as those with a way back
        return made

    def _put_axes(self) -> None:
        at = self.area.column.indexOf(self.rows[LIGHT]) + 1
        for number, editor in enumerate(self.axes.values()):
            self.area.column.insertWidget(at + number, editor)

    # --- what is shown ---

    def show_photo(self, photo: Image, usual: Develop) -> None:
        """Another photo, or the same developed otherwise.

        Args:
            photo: As it was developed, with what was found of its light, its lens, its noise and its sharpness.
            usual: What resetting goes back to.
        """
        is_raw, light = photo.scene_referred, photo.light
        self._usual, self._found = usual, photo.detail
        self._explain_amounts()
        self.lens.show_photo(photo.lens, is_raw=is_raw, usual=usual)
        as_shot = DAYLIGHT if light is None else light.light_of(light.as_shot).clamped()
        if as_shot != self._as_shot:
            self._as_shot = as_shot
            for editor in self.axes.values():
                self.area.column.removeWidget(editor)
                editor.deleteLater()
            self.axes = self._make_axes()
            self._put_axes()
        self._light = DAYLIGHT if light is None else light.light.clamped()
        for name in FOR_RAW:
            self.rows[name].setVisible(is_raw)
        for widget in (self.rows[LIGHT], *self.axes.values()):
            widget.setEnabled(light is not None)
        words = "" if light is not None else self.tr("The white balance of this sensor cannot be changed.")
        if light is not None and light.is_estimated:
            words = self.tr("This file stores no white balance: it was estimated from the picture.")
        if not is_raw:
            words = self.tr(
                "This is a finished picture. Its white balance can be shifted and its lens corrected; highlights, noise"
                " and demosaic were decided when it was made, and only a RAW file leaves them open."
            )
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.area.align()
        self.show_develop(self._develop)

    def show_develop(self, develop: Develop) -> None:
        """Show a development silently."""
        self._develop = develop
        for name, choice in self.choices.items():
            choice.set_value(getattr(develop, name))
        found: dict[str, float] = {"denoise": self._found.denoise, "color_denoise": self._found.color_denoise}
        found["sharpen_radius"] = max(self._found.radius, RADII[0])
        for name, amount in self.amounts.items():
            asked = getattr(develop, name)
            amount.set_value(found[name] if asked == AUTO else asked)
        self.lens.show_develop(develop)
        for editor, value in zip(self.axes.values(), self._lights[develop.white_balance], strict=True):
            editor.set_value(round(value))
        for name, row in self.rows.items():
            row.button.setVisible(any(getattr(develop, n) != getattr(self._usual, n) for n in _fields(name)))
        self.reset_all.setVisible(develop != self._usual)
        self.summary.set_full(", ".join(self._differences(develop)))

    @property
    def _lights(self) -> dict[str, Light]:
        """The light that each white balance is for. That of an estimate is known when the picture is there."""
        own = {"as-shot": self._as_shot, "auto": self._light, "custom": self._develop.light}
        return {**own, **PRESETS}

    def _differences(self, develop: Develop) -> list[str]:
        """In words, what is not as it is where nobody decides anything."""
        words, plain = [], Develop()
        if develop.white_balance == "custom":
            tint = self.tr("tint {value}").format(value=round(develop.tint))
            words += [value_text(self.axes["temperature"].param, develop.temperature), tint]
        elif develop.white_balance in PRESETS:
            words.append(self.choices[LIGHT].text_of(develop.white_balance).lower())
        elif develop.white_balance == "auto":
            words.append(self.tr("auto white balance"))
        if develop.highlights != plain.highlights:
            words.append(self.choices["highlights"].text_of(develop.highlights).lower())
        if develop.demosaic != plain.demosaic:
            words.append(self.choices["demosaic"].text_of(develop.demosaic))
        if (develop.denoise, develop.color_denoise, develop.fbdd) != (AUTO, AUTO, "off"):
            words.append(self.tr("noise reduction"))
        if (develop.sharpen, develop.sharpen_radius) != (plain.sharpen, plain.sharpen_radius):
            words.append(self.tr("sharpening"))
        return [*words, *self.lens.differences(develop)]

    # --- what is wanted ---

    def balance(self, light: Light, label: str, key: str = "") -> None:
        """Develop for a light."""
        self._edit(self._develop.balanced(light.clamped()), label, key)

    def pick(self, light: CameraLight, mean: Sequence[float]) -> None:
        """Develop so that an area becomes grey.

        Args:
            light: How the white balance of the picture was made.
            mean: The area's mean colour in that picture: linear light, sRGB primaries.
        """
        try:
            wanted = light.light_of(light.gains_for_grey(np.asarray(mean)))
        except ValueError:
            self.hint.say(self.tr("That area has no colour to go by. Pick a grey that is not black."))
            return
        self.balance(wanted, self.tr("White balance picked"))
        if wanted != wanted.clamped():
            self.hint.say(self.tr("That area is further from grey than the sliders go."))

    def _edit(self, develop: Develop, label: str, key: str = "") -> None:
        self.show_develop(develop)
        self.edited.emit(develop, label, key)

    def _lit(self, name: str, value: float, key: str) -> None:
        light = self._lights[self._develop.white_balance]
        self.balance(light._replace(**{name: value}), _value_label(self.axes[name], value), key)

    def _set_amount(self, name: str, value: float, key: str) -> None:
        changes: dict[str, Any] = {name: round(value, 2) if name == "sharpen_radius" else round(value)}
        self._edit(replace(self._develop, **changes), _value_label(self.amounts[name], value), key)

    def _chosen(self, name: str, value: str) -> None:
        words = f"{self._name(name)}: {self.choices[name].text_of(value)}"
        if name == LIGHT and value == "custom":
            self.balance(self._lights[self._develop.white_balance], words)
        else:
            changes: dict[str, Any] = {name: value}
            self._edit(replace(self._develop, **changes), words)

    def _reset(self, name: str) -> None:
        usual = {n: getattr(self._usual, n) for n in _fields(name)}
        self._edit(replace(self._develop, **usual), self.tr("{name} as usual").format(name=self._name(name)))

    def _name(self, name: str) -> str:
        return self.amounts[name].param.label if name in self.amounts else self.choices[name].box.accessibleName()


def _fields(row: str) -> tuple[str, ...]:
    return BALANCE if row == LIGHT else (row,)


def _value_label(editor: ScalarEditor, value: float) -> str:
    """A slider's new value, for the history."""
    return f"{editor.param.label} {value_text(editor.param, value)}"
