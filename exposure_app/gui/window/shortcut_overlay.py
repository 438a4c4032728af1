"""The list of shortcuts, laid over the window by ``?``."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from exposure_app.gui import theme
from exposure_app.gui.editor.actions import Actions
from exposure_app.gui.editor.actions import shown as shown_keys
from exposure_app.gui.widgets.common import heading

COLUMNS = 3
CAPTION = 2  # rows that a group's heading takes


class ShortcutOverlay(QWidget):
    """Goes away with any key or click."""

    def __init__(self, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet = QFrame()
        sheet.setObjectName("sheet")
        sheet.setStyleSheet(
            f"QFrame#sheet {{ background: {theme.PANEL}; border: 1px solid {theme.LINE}; border-radius: 4px; }}"
        )
        columns = QHBoxLayout(sheet)
        columns.setContentsMargins(24, 20, 24, 20)
        columns.setSpacing(40)
        self._rows = [
            (spec.group, spec.text, shown_keys(actions.keys_of(spec)))
            for spec in actions.specs
            if actions.keys_of(spec)
        ]
        self._rows += [(self.tr("The focused step"), *row) for row in self._step_keys()]
        self._rows += [(self.tr("The focused filmstrip"), *row) for row in self._strip_keys()]
        for groups in _columns([group for group, _text, _keys in self._rows]):
            column = QVBoxLayout()
            column.setSpacing(8)
            for group in groups:
                column.addWidget(heading(group.upper()))
                column.addLayout(self._table(group))
                column.addSpacing(12)
            column.addStretch()
            columns.addLayout(column)
        outer = QVBoxLayout(self)
        outer.addWidget(sheet, 0, Qt.AlignmentFlag.AlignCenter)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def _step_keys(self) -> list[tuple[str, str]]:
        """Keys of the step list (``StepList``), which cannot be changed."""
        return [
            (self.tr("Open or close"), _shown("Return")),
            (self.tr("On or off"), _shown("Space")),
            (self.tr("Move up or down"), _shown("Alt+Up", "Alt+Down")),
            (self.tr("Duplicate"), _shown("Ctrl+D")),
            (self.tr("Rename"), _shown("F2")),
            (self.tr("Delete"), _shown("Del")),
        ]

    def _strip_keys(self) -> list[tuple[str, str]]:
        """Keys of the filmstrip, likewise."""
        return [
            (self.tr("Select more or fewer"), _shown("Shift+Left", "Shift+Right")),
            (self.tr("Select all"), _shown("Ctrl+A")),
        ]

    def _table(self, group: str) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        for row, (text, keys) in enumerate((text, keys) for other, text, keys in self._rows if other == group):
            label = QLabel(keys)
            label.setProperty("role", "second")
            grid.addWidget(QLabel(text), row, 0)
            grid.addWidget(label, row, 1, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(0, 1)
        return grid

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 140))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go away."""
        self.close()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go away."""
        self.close()


def _shown(*keys: str) -> str:
    return shown_keys([QKeySequence(key) for key in keys])


def _columns(groups: list[str]) -> list[list[str]]:
    """The groups in their order in columns of about the same height.

    Args:
        groups: Of each action; the more actions a group has, the higher it is.
    """
    columns: list[list[str]] = [[] for _ in range(COLUMNS)]
    heights = {group: groups.count(group) + CAPTION for group in groups}
    above = 0
    for group, height in heights.items():
        columns[int((above + height / 2) * COLUMNS / sum(heights.values()))].append(group)
        above += height
    return columns
