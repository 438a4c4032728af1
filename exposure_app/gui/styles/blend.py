"""Two styles blended on the open photo: a slider from one to the other, the picture follows."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout

from exposure_app.agent.header import list_styles
from exposure_app.gui.widgets.common import ElidedBox
from exposure_app.gui.workers import Job

if TYPE_CHECKING:
    from exposure_app.gui.window.main_window import MainWindow
    from exposure_app.pipeline.recipe import Recipe


class BlendFeature(QObject):
    """The blend of two styles in the editor.

    Args:
        editor: That window.
    """

    def __init__(self, editor: "MainWindow") -> None:
        super().__init__(editor)
        self._editor = editor
        self.dialog: BlendDialog | None = None
        self._entry = editor.style_commands.add_entry(self.tr("Blend with another style..."), self.open)
        editor.style_commands.menu.aboutToShow.connect(self._update)

    def _update(self) -> None:
        self._entry.setEnabled(self._editor.controller.document is not None and len(list_styles()) > 1)

    def open(self, style: str) -> None:
        """Blend a style with another one, on the open photo."""
        if self._editor.controller.document is None or self.dialog is not None:
            return
        self.dialog = BlendDialog(self._editor, style)
        self.dialog.finished.connect(self._closed)
        self.dialog.show()

    def _closed(self) -> None:
        self.dialog = None


class BlendDialog(QDialog):
    """Chooses two styles and a share; the document follows in one entry of its history, which Cancel takes back."""

    def __init__(self, editor: "MainWindow", style: str) -> None:
        super().__init__(editor)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Blend two styles"))
        self._controller, self._retoucher = editor.controller, editor.coordinator.retoucher
        self._document = self._controller.document
        self._start = self._document.at if self._document is not None else 0
        self._seed = round(editor.panels.auto.seed.value)
        self._plans: dict[str, Recipe] = {}
        self._jobs: dict[str, Job] = {}
        styles = list_styles()
        names = [entry.name for entry in styles]
        self.boxes = [ElidedBox(), ElidedBox()]
        for box in self.boxes:
            for entry in styles:
                box.addItem(entry.title or entry.name, entry.name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        first = max(0, names.index(style) if style in names else 0)
        self.boxes[0].setCurrentIndex(first)
        self.boxes[1].setCurrentIndex((first + 1) % len(names))
        self.boxes[0].setAccessibleName(self.tr("First style"))
        self.boxes[1].setAccessibleName(self.tr("Second style"))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setValue(50)
        self.slider.setPageStep(10)
        self.slider.setMinimumWidth(320)
        self.slider.setAccessibleName(self.tr("Share of the second style"))
        self.words = QLabel()
        self.words.setProperty("role", "second")
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        for box in self.boxes:
            box.currentIndexChanged.connect(self._plan)
        self.slider.valueChanged.connect(self._apply)
        self._controller.opened.connect(self.close)  # another photo: what was planned is not for that one
        self._plan()

    def _lay_out(self) -> None:
        done = QPushButton(self.tr("Done"))
        done.setProperty("primary", True)
        done.setDefault(True)
        done.clicked.connect(self.accept)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.addWidget(self.boxes[0], 0, 0)
        grid.addWidget(self.words, 0, 1)
        grid.addWidget(self.boxes[1], 0, 2)
        grid.addWidget(self.slider, 1, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(done)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(16)
        column.addLayout(grid)
        column.addLayout(buttons)

    @property
    def styles(self) -> tuple[str, str]:
        """The names of both styles."""
        return self.boxes[0].currentData(), self.boxes[1].currentData()

    def _plan(self) -> None:
        """Ask for the proposals that are not there yet."""
        for name in self.styles:
            if name in self._plans or name in self._jobs:
                continue
            job = self._retoucher.propose(name, self._seed)
            if job is not None:
                self._jobs[name] = job
                job.done.connect(lambda result, name=name: self._planned(name, result))
                job.ended.connect(lambda name=name: self._jobs.pop(name, None))
        self._apply()

    def _planned(self, name: str, result: tuple[Any, "Recipe"]) -> None:
        self._plans[name] = result[1]
        self._apply()

    def _apply(self) -> None:
        one, other = (self._plans.get(name) for name in self.styles)
        share = self.slider.value()
        self.words.setText(f"{100 - share} %  –  {share} %")
        document = self._document
        if one is None or other is None or document is None or document is not self._controller.document:
            return
        from dataclasses import replace

        from exposure_app.pipeline.blend import blend

        mixed = blend(one, other, share / 100)
        shown = document.recipe
        mixed = replace(mixed, amount=shown.amount if shown.style else 1.0).on_inputs_of(shown)
        self._controller.edit(mixed, self.tr("Blend {style}").format(style=mixed.style), "blend")

    def done(self, result: int) -> None:
        """Keep the blend, or go back to what was there before."""
        for job in list(self._jobs.values()):
            job.cancel()
        document = self._document
        if document is not None and document is self._controller.document:
            if result != QDialog.DialogCode.Accepted and document.at > self._start:
                document.jump(self._start)
            document.end_merge()
        with QSignalBlocker(self.slider):
            super().done(result)
