"""How fields of dialogs look: arrows of lists and number fields, the frames of check boxes."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from exposure_app import paths
from exposure_app.gui import theme


def form_style() -> str:
    """The style sheet of dialogs, on top of the program's."""
    icons = (paths.resources_dir() / "icons").as_posix()
    spins = ("QSpinBox", "QDoubleSpinBox")

    def both(part: str) -> str:
        return ", ".join(spin + part for spin in spins)

    return f"""
QComboBox::down-arrow {{ image: url({icons}/field-down.svg); width: 12px; height: 12px; }}
{both("")} {{ padding: 3px 20px 3px 0; }}
{both("::up-button")} {{ subcontrol-origin: border; subcontrol-position: top right; width: 20px; height: 12px;
    background: transparent; border: 0; }}
{both("::down-button")} {{ subcontrol-origin: border; subcontrol-position: bottom right; width: 20px; height: 12px;
    background: transparent; border: 0; }}
{both("::up-arrow")} {{ image: url({icons}/field-up.svg); width: 12px; height: 12px; }}
{both("::down-arrow")} {{ image: url({icons}/field-down.svg); width: 12px; height: 12px; }}
QCheckBox {{ spacing: 8px; color: {theme.TEXT}; }}
QCheckBox:disabled {{ color: {theme.DISABLED}; }}
QRadioButton {{ spacing: 8px; color: {theme.TEXT}; }}
QRadioButton:disabled {{ color: {theme.DISABLED}; }}
QRadioButton::indicator {{ width: 14px; height: 14px; border: 1px solid {theme.DISABLED}; border-radius: 8px;
    background: {theme.WINDOW}; }}
QRadioButton::indicator:checked {{ image: url({icons}/field-dot.svg); background: {theme.RAISED}; }}
QRadioButton::indicator:focus {{ border-color: {theme.TEXT}; }}
QRadioButton::indicator:disabled {{ border-color: {theme.LINE}; }}
QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {theme.DISABLED}; border-radius: 3px;
    background: {theme.WINDOW}; }}
QCheckBox::indicator:checked {{ image: url({icons}/field-check.svg); background: {theme.RAISED}; }}
QCheckBox::indicator:focus {{ border-color: {theme.TEXT}; }}
QCheckBox::indicator:disabled {{ border-color: {theme.LINE}; }}
"""


def indent(spin: QAbstractSpinBox) -> None:
    """Let a number begin where the text of other fields does; style sheets do not reach that."""
    spin.lineEdit().setTextMargins(6, 0, 0, 0)


class WheelGuard(QObject):
    """Lets fields change with the wheel only while they have the focus; otherwise the page scrolls."""

    def guard(self, *fields: QWidget) -> None:
        """Guard these fields."""
        for field in fields:
            field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stop the wheel."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False
