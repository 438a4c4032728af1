"""The preferences, made from the table of settings, and the shortcuts, made from the list of actions."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from exposure_app.agent.header import list_styles
from exposure_app.errors import ExposureError
from exposure_app.gui import theme
from exposure_app.gui.editor.actions import Spec
from exposure_app.gui.widgets.common import heading
from exposure_app.gui.widgets.form_style import WheelGuard, form_style, indent
from exposure_app.gui.window.shortcut_form import ShortcutForm
from exposure_app.settings import SETTINGS, Setting, Settings, Value, current_settings

_LABEL_WIDTH = 176
_SIZE = (560, 560)

_TABS = f"""
QTabBar {{ background: transparent; }}
QTabBar::tab {{ background: transparent; color: {theme.SECOND}; padding: 8px 12px; border: 0;
    border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {theme.TEXT}; border-bottom-color: {theme.ACCENT}; }}
QTabBar::tab:hover {{ color: {theme.TEXT}; }}
"""


class SettingsDialog(QDialog):
    """Choose what holds from now on. Nothing changes before OK.

    Signals:
        saved: Everything was stored.

    Args:
        parent: The window.
        settings: Where they are kept; this user's when None.
        shortcuts: The actions whose shortcuts can be changed; without any, that page is not there.
    """

    saved = Signal()

    def __init__(
        self, parent: QWidget | None = None, settings: Settings | None = None, shortcuts: Sequence[Spec] = ()
    ) -> None:
        super().__init__(parent)
        self._settings = settings or current_settings()
        self.form = SettingsForm(self._settings)
        own = cast("Mapping[str, str]", self._settings.get("shortcuts"))
        self.shortcuts = ShortcutForm(shortcuts, own) if shortcuts else None
        self._pages = QStackedWidget()
        self._tabs = QTabBar(drawBase=False, expanding=False)
        self._tabs.setStyleSheet(_TABS)
        self._tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self._add_page(self.tr("Preferences"), self.form)
        if self.shortcuts is not None:
            self._add_page(self.tr("Shortcuts"), self.shortcuts)
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.problem.setStyleSheet(f"color: {theme.WARNING};")
        self.problem.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 12, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self._tabs)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.problem)
        layout.addLayout(self._make_buttons())
        self.setWindowTitle(self.tr("Settings"))
        self.setStyleSheet(form_style())
        self.resize(*_SIZE)
        if self._settings.problem is not None:
            self._tell(str(self._settings.problem))

    def _add_page(self, title: str, page: QWidget) -> None:
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setWidget(page)
        self._pages.addWidget(scroll)
        self._tabs.addTab(title)

    def _make_buttons(self) -> QHBoxLayout:
        self.reset_button = QPushButton(self.tr("Restore defaults"))
        self.reset_button.setAutoDefault(False)
        self.reset_button.clicked.connect(self.restore_defaults)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.ok_button = QPushButton(self.tr("Save"))
        self.ok_button.setProperty("primary", True)
        self.ok_button.setDefault(True)
        self.ok_button.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.reset_button)
        row.addStretch()
        row.addWidget(cancel)
        row.addWidget(self.ok_button)
        return row

    def restore_defaults(self) -> None:
        """Fill the page that is shown with the defaults; they hold after OK."""
        if self._pages.currentIndex() == 0:
            self.form.restore_defaults()
        elif self.shortcuts is not None:
            self.shortcuts.restore_defaults()

    def accept(self) -> None:
        """Keep what was chosen; stay open and say why if that fails."""
        values: dict[str, Any] = dict(self.form.values())
        if self.shortcuts is not None:
            values["shortcuts"] = self.shortcuts.values()
        try:
            self._settings.set_many(values)
        except ExposureError as error:
            self._tell(str(error))
            return
        self.saved.emit()
        super().accept()

    def _tell(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.show()


class SettingsForm(QWidget):
    """A field for every setting that has a label, under the heading of its group."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._read: dict[str, Callable[[], Value]] = {}
        self._write: dict[str, Callable[[Any], object]] = {}
        self.fields: dict[str, QWidget] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 8, 8)
        column.setSpacing(8)
        shown = [setting for setting in SETTINGS if setting.label]
        for group in dict.fromkeys(setting.group for setting in shown):
            column.addWidget(heading(_tr(group).upper()))
            form = QFormLayout()
            form.setContentsMargins(0, 0, 0, 12)
            form.setHorizontalSpacing(12)
            form.setVerticalSpacing(8)
            form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
            for setting in shown:
                if setting.group == group:
                    self._add(form, setting)
            column.addLayout(form)
            for setting in shown:
                if setting.group == group:
                    self._write[setting.key](settings.get(setting.key))
        column.addStretch()
        WheelGuard(self).guard(*(field for field in self.fields.values() if not isinstance(field, QCheckBox)))

    def values(self) -> dict[str, Value]:
        """What the fields say."""
        return {key: read() for key, read in self._read.items()}

    def restore_defaults(self) -> None:
        """Fill in the defaults."""
        for setting in SETTINGS:
            if setting.key in self._write:
                self._write[setting.key](setting.default)

    def _add(self, form: QFormLayout, setting: Setting) -> None:
        field, read, write = _field(setting)
        self.fields[setting.key], self._read[setting.key], self._write[setting.key] = field, read, write
        field.setAccessibleName(_tr(setting.label))
        field.setAccessibleDescription(_tr(setting.help))
        label = QLabel("" if setting.kind == "bool" else _tr(setting.label))
        label.setFixedWidth(_LABEL_WIDTH)
        label.setBuddy(field)
        note = QLabel(_tr(setting.help))
        note.setProperty("role", "second")
        note.setWordWrap(True)
        note.setStyleSheet(f"font-size: {theme.SMALL}px;")
        box = QVBoxLayout()
        box.setSpacing(4)
        box.addWidget(field)
        box.addWidget(note)
        form.addRow(label, box)


