"""The list of shortcuts, laid over the window by ``?``."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
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
        for groups in _columns([spec.group for spec in actions.specs if actions.keys_of(spec)]):
            column = QVBoxLayout()
            column.setSpacing(8)
            for group in groups:
                column.addWidget(heading(group.upper()))
                column.addLayout(self._table(actions, group))
                column.addSpacing(12)
            column.addStretch()
            columns.addLayout(column)
        outer = QVBoxLayout(self)
        outer.addWidget(sheet, 0, Qt.AlignmentFlag.AlignCenter)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def _table(self, actions: Actions, group: str) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        shown = [spec for spec in actions.specs if spec.group == group and actions.keys_of(spec)]
        for row, spec in enumerate(shown):
            label = QLabel(shown_keys(actions.keys_of(spec)))
            label.setProperty("role", "second")
            grid.addWidget(QLabel(spec.text), row, 0)
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
