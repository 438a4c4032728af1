"""What can be done with styles: the menus of the styles panel and what is behind them."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu

from exposure_app.agent.header import SUFFIX, list_styles
from exposure_app.errors import ExposureError
from exposure_app.gui.styles.dialog import StyleDialog
from exposure_app.gui.styles.panel import StylesPanel
from exposure_app.gui.widgets.notify import Notices
from exposure_app.gui.workers import Job, JobQueue
from exposure_app.styles import library

if TYPE_CHECKING:
    from exposure_app.agent.header import StyleHeader
    from exposure_app.styles.library import Deleted


class StyleCommands(QObject):
    """Renames, duplicates, deletes, imports, exports and explains styles.

    Files are looked at and copied in the agent's thread, so that a style is never loaded and changed at once.

    Signals:
        changed: There are other styles, or other titles.
        job_started: Something the status line may show.
        explained: A style's header and the dialog about it, for others to add to.
    """

    changed = Signal()
    job_started = Signal(object)
    explained = Signal(object, object)

    def __init__(self, panel: StylesPanel, queue: JobQueue, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._panel = panel
        self._queue = queue
        self._notices = notices
        self._name = ""  # of the style that the menu is open for
        self._act(panel.menu, self.tr("Import a style..."), self.choose_import)
        self.menu = QMenu(panel)
        self.menu.setToolTipsVisible(True)
        self._act(self.menu, self.tr("Retouch in this style"), lambda: panel.style_clicked.emit(self._name))
        self._act(self.menu, self.tr("About this style..."), lambda: self.explain(self._name))
        self._end_of_use = self.menu.addSeparator()
        self.rename_action = self._act(self.menu, self.tr("Rename"), lambda: panel.start_rename(self._name))
        self._act(self.menu, self.tr("Duplicate"), lambda: self.duplicate(self._name))
        self._act(self.menu, self.tr("Export as a file..."), lambda: self.choose_export(self._name))
        self.menu.addSeparator()
        self.delete_action = self._act(self.menu, self.tr("Delete"), lambda: self.delete(self._name))
        panel.menu_wanted.connect(self._show_menu)
        panel.renamed.connect(self.rename)

    def add_entry(self, text: str, do: Callable[[str], object]) -> QAction:
        """Another thing that can be done with a style, given its name."""
        action = QAction(text, self.menu)
        action.triggered.connect(lambda _checked=False: do(self._name))
        self.menu.insertAction(self._end_of_use, action)
        return action

    def explain(self, name: str) -> None:
        """Show the card of a style."""
        style = self._find(name)
        if style is not None:
            dialog = StyleDialog(style, self._panel.window())
            self.explained.emit(style, dialog)
            dialog.open()

    def rename(self, name: str, title: str) -> None:
        """Call a style something else."""
        self._work(name, partial(library.rename, title=title))

    def duplicate(self, name: str) -> None:
        """Add a copy of a style to the library."""
        taken = {style.title or style.name for style in list_styles()}
        style = self._find(name)
        if style is not None:
            title = library.free_title(style.title or style.name, taken)
            told = self.tr("Duplicated as {title}").format(title=title)
            self._work(name, partial(library.duplicate, title=title), lambda _: self._notices.tell(told))

    def delete(self, name: str) -> None:
        """Put a style away; the notice brings it back."""

        def tell(deleted: "Deleted") -> None:
            words = self.tr("The style {title} is deleted").format(title=deleted.title)
            self._notices.tell(words, act=(self.tr("Undo"), lambda: self._restore(deleted)))

        self._work(name, library.delete, tell)

    def _restore(self, deleted: "Deleted") -> None:
        self._submit(lambda job: library.restore(deleted), lambda _: None)

    # --- files --------------------------------------------------------------------------------------------------------

    def choose_import(self) -> None:
        """Ask for a style's file and add it to the library."""
        chosen, _ = QFileDialog.getOpenFileName(self._panel, self.tr("Import a style"), "", self._name_filter())
        if chosen:
            self.add(Path(chosen))

    def add(self, file: Path) -> None:
        """Add a style's file to the library, after a look at all of it."""

        def tell(style: "StyleHeader") -> None:
            self._notices.tell(self.tr("The style {title} is in your library").format(title=style.title))

        self._submit(lambda job: library.import_style(file, job.check), tell, self.tr("Checking the style"))

    def choose_export(self, name: str) -> None:
        """Ask where a style shall go and write it there."""
        proposed = str(Path.home() / f"{name}{SUFFIX}")
        chosen, _ = QFileDialog.getSaveFileName(self._panel, self.tr("Export a style"), proposed, self._name_filter())
        if chosen:
            self.export(name, Path(chosen))

    def export(self, name: str, target: Path) -> None:
        """Write a style as one file for somebody else."""
        target = target if target.suffix == SUFFIX else target.with_name(target.name + SUFFIX)
        told = self.tr("The style is in {file}").format(file=target.name)
        self._work(name, partial(library.export_style, target=target), lambda _: self._notices.tell(told))

    # --- helpers ------------------------------------------------------------------------------------------------------

    def menu_for(self, name: str) -> QMenu | None:
        """The menu of a style, fitted to it; None if the style is gone."""
        style = self._find(name)
        if style is None:
            return None
        self._name = name
        own = library.is_own(style)
        why = "" if own else self.tr("It came with the program; a duplicate can be changed")
        for action in (self.rename_action, self.delete_action):
            action.setEnabled(own)
            action.setToolTip(why)
        return self.menu

    def _show_menu(self, name: str, place: QPoint) -> None:
        menu = self.menu_for(name)
        if menu is not None:
            menu.popup(place)

    def _find(self, name: str) -> "StyleHeader | None":
        found = next((style for style in list_styles() if style.name == name), None)
        if found is None:
            self._notices.complain(ExposureError(self.tr("The style {name} is gone").format(name=name)))
            self.changed.emit()
        return found

    def _work(self, name: str, do: "Callable[[StyleHeader], Any]", then: Callable[[Any], None] | None = None) -> None:
        style = self._find(name)
        if style is not None:
            self._submit(lambda job: do(style), then or (lambda _: None))

    def _submit(self, do: Callable[[Job], Any], then: Callable[[Any], None], stage: str = "") -> None:
        job = self._queue.submit(do, stage)
        job.done.connect(then)
        job.done.connect(lambda _: self.changed.emit())
        job.failed.connect(self._notices.complain)
        if stage:
            self.job_started.emit(job)

    def _name_filter(self) -> str:
        return f"{self.tr('Styles')} (*{SUFFIX});;{self.tr('All files')} (*)"

    def _act(self, menu: QMenu, text: str, do: Callable[[], object]) -> QAction:
        action = menu.addAction(text)
        action.triggered.connect(lambda _checked=False: do())
        return action
