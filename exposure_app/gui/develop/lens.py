"""The lens in the development: what is known of it, who corrects what, and corrections by hand."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from exposure_app.gui.develop.rows import LABEL_WIDTH, ChoiceEditor, DevelopRow
from exposure_app.gui.widgets.scalar_editor import ScalarEditor
from exposure_app.gui.widgets.value_field import value_text
from exposure_app.image import LensFound
from exposure_app.io.develop import LENS_SWITCHES, MAX_BY_HAND, Develop
from exposure_app.params import Scalar

USE, SWITCHES = "lens", "lens_switches"
BY_HAND = ("distortion", "vignetting", "defringe")


class LensRows(QWidget):
    """Shows what of a development concerns the lens, and edits it.

    Signals:
        edited: The new ``Develop``, words for the history, and a merge key.
    """

    edited = Signal(object, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tr = self.tr
        self._develop = self._usual = Develop()
        uses = {"auto": tr("As known for certain"), "profile": tr("Likeliest profile"), "off": tr("Not corrected")}
        self.use = ChoiceEditor(tr("Lens"), uses)
        self.use.box.setToolTip(
            tr("What the file prescribes; else the profile of the lens, if there is no doubt of it")
        )
        self.found = QLabel()
        self.found.setProperty("role", "small")
        self.found.setWordWrap(True)
        words = {
            "lens_distortion": (tr("Distortion"), tr("Make straight lines straight")),
            "lens_vignetting": (tr("Vignetting"), tr("Make corners as light as the middle")),
            "lens_fringes": (tr("Fringes"), tr("Lay red and blue over green")),
        }
        self.switches = {name: QCheckBox(label) for name, (label, _) in words.items()}
        for name, (_, tip) in words.items():
            self.switches[name].setToolTip(tip)
        by_hand = {"distortion": tr("Distortion"), "vignetting": tr("Vignetting"), "defringe": tr("Defringe")}
        self.sliders = {name: _slider(name, label, name != "defringe") for name, label in by_hand.items()}
        self.sliders["distortion"].label.setToolTip(
            tr("By hand: positive against barrels, negative against pincushions")
        )
        self.sliders["vignetting"].label.setToolTip(tr("By hand: positive makes corners lighter"))
        self.sliders["defringe"].label.setToolTip(tr("Takes colour out of purple and green rims"))
        ticks = QWidget()
        line = QHBoxLayout(ticks)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        for box in self.switches.values():
            line.addWidget(box)
        line.addStretch()
        self.rows = {
            USE: DevelopRow(self.use, tr("Lens")),
            SWITCHES: DevelopRow(ticks, tr("What of the lens is corrected")),
        }
        self.rows |= {name: DevelopRow(slider, by_hand[name]) for name, slider in self.sliders.items()}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.rows[USE], self.found, *(row for name, row in self.rows.items() if name != USE)):
            column.addWidget(widget)
        self._connect()

    def _connect(self) -> None:
        self.use.chosen.connect(lambda value: self._edit({USE: value}, f"{self.tr('Lens')}: {self.use.text_of(value)}"))
        for name, box in self.switches.items():
            box.toggled.connect(lambda on, name=name: self._switched(name, on))
        for name, slider in self.sliders.items():
            slider.edited.connect(lambda value, key, name=name: self._moved(name, value, key))
        for name, row in self.rows.items():
            row.reset.connect(lambda name=name: self._reset(name))

    # --- what is shown ---

    def show_photo(self, found: LensFound, *, is_raw: bool, usual: Develop) -> None:
        """Another photo, or the same developed otherwise.

        Args:
            found: What is known of its lens.
            is_raw: Whether it is sensor data.
            usual: What resetting goes back to.
        """
        self._usual = usual
        self.found.setText(self._words(found, is_raw))

    def show_develop(self, develop: Develop) -> None:
        """Show a development silently."""
        self._develop = develop
        self.use.set_value(develop.lens)
        for name, box in self.switches.items():
            with QSignalBlocker(box):
                box.setChecked(getattr(develop, name))
            box.setEnabled(develop.lens != "off")
        for name, slider in self.sliders.items():
            slider.set_value(getattr(develop, name))
        for name, row in self.rows.items():
            changed = any(getattr(develop, entry) != getattr(self._usual, entry) for entry in _entries(name))
            row.button.setVisible(changed)

    def differences(self, develop: Develop) -> list[str]:
        """In words, what is not as it is where nobody decides anything."""
        words = []
        if develop.lens != "auto":
            words.append(self.tr("lens: {use}").format(use=self.use.text_of(develop.lens).lower()))
        if any(not getattr(develop, name) for name in LENS_SWITCHES) and develop.lens != "off":
            words.append(self.tr("lens in part"))
        if any(getattr(develop, name) for name in BY_HAND):
            words.append(self.tr("lens by hand"))
        return words

    def _words(self, found: LensFound, is_raw: bool) -> str:
        names = {
            "distortion": self.tr("distortion"), "vignetting": self.tr("vignetting"), "fringes": self.tr("fringes"),
        }  # fmt: skip
        lines = []
        for corrected, words in (
            (found.by_file, self.tr("The file tells: {what}.")),
            (found.by_profile, self.tr("The profile tells: {what}.")),
        ):
            if corrected:
                lines.append(words.format(what=", ".join(name for key, name in names.items() if key in corrected)))
        if found.profile:
            unsure = "{name}." if found.certain else self.tr("{name}, if it is that lens.")
            lines.append(unsure.format(name=found.profile))
        elif is_raw and not found.by_file:
            lines.append(self.tr("No profile of this lens."))
        elif not is_raw:
            lines.append(self.tr("The camera may have corrected this picture already."))
        if found.measured:
            lines.append(self.tr("Fringes of {width} px found in the picture.").format(width=f"{found.measured:.1f}"))
        if found.unknown:
            lines.append(self.tr("Prescribed, but not known here: {what}.").format(what=", ".join(found.unknown)))
        return " ".join(lines)

    # --- what is wanted ---

    def _switched(self, name: str, on: bool) -> None:
        state = self.tr("on") if on else self.tr("off")
        self._edit({name: on}, f"{self.switches[name].text()}: {state}")

    def _moved(self, name: str, value: float, key: str) -> None:
        param = self.sliders[name].param
        self._edit({name: round(value)}, f"{param.label} {value_text(param, value)}", key)

    def _reset(self, row: str) -> None:
        words = self.tr("{name} as usual").format(
            name=self.sliders[row].param.label if row in BY_HAND else self.tr("Lens")
        )
        self._edit({name: getattr(self._usual, name) for name in _entries(row)}, words)

    def _edit(self, changes: dict[str, Any], label: str, key: str = "") -> None:
        self.edited.emit(replace(self._develop, **changes), label, key)


def _slider(name: str, label: str, both_ways: bool) -> ScalarEditor:
    made = ScalarEditor(Scalar(name, label, (0, 0), (-MAX_BY_HAND if both_ways else 0, MAX_BY_HAND), 0, 0, decimals=0))
    made.label.setFixedWidth(LABEL_WIDTH)
    return made


def _entries(row: str) -> tuple[str, ...]:
    """Which entries of a development a line shows."""
    return LENS_SWITCHES if row == SWITCHES else (row,)
