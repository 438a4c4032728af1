"""The export dialog: presets to tick, and a form for the one that is chosen. The queue does the work."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from exposure_app.errors import ExposureError
from exposure_app.export.presets import read_presets, write_presets
from exposure_app.export.settings import ExportSettings
from exposure_app.gui import theme
from exposure_app.gui.export.form import ExportForm
from exposure_app.gui.export.queue import ExportTask
from exposure_app.gui.widgets.form_style import form_style
from exposure_app.settings import current_settings

if TYPE_CHECKING:
    from exposure_app.pipeline.recipe import Recipe

_LIST_WIDTH = 184
_FORM_WIDTH = 480


class ExportDialog(QDialog):
    """Asks what the files shall be like. Enter exports with all that is ticked, Esc closes.

    The first line is what was exported with last; the others are presets, which keep what is changed in them.

    Signals:
        wanted: The ``ExportTask`` objects.

    Args:
        parent: The window.
        items: Photos with their recipes, see ``ExportTask``.
        settings: What is filled in; None for what was exported with last.
    """

    wanted = Signal(list)

    def __init__(
        self,
        parent: QWidget | None,
        items: "Sequence[tuple[Path, Recipe | None]]",
        settings: ExportSettings | None = None,
    ) -> None:
        super().__init__(parent)
        if not items:
            raise ValueError("nothing to export")
        self._items = list(items)
        store = current_settings()
        self.presets = QListWidget()
        self.presets.setAccessibleName(self.tr("Presets"))
        self.presets.setFixedWidth(_LIST_WIDTH)
        self.pages = QStackedWidget()
        self._make_buttons()
        self._lay_out()
        self._add("", settings or ExportSettings.remembered(store))
        for name, preset in read_presets(store).items():
            self._add(name, preset)
        self.presets.currentRowChanged.connect(self._chosen)
        self.presets.itemChanged.connect(self._update)
        self.presets.setCurrentRow(0)
        self.presets.item(0).setCheckState(Qt.CheckState.Checked)
        self.setWindowTitle(self.tr("Export %n photo(s)", "", len(items)))
        self.setStyleSheet(form_style())
        self.form.format.setFocus()

    def _make_buttons(self) -> None:
        self.add_button = QPushButton(self.tr("Save as preset..."))
        self.add_button.clicked.connect(self._ask_name)
        self.delete_button = QPushButton(self.tr("Delete preset"))
        self.delete_button.clicked.connect(self._delete)
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.clicked.connect(self.reject)
        for button in (self.add_button, self.delete_button, self.cancel_button):
            button.setAutoDefault(False)
        self.export_button = QPushButton()
        self.export_button.setProperty("primary", True)
        self.export_button.setDefault(True)
        self.export_button.clicked.connect(self.start)

    def _lay_out(self) -> None:
        words = QLabel(self.tr("Tick one or several"))
        words.setProperty("role", "second")
        left = QVBoxLayout()
        left.setSpacing(2 * theme.GRID)
        left.addWidget(words)
        left.addWidget(self.presets, 1)
        left.addWidget(self.add_button)
        left.addWidget(self.delete_button)
        self.pages.setMinimumWidth(_FORM_WIDTH)
        columns = QHBoxLayout()
        columns.setSpacing(5 * theme.GRID)
        columns.addLayout(left)
        columns.addWidget(self.pages, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * theme.GRID)
        buttons.addStretch()
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.export_button)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 20, 20, 16)
        outer.setSpacing(20)
        outer.addLayout(columns, 1)
        outer.addLayout(buttons)

    # --- presets ---

    @property
    def form(self) -> ExportForm:
        """The form of the chosen line."""
        form = self.pages.currentWidget()
        assert isinstance(form, ExportForm)
        return form

    def _add(self, name: str, settings: ExportSettings) -> QListWidgetItem:
        photo, recipe = self._items[0]
        form = ExportForm(settings, photo, recipe.style if recipe else "", items=self._items)
        form.changed.connect(self._update)
        self.pages.addWidget(form)
        item = QListWidgetItem(name or self.tr("Last used"))
        item.setData(Qt.ItemDataRole.UserRole, name)
        item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        item.setCheckState(Qt.CheckState.Unchecked)
        self.presets.addItem(item)
        return item

    @Slot(int)
    def _chosen(self, row: int) -> None:
        self.pages.setCurrentIndex(row)
        self._update()

    def _forms(self, *, ticked: bool = False) -> list[tuple[str, ExportForm]]:
        """The lines with their names: all, or those that are ticked."""
        found = []
        for row in range(self.presets.count()):
            item, form = self.presets.item(row), self.pages.widget(row)
            if isinstance(form, ExportForm) and (not ticked or item.checkState() is Qt.CheckState.Checked):
                found.append((item.data(Qt.ItemDataRole.UserRole), form))
        return found

    @Slot()
    def _ask_name(self) -> None:
        name, wanted = QInputDialog.getText(self, self.tr("Save as preset"), self.tr("Name"))
        if wanted and name.strip():
            self.save_as(name.strip())

    def save_as(self, name: str) -> None:
        """Make what the form says a preset, in place of one of that name."""
        settings = self.form.settings()
        for row, (other, _form) in enumerate(self._forms()):
            if other == name:
                self._remove(row)
        item = self._add(name, settings)
        self.presets.setCurrentItem(item)
        self._keep()

    @Slot()
    def _delete(self) -> None:
        self._remove(self.presets.currentRow())
        self._keep()

    def _remove(self, row: int) -> None:
        if row <= 0:
            return
        form = self.pages.widget(row)
        if form is None:
            return
        self.presets.takeItem(row)
        self.pages.removeWidget(form)
        form.deleteLater()

    def _keep(self) -> None:
        """Keep the presets as they are now."""
        write_presets(current_settings(), {name: form.settings() for name, form in self._forms() if name})

    # --- the export ---

    @Slot()
    def start(self) -> None:
        """Export with all that is ticked, and remember it."""
        if not self.export_button.isEnabled():
            return
        tasks = [ExportTask(self._items, form.settings(), name) for name, form in self._forms(ticked=True)]
        try:
            dict(self._forms())[""].settings().remember(current_settings())
            self._keep()
        except ExposureError as error:
            self.export_button.setToolTip(str(error))  # the photos matter more
        self.wanted.emit(tasks)
        self.accept()

    def _update(self, _changed: object = None) -> None:
        """Say what would be done; what cannot be is not offered."""
        if self.presets.currentRow() < 0:
            return
        ticked = self._forms(ticked=True)
        wrong = [name for name, form in self._forms() if form.problem]
        count = len(self._items) * len(ticked)
        self.export_button.setText(self.tr("Export %n file(s)", "", count) if count else self.tr("Export"))
        self.export_button.setEnabled(bool(ticked) and not wrong)
        self.add_button.setEnabled(not wrong)
        self.delete_button.setEnabled(self.presets.currentRow() > 0)