def _field(setting: Setting) -> tuple[QWidget, Callable[[], Value], Callable[[Any], object]]:
    """The widget that edits a setting, how to read it and how to fill it."""
    if setting.kind == "bool":
        check = QCheckBox(_tr(setting.label))
        return check, check.isChecked, check.setChecked
    if setting.kind == "choice":
        combo = QComboBox()
        for value, label in setting.choices:
            combo.addItem(_tr(label), value)
        return combo, combo.currentData, lambda value: combo.setCurrentIndex(max(0, combo.findData(value)))
    if setting.kind == "style":
        return _style_field()
    if setting.kind in ("int", "float"):
        spin = QSpinBox() if setting.kind == "int" else QDoubleSpinBox(decimals=2)
        spin.setRange(setting.minimum, setting.maximum)  # type: ignore[arg-type]  # whole numbers for a QSpinBox
        spin.setSingleStep(setting.step)  # type: ignore[arg-type]
        indent(spin)
        spin.setSuffix(f" {setting.unit}" if setting.unit else "")
        return spin, spin.value, spin.setValue
    edit = QLineEdit()
    return edit, edit.text, edit.setText


def _style_field() -> tuple[QWidget, Callable[[], Value], Callable[[Any], object]]:
    """A choice among the styles at hand; one that has gone since it was chosen stays until another is."""
    combo = QComboBox()
    for style in list_styles():
        combo.addItem(style.title or style.name, style.name)

    def choose(name: str) -> None:
        if combo.findData(name) < 0:
            combo.addItem(QCoreApplication.translate("Settings", "{name} (not installed)").format(name=name), name)
        combo.setCurrentIndex(combo.findData(name))

    return combo, combo.currentData, choose


def _tr(text: str) -> str:
    return QCoreApplication.translate("Settings", text) if text else ""
