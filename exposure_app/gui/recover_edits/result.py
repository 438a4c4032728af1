"""What the decompiler found: three pictures beside each other, the steps in words, and what they do not explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QStackedWidget, QWidget

from exposure_app.gui.editor.renderer import to_qimage
from exposure_app.gui.recover_edits.error_scale import ErrorScale
from exposure_app.gui.widgets.common import heading
from exposure_app.gui.widgets.docks import scrolled
from exposure_app.gui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from pathlib import Path

    from exposure_app.recover_edits.files import Decompiled

PAIRS_TOLD = 200


@dataclass(frozen=True, eq=False)
class Answer:
    """What was found, and pictures of it.

    Attributes:
        found: The steps and the rest.
        pictures: The picture after, the picture before with the steps, and the map of what is left.
        steps: In words.
        rest: In words.
    """

    found: Decompiled
    pictures: tuple[QImage, QImage, QImage]
    steps: tuple[str, ...]
    rest: tuple[str, ...]


def answer_of(found: Decompiled) -> Answer:
    """Make the pictures; in any thread."""
    from exposure_app.recover_edits.error_map import colored
    from exposure_app.recover_edits.files import words_of

    left = found.first
    pictures = (_picture(left.after), _picture(left.ours), to_qimage(colored(left.map)))
    return Answer(found, pictures, tuple(found.recipe.describe()), tuple(words_of(found)))


def _picture(rgb: Any) -> QImage:
    return to_qimage(np.rint(255 * np.clip(rgb, 0, 1)).astype(np.uint8))


class ResultView(QStackedWidget):
    """A sentence, or what was found."""

    def __init__(self) -> None:
        super().__init__()
        self.words = QLabel()
        self.words.setProperty("role", "second")
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sheets = [Sheet(), Sheet(), Sheet()]
        self.steps, self.rest = _text(), _text()
        self.steps_heading, self.rest_heading = heading(self.tr("STEPS")), heading(self.tr("NOT EXPLAINED"))
        self.noted = QLabel()
        self.noted.setProperty("role", "second")
        self.noted.setWordWrap(True)
        self._page = QWidget()
        self._lay_out()
        self.addWidget(self.words)
        self.addWidget(self._page)
        self.clear()

    def _lay_out(self) -> None:
        grid = QGridLayout(self._page)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        names = (self.tr("After, as it was given"), self.tr("Before, with the steps"), self.tr("What is left"))
        for column, (name, sheet) in enumerate(zip(names, self.sheets, strict=True)):
            label = QLabel(name)
            label.setProperty("role", "second")
            sheet.setAccessibleName(name)
            caption = QHBoxLayout()
            caption.setSpacing(16)
            caption.addWidget(label, 0, Qt.AlignmentFlag.AlignBottom)
            if column == 2:
                caption.addWidget(ErrorScale(), 1)
            grid.addLayout(caption, 0, column)
            grid.addWidget(sheet, 1, column)
            grid.setColumnStretch(column, 1)
        texts = QWidget()
        columns = QGridLayout(texts)
        columns.setContentsMargins(0, 6, 0, 0)
        columns.setHorizontalSpacing(24)
        for column, (title, text) in enumerate(
            ((self.steps_heading, self.steps), (self.rest_heading, self.rest)),
        ):
            columns.addWidget(title, 0, column)
            columns.addWidget(text, 1, column, Qt.AlignmentFlag.AlignTop)
            columns.setColumnStretch(column, 1)
        columns.setRowStretch(2, 1)
        grid.addWidget(scrolled(texts), 2, 0, 1, 3)
        grid.addWidget(self.noted, 3, 0, 1, 3)
        grid.setRowStretch(1, 3)
        grid.setRowStretch(2, 2)

    def clear(self) -> None:
        """Say what this is for."""
        self.say(
            self.tr(
                "Choose a photo and an edited version of it, whatever it was edited with."
                " The ordinary steps between them are found, with what no step explains."
            )
        )

    def say(self, words: str) -> None:
        """Show a sentence instead."""
        self.words.setText(words)
        self.setCurrentWidget(self.words)

    def show_answer(self, answer: Answer) -> None:
        """Show what was found."""
        for sheet, picture in zip(self.sheets, answer.pictures, strict=True):
            sheet.show_picture(picture)
        self.steps.setText("\n".join(answer.steps) or self.tr("Nothing was done."))
        found = answer.found
        lines = [*answer.rest]
        if len(found.rows) > 1:
            lines += [f"{row.files[0].name}: {row.delta_e}" for row in found.rows[:PAIRS_TOLD]]
        if found.alone:
            lines.append(self.tr("%n photo(s) without a counterpart", "", len(found.alone)))
        self.rest.setText("\n".join(lines))
        self.noted.setText(
            self.tr("Difference that is left, CIEDE2000 (1 is just seen): {error}").format(error=found.delta_e)
        )
        self.setCurrentWidget(self._page)

    def note(self, words: str, folder: Path) -> None:
        """Say below it where files are."""
        self.noted.setText(words.format(folder=folder))


def _text() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
