"""One message in the corner of the window."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from exposure_app.gui import theme

WIDTH = 320
INSET = 6  # px, with which the first line stands beside the middle of the button


class Notice(QFrame):
    """An icon, a sentence, perhaps a hint, a button to close it, perhaps one that does something about it.

    Args:
        message: The sentence.
        hint: Another one, or empty.
        is_error: Whether something went wrong.
        act: What ``act_button`` says; empty for none.
        parent: The stack of notices.
    """

    def __init__(self, message: str, hint: str, is_error: bool, act: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        edge = theme.WARNING if is_error else theme.LINE
        self.setStyleSheet(
            f"QFrame#notice {{ background: {theme.RAISED}; border: 1px solid {edge}; border-radius: 4px; }}"
            f"QFrame#notice QPushButton {{ border-color: {theme.DISABLED}; }}"
        )
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(f"{message}. {hint}" if hint else message)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(8)
        sign = QLabel()
        sign.setContentsMargins(0, INSET, 0, 0)
        sign.setPixmap(theme.icon("warning" if is_error else "info").pixmap(16, 16))
        words = QVBoxLayout()
        words.setContentsMargins(0, INSET, 0, INSET)
        words.setSpacing(4)
        for text, role in ((message, ""), (hint, "second")):
            if text:
                label = QLabel(text)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setProperty("role", role)
                label.setWordWrap(True)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                words.addWidget(label)
        self.act_button = QPushButton(act, self)
        self.act_button.setVisible(bool(act))
        if act:
            words.addSpacing(4)
            words.addWidget(self.act_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.close_button = QToolButton()
        self.close_button.setIcon(theme.icon("close"))
        self.close_button.setAccessibleName(self.tr("Dismiss"))
        self.close_button.setToolTip(self.tr("Dismiss"))
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
