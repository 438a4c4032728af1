"""The panel that says why: the waterfall, the shares, what is clipped, and when it would be enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from exposure_app.gui import theme
from exposure_app.gui.widgets.common import ElidedBox, heading
from exposure_app.gui.widgets.docks import scrolled

if TYPE_CHECKING:
    from exposure_app.agent.header import StyleHeader
    from exposure_app.explain.attribution import Reasons
    from exposure_app.gui.explain.waterfall import Waterfall

_NAME = 104  # width of the steps' names, px


class WhyPanel(QWidget):
    """Shows reasons, or one sentence why there are none.

    Attributes:
        judge_changed: Name of the style whose critic is to judge; empty for the recipe's own.
        drop_wanted: Leave out the steps that gain little.
    """

    judge_changed = Signal(str)
    drop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "panel")
        self.judge_box = ElidedBox()
        self.judge_box.setAccessibleName(self.tr("Judged by"))
        self.judge_box.setToolTip(self.tr("Whose critic says how good a picture is"))
        self.judge_box.currentIndexChanged.connect(lambda: self.judge_changed.emit(self.judge))
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.setProperty("role", "second")
        self.chart: Waterfall | None = None  # made when it is first wanted: pyqtgraph takes a moment to load
        self.shares = _Shares()
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.drop = QPushButton()
        self.drop.clicked.connect(self.drop_wanted)
        self._lay_out()
        self.say(self.tr("Open a photo to see why its steps are what they are."))

    def _lay_out(self) -> None:
        judge = QHBoxLayout()
        judge.setContentsMargins(0, 0, 12, 0)
        judge.setSpacing(8)
        label = QLabel(self.tr("Judged by"))
        label.setBuddy(self.judge_box)
        judge.addWidget(label)
        judge.addWidget(self.judge_box, 1)
        content = QWidget()
        content.setProperty("role", "panel")
        self._body = QVBoxLayout(content)
        self._body.setContentsMargins(0, 0, 12, 12)
        self._body.setSpacing(12)
        self._heading = heading(self.tr("SCORE, STEP BY STEP"))
        for widget in (self._heading, self.shares, self.drop, self.words):
            self._body.addWidget(widget)
        self._body.addStretch(1)
        self._content = scrolled(content)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 0, 0)
        column.setSpacing(12)
        column.addLayout(judge)
        column.addWidget(self.message)
        column.addWidget(self._content, 1)
        column.addStretch(0)

    # --- whose critic ---

    @property
    def judge(self) -> str:
        """Name of the chosen style; empty for the recipe's own."""
        return self.judge_box.currentData() or ""

    def set_styles(self, styles: list[StyleHeader]) -> None:
        """Offer these critics; the chosen one stays if it is among them."""
        chosen = self.judge
        with QSignalBlocker(self.judge_box):
            self.judge_box.clear()
            self.judge_box.addItem(self.tr("The recipe's own style"), "")
            for style in styles:
                self.judge_box.addItem(style.title or style.name, style.name)
            self.judge_box.setCurrentIndex(max(0, self.judge_box.findData(chosen)))
        if self.judge != chosen:
            self.judge_changed.emit(self.judge)

    # --- what is shown ---

    def say(self, sentence: str) -> None:
        """Show one sentence in place of reasons."""
        self.message.setText(sentence)
        self.message.show()
        self._content.hide()

    def set_busy(self) -> None:
        """What is shown is of before: nothing can be done with it until the new reasons come."""
        if self._content.isHidden():
            self.say(self.tr("Working it out..."))
        self.drop.setEnabled(False)
        self._heading.setText(self.tr("SCORE, STEP BY STEP (UPDATING)"))

    def show_reasons(self, reasons: Reasons, title: str) -> None:
        """Show why, in the eyes of the style of that title."""
        from exposure_app.explain.words import sentences

        if not reasons.steps:
            self.say(self.tr("No step is on: there is nothing to explain."))
            return
        self.message.hide()
        self._content.show()
        self._heading.setText(self.tr("SCORE, STEP BY STEP"))
        self._chart().show_reasons(reasons)
        self.shares.show_reasons(reasons)
        self.words.setText("\n\n".join(sentences(reasons, title)))
        count = len(reasons.weak())
        self.drop.setEnabled(count > 0)
        nothing = self.tr("No weak steps to remove") if reasons.has_gain else self.tr("No gain: nothing to drop by it")
        self.drop.setText(self.tr("Remove weak steps ({count})").format(count=count) if count else nothing)
        self.drop.setToolTip(
            self.tr("Leave out the steps that are worth less than 5 % of the gain. Locked steps stay; can be undone.")
        )

    def _chart(self) -> Waterfall:
        if self.chart is None:
            from exposure_app.gui.explain.waterfall import Waterfall

            self.chart = Waterfall()
            self._body.insertWidget(1, self.chart)
        return self.chart


class _Shares(QFrame):
    """A small table: the share of the gain, what is clipped, and what the agent expected, for each step."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Shares"))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self._labels: list[QLabel] = []
        self.rows: list[list[str]] = []

    def show_reasons(self, reasons: Reasons) -> None:
        from exposure_app.explain.words import percent, share_of_gain, signed, whole_share

        for label in self._labels:
            label.deleteLater()
        self._labels, self.rows = [], []
        heads = {
            self.tr("Step"): "",
            self.tr("Share"): self.tr("Of the whole gain, fair to steps that only work together (Shapley)"),
            self.tr("White"): self.tr("How much more of the picture is clipped to white through this step"),
            self.tr("Black"): self.tr("How much more of the picture is clipped to black through this step"),
            self.tr("Expects"): self.tr("The reward that the agent expected from here on, before this step"),
        }
        self._row(list(heads), theme.SECOND, list(heads.values()))
        for step in reasons.steps:
            clipped = percent(step.white, signed=True), percent(step.black, signed=True)
            cells = [step.name, share_of_gain(reasons, step), *clipped, signed(step.expected, 2)]
            self._row(cells, theme.TEXT, [step.words])
        clipped = percent(reasons.white[1]), percent(reasons.black[1])
        self._row([self.tr("Finished"), whole_share(reasons), *clipped, signed(reasons.expected, 2)], theme.SECOND)

    def _row(self, cells: list[str], colour: str, tips: list[str] | None = None) -> None:
        row = len(self.rows)
        self.rows.append(cells)
        for column, text in enumerate(cells):
            label = QLabel()
            label.setFont(theme.font(theme.SMALL))
            label.setStyleSheet(f"color: {colour}; font-size: {theme.SMALL}px;")
            label.setAlignment(Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight)
            if column == 0:
                text = label.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, _NAME)
            label.setText(text)
            label.setToolTip(tips[column] if tips and column < len(tips) else "")
            self._grid.addWidget(label, row, column)
            self._labels.append(label)
