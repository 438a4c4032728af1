"""How a selection is retouched: style, amount, consistency. Enter begins."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from exposure_app.gui.batch.edits_part import EditsPart
from exposure_app.gui.batch.selection_retouch import RetouchRequest
from exposure_app.gui.widgets.form_style import form_style

if TYPE_CHECKING:
    from exposure_app.agent.header import StyleHeader

_WIDTH = 400


class RetouchDialog(QDialog):
    """Asks.

    Args:
        count: How many photos are selected.
        styles: What there is to choose from.
        style: The one that is chosen at first.
        amount: In per cent, likewise.
        parent: The window.
    """

    def __init__(
        self, count: int, styles: "list[StyleHeader]", style: str, amount: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Auto-retouch %n photo(s)", "", count))
        self.setMinimumWidth(_WIDTH)
        self.setStyleSheet(form_style())
        words = QLabel(
            self.tr("Each photo gets its own edits, which can be changed and undone. No pictures are written.")
        )
        words.setProperty("role", "second")
        words.setWordWrap(True)
        self.edits = EditsPart(styles_only=True)
        self.edits.set_styles(styles, style)
        with QSignalBlocker(self.edits.amount):
            self.edits.amount.setValue(amount)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.begin = QPushButton(self.tr("Retouch %n photo(s)", "", count))
        self.begin.setProperty("primary", True)
        self.begin.setDefault(True)
        self.begin.setEnabled(bool(self.edits.style_name))
        self.begin.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self.begin)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(16)
        column.addWidget(words)
        column.addWidget(self.edits)
        column.addLayout(buttons)

    def request(self) -> RetouchRequest:
        """What was chosen."""
        edits = self.edits
        return RetouchRequest(
            edits.style_name,
            edits.amount.value() / 100,
            edits.seed.value(),
            edits.consistency.value() / 100,
            edits.keeps.isChecked(),
        )
