"""The window: puts the panels in their places and the actions behind their buttons, nothing else."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSettings, QSize, Qt, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QLabel,
    QMainWindow,
    QSizePolicy,
    QStackedWidget,
    QToolBar,
    QToolButton,
)

from exposure_app import paths
from exposure_app.agent.header import SUFFIX, list_styles
from exposure_app.documents import workspace
from exposure_app.documents.library import MAX_RATING
from exposure_app.gui import theme
from exposure_app.gui.canvas.compare import Mode
from exposure_app.gui.editor.actions import Actions, menus
from exposure_app.gui.editor.controller import Controller
from exposure_app.gui.editor.opening import Opener, dropped_paths
from exposure_app.gui.editor.render_device import RenderDeviceMonitor
from exposure_app.gui.export.looks import DROPPED
from exposure_app.gui.filmstrip.menu import FilmstripMenu
from exposure_app.gui.filmstrip.selection_edits import SelectionEdits
from exposure_app.gui.styles.commands import StyleCommands
from exposure_app.gui.widgets.common import ElidedLabel, menu_button
from exposure_app.gui.widgets.docks import dock, panel
from exposure_app.gui.widgets.notify import Notices, diagnostics
from exposure_app.gui.window.coordinator import EditorCoordinator, Panels
from exposure_app.gui.window.features import Features
from exposure_app.gui.window.photo_info import caption
from exposure_app.gui.window.settings_dialog import SettingsDialog
from exposure_app.gui.window.shortcut_overlay import ShortcutOverlay
from exposure_app.gui.window.start_page import StartPage
from exposure_app.gui.window.status_line import StatusLine
from exposure_app.gui.window.unsaved import Unsaved
from exposure_app.gui.workers import JobQueues
from exposure_app.settings import current_settings

SIZE = (1280, 720)
LAYOUT = 1  # raised when the docks change, so that an old geometry is not applied to them


class MainWindow(QMainWindow):
    """One window, one document."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("Exposure"))
        self.setWindowIcon(theme.app_icon())
        self.setAcceptDrops(True)
        self.settings = current_settings()
        self.state = QSettings(str(paths.user_config_dir() / "window.ini"), QSettings.Format.IniFormat)
        self.queues = JobQueues(self)
        self.controller = Controller(self.queues, self)
        self.actions_ = Actions(self, self.settings)
        self.opener = Opener(self.controller, self.state, self)
        self.panels = Panels()
        self.render_device = RenderDeviceMonitor(
            self.controller, self
        )  # before the coordinator, which renders as soon as a photo is open
        self.coordinator = EditorCoordinator(self.controller, self.panels, self.actions_, self)
        self.edits = SelectionEdits(self.controller, self.coordinator, self)
        self.filmstrip_menu = FilmstripMenu(self.panels.filmstrip, self.actions_, self.edits)
        self.start_page = StartPage()
        self.unopened = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True, margin=32)
        self.unopened.setTextFormat(Qt.TextFormat.PlainText)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start_page)
        self.pages.addWidget(self.panels.view)
        self.pages.addWidget(self.unopened)
        self.setCentralWidget(self.pages)
        self.caption = ElidedLabel()
        self.caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.caption.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.status = StatusLine()
        self.setStatusBar(self.status)
        self.notices = Notices(self.pages)
        self.style_commands = StyleCommands(self.panels.styles, self.queues.agent, self.notices, self)
        self._hidden: list[QDockWidget] = []
        self._closed = False
        self.is_leaving = False  # it ends without asking: see ``Leaving``
        self._started = False
        self._make_docks()
        self._make_menus()
        self._make_toolbar()
        self._connect()
        self._connect_actions()
        self.features = Features(self)
        self.unsaved = Unsaved(self)  # last, so that it asks first
        self._restore_geometry()
        self.reload_styles()
        self.start_page.set_recent(workspace.read_recent())

    # --- assembly ---

    def _make_docks(self) -> None:
        panels = self.panels
        self.setDockOptions(QMainWindow.DockOption.AnimatedDocks)
        corners = (
            (Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea),
            (Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea),
        )
        for corner, area in corners:
            self.setCorner(corner, area)
        left = panel(panels.styles, panels.history)
        left.setMinimumWidth(180)
        top = panel(panels.histogram, panels.auto)
        right = panel(top, panels.develop, panels.steps, margin=0, spacing=0)
        right.setMinimumWidth(theme.RIGHT_WIDTH)
        self.docks = [
            dock("styles-and-history", self.tr("Styles and history"), left),
            dock("steps", self.tr("Steps"), right),
            dock("filmstrip", self.tr("Filmstrip"), panels.filmstrip),
        ]
        areas = (
            Qt.DockWidgetArea.LeftDockWidgetArea,
            Qt.DockWidgetArea.RightDockWidgetArea,
            Qt.DockWidgetArea.BottomDockWidgetArea,
        )
        for made, area in zip(self.docks, areas, strict=True):
            self.addDockWidget(area, made)
        self.resizeDocks(self.docks[:2], [theme.LEFT_WIDTH, theme.RIGHT_WIDTH], Qt.Orientation.Horizontal)

    def _make_menus(self) -> None:
        """Everything that can be done, for whom icons and keys say nothing."""
        for title, names in menus():
            menu = self.menuBar().addMenu(title)
            for name in names:
                menu.addAction(self.actions_[name]) if name else menu.addSeparator()
            if "open" in names:
                self.opener.recent_menu.setTitle(self.tr("Open recent"))
                menu.insertMenu(self.actions_["import_look"], self.opener.recent_menu)

    def _make_toolbar(self) -> None:
        bar = QToolBar(self.tr("Tools"))
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        for name in ("open", "open_folder", "undo", "redo", "crop"):
            bar.addAction(self.actions_[name])
        bar.addWidget(self.caption)  # gives its room to the buttons where the window is narrow
        for name in ("compare", "side_by_side", "clipping", "fit", "zoom", "panels", "export", "settings", "shortcuts"):
            bar.addAction(self.actions_[name])
        more = [self.actions_["messages"], self.actions_["diagnostics"]]
        bar.addWidget(menu_button("menu", self.tr("Tools"), [*self.actions_.tools(), self.actions_["exports"], *more]))
        for button in bar.findChildren(QToolButton):
            action = button.defaultAction()
            if action is not None:
                button.setAccessibleName(action.text())
        opener = bar.widgetForAction(self.actions_["open"])
        if isinstance(opener, QToolButton):
            opener.setMenu(self.opener.recent_menu)
            opener.setPopupMode(QToolButton.ToolButtonPopupMode.DelayedPopup)
        self.addToolBar(bar)
        self.bar = bar
        self.addToolBarBreak()
        self.addToolBar(self.panels.crop)

    def _connect(self) -> None:
        controller, view = self.controller, self.panels.view
        controller.opening.connect(self._opening)
        controller.opened.connect(self._opened)
        controller.open_failed.connect(self._open_failed)
        controller.recent_changed.connect(self.start_page.set_recent)
        controller.job_started.connect(self.status.follow)
        controller.failed.connect(self.notices.complain)
        controller.notice.connect(self.notices.tell)
        self.render_device.notice.connect(self.notices.tell)
        view.zoom_changed.connect(self.status.zoom.setText)
        view.hovered.connect(self.status.show_colour)
        self.status.notices.clicked.connect(self.notices.show_list)
        self.start_page.open_requested.connect(self.opener.choose_files)
        self.start_page.folder_requested.connect(self.opener.choose_folder)
        self.start_page.photo_chosen.connect(lambda photo: controller.open_paths([photo]))
        controller.sample_ready.connect(self.start_page.set_sample)
        self.coordinator.renderer.settled.connect(self.render_device.refresh)
        self.render_device.device_changed.connect(self.status.show_device)
        self.style_commands.changed.connect(self.reload_styles)
        self.style_commands.job_started.connect(self.status.follow)

    def _connect_actions(self) -> None:
        view, coordinator, controller, panels = self.panels.view, self.coordinator, self.controller, self.panels
        behind: dict[str, Callable[[], object]] = {
            "open": self.opener.choose_files,
            "open_folder": self.opener.choose_folder,
            "next_photo": lambda: panels.filmstrip.step(1),
            "previous_photo": lambda: panels.filmstrip.step(-1),
            "quit": self.close,
            "auto": panels.auto.retouch,
            "next_variation": lambda: panels.auto.try_seed(1),
            "previous_variation": lambda: panels.auto.try_seed(-1),
            "undo": controller.undo,
            "redo": controller.redo,
            "reset": coordinator.develop.reset,
            "copy": lambda: self.edits.copy_edits(controller.photo),
            "paste": lambda: controller.several.paste(self.selected_photos()),
            "sync": lambda: self.edits.sync(self.selected_photos()),
            "sync_series": self.edits.sync_series,
            "undo_several": controller.several.undo,
            "snapshot": coordinator.take_snapshot,
            "virtual_copy": coordinator.add_copy,
            "pick_neutral": coordinator.picking.start,
            "compare": lambda: coordinator.set_mode(Mode.WIPE if self.actions_["compare"].isChecked() else Mode.OFF),
            "side_by_side": lambda: coordinator.set_mode(
                Mode.SIDE if self.actions_["side_by_side"].isChecked() else Mode.OFF
            ),
            "clipping": lambda: coordinator.toggle_clipping(self.actions_["clipping"].isChecked()),
            "zoom": view.toggle_fit,
            "fit": view.fit,
            "zoom_100": lambda: view.zoom_to(1),
            "zoom_200": lambda: view.zoom_to(2),
            "zoom_in": lambda: view.zoom_by(1),
            "zoom_out": lambda: view.zoom_by(-1),
            "full_screen": self.toggle_full_screen,
            "panels": self.toggle_panels,
            "settings": self.show_settings,
            "messages": self.notices.show_list,
            "shortcuts": lambda: ShortcutOverlay(self.actions_, self),
            "diagnostics": self.copy_diagnostics,
        }
        strip = panels.filmstrip
        behind |= {f"rate_{stars}": partial(strip.rate, stars) for stars in range(MAX_RATING + 1)}
        behind |= {"pick": partial(strip.flag, "pick"), "reject": partial(strip.flag, "reject")}
        behind |= {"unflag": partial(strip.flag, "none")}
        for name, act in behind.items():
            self.actions_[name].triggered.connect(lambda _checked=False, act=act: act())
        self.actions_.restrict("panels", view)  # elsewhere Tab goes from field to field

    # --- opening ---

    @Slot(object)
    def _opening(self, photo: Path) -> None:
        self.pages.setCurrentWidget(self.panels.view)
        self.caption.set_full(photo.name)

    @Slot()
    def _opened(self) -> None:
        photo = self.controller.photo
        if photo is not None:
            self.caption.set_full(caption(photo, self.controller.metadata))
            self.setWindowTitle(self.tr("{name} - Exposure").format(name=photo.name))
            self.panels.view.setFocus()

    @Slot(object, object)
    def _open_failed(self, photo: Path | None, error: Exception | None) -> None:
        """Show what was there before; where nothing can be, why."""
        if self.controller.photo is not None:
            self._opened()
            return
        others = [other for other in self.controller.photos if other != photo]
        self.unopened.setText(str(error))
        self.pages.setCurrentWidget(self.unopened if error is not None and others else self.start_page)
        self.caption.set_full("")
        self.setWindowTitle(self.tr("Exposure"))

    def selected_photos(self) -> list[Path]:
        """The photos selected in the filmstrip, or the open one."""
        selected: list[Path] = self.panels.filmstrip.selected()
        return selected or ([self.controller.photo] if self.controller.photo else [])

    def start(self, photos: list[Path]) -> None:
        """Begin to work, when the window is on the screen: load what is heavy, open what was asked for."""
        last = workspace.OpenPhotos()
        if not photos and self.settings.get_bool("general.restore_session"):
            last = workspace.read_open_photos()
        if photos or last.photos:
            self.controller.open_paths(photos or last.photos, last.current)
            self.coordinator.renderer.settled.connect(self._start_the_rest)
            self.controller.failed.connect(self._start_the_rest)
        else:
            self.controller.prepare()
            self.controller.offer_sample()
            self._start_the_rest()
        if last.photos and not last.closed:
            self.notices.tell(self.tr("Exposure ended unexpectedly last time. Your photos and edits are back."))

    @Slot()
    def _start_the_rest(self) -> None:
        """What would take the processor from the first picture: the style, and what was left unfinished."""
        if not self._started:
            self._started = True
            self.features.offer_unfinished()
            if self.panels.auto.style_name:
                self.coordinator.retoucher.preload(self.panels.auto.style_name)

    def reload_styles(self) -> None:
        """Look again which styles there are."""
        styles = list_styles()
        self.panels.auto.set_styles(styles, self.panels.auto.style_name or self.settings.get_text("retouch.style"))
        self.panels.styles.set_styles(styles)
        self.coordinator.preview_styles()

    # --- dialogs ---

    def show_settings(self) -> None:
        """Change what is chosen once and for all."""
        dialog = SettingsDialog(self, self.settings, self.actions_.specs)
        dialog.saved.connect(self.actions_.update_keys)
        dialog.saved.connect(self.coordinator.renderer.refresh)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # --- the window ---

    def toggle_panels(self) -> None:
        """Hide everything around the picture, or bring it back."""
        if self._hidden:
            for made in self._hidden:
                made.show()
            self._hidden = []
        else:
            self._hidden = [made for made in self.docks if made.isVisible()]
            for made in self._hidden:
                made.hide()

    def toggle_full_screen(self) -> None:
        """Between full screen and a window."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        self.actions_["full_screen"].setChecked(self.isFullScreen())

    def copy_diagnostics(self) -> None:
        """Put what a report needs on the clipboard."""
        QGuiApplication.clipboard().setText(diagnostics())
        self.notices.tell(self.tr("Diagnostics copied"))

    def _restore_geometry(self) -> None:
        self.resize(QSize(*SIZE).boundedTo(self.screen().availableSize()))  # all of it can be seen
        geometry, layout = self.state.value("geometry"), self.state.value("layout")
        if geometry is not None:
            self.restoreGeometry(geometry)
        if layout is not None:
            self.restoreState(layout, LAYOUT)

    def bring_to_front(self) -> None:
        """Show the window over others."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer keys."""
        if self.actions_.is_held_key("before", event.key()) and not event.isAutoRepeat():
            self.coordinator.hold_before(True)
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Answer keys that work while they are held."""
        if self.actions_.is_held_key("before", event.key()) and not event.isAutoRepeat():
            self.coordinator.hold_before(False)
        super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow changes of the window."""
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.coordinator.hold_before(False)  # its release would go to another window
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped; a style goes to the library, a look to the open photo."""
        dropped = dropped_paths(event.mimeData())
        styles = [path for path in dropped if path.suffix == SUFFIX]
        looks = [path for path in dropped if path.suffix.lower() in DROPPED]
        for file in styles:
            self.style_commands.add(file)
        photos = [path for path in dropped if path not in styles + looks]
        if photos:
            self.controller.open_paths(photos)
        elif looks:
            self.features.looks.take(looks[0])
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep everything and end the threads."""
        if not self._closed:
            self._closed = True
            self.coordinator.geometry.accept()
            if self._hidden:
                self.toggle_panels()
            self.state.setValue("geometry", self.saveGeometry())
            self.state.setValue("layout", self.saveState(LAYOUT))
            self.panels.filmstrip.close_threads()
            self.controller.close()
        super().closeEvent(event)
