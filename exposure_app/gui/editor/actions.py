"""Everything that can be done, with its shortcut: for menus, buttons and the list that ``?`` shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from exposure_app.gui import theme
from exposure_app.settings.store import Settings

TOOLS = "Tools"  # the group of what has a window of its own; its actions are in the toolbar's menu


@dataclass(frozen=True)
class Spec:
    """One action.

    Attributes:
        id: Name in the code and in the settings.
        text: What people read.
        keys: Shortcuts, the first of them shown.
        group: Heading in the list of shortcuts.
        icon: Name of an icon, or empty.
        checkable: Whether it switches something.
        held: A key that works only while it is down; it is no ordinary shortcut.
    """

    id: str
    text: str
    keys: tuple[str, ...] = ()
    group: str = ""
    icon: str = ""
    checkable: bool = False
    held: bool = False


def specs() -> list[Spec]:
    """All actions, in the order they are listed."""
    return [*_photos(), *_marks(), *_editing(), *_views(), *_tools(), *_window()]


def _photos() -> list[Spec]:
    """Opening, choosing, exporting."""
    tr = QCoreApplication.translate
    file = tr("actions", "Photos")
    return [
        Spec("open", tr("actions", "Open photos..."), ("Ctrl+O",), file, "open"),
        Spec("open_folder", tr("actions", "Open a folder..."), ("Ctrl+Shift+O",), file, "folder"),
        Spec("next_photo", tr("actions", "Next photo"), ("Ctrl+Right", "PgDown"), file),
        Spec("previous_photo", tr("actions", "Previous photo"), ("Ctrl+Left", "PgUp"), file),
        Spec("export", tr("actions", "Export..."), ("Ctrl+Shift+E",), file, "export"),
        Spec("exports", tr("actions", "Exports of this session"), (), file),
        Spec("batch", tr("actions", "Batch process..."), ("Ctrl+Shift+B",), file, "batch"),
        Spec("quit", tr("actions", "Quit"), ("Ctrl+Q",), file),
    ]


def _marks() -> list[Spec]:
    """Ratings and flags."""
    tr = QCoreApplication.translate
    marks = tr("actions", "Marks")
    return [
        Spec("rate_1", tr("actions", "One star"), ("1",), marks),
        Spec("rate_2", tr("actions", "Two stars"), ("2",), marks),
        Spec("rate_3", tr("actions", "Three stars"), ("3",), marks),
        Spec("rate_4", tr("actions", "Four stars"), ("4",), marks),
        Spec("rate_5", tr("actions", "Five stars"), ("5",), marks),
        Spec("rate_0", tr("actions", "No stars"), ("0",), marks),
        Spec("pick", tr("actions", "Pick"), ("P",), marks),
        Spec("reject", tr("actions", "Reject"), ("X",), marks),
        Spec("unflag", tr("actions", "Unflag"), ("U",), marks),
    ]


def _editing() -> list[Spec]:
    """What changes the photo."""
    tr = QCoreApplication.translate
    edit = tr("actions", "Editing")
    return [
        Spec("auto", tr("actions", "Auto-retouch"), ("Ctrl+U",), edit, "wand"),
        Spec("auto_selected", tr("actions", "Auto-retouch the selected photos..."), ("Ctrl+Shift+A",), edit),
        Spec("next_variation", tr("actions", "Next variation"), ("Ctrl+Shift+U",), edit),
        Spec("previous_variation", tr("actions", "Previous variation"), ("Ctrl+Alt+U",), edit),
        Spec("variations", tr("actions", "Choose among variations..."), ("V",), edit, "dice"),
        Spec("undo", tr("actions", "Undo"), ("Ctrl+Z",), edit, "undo"),
        Spec("redo", tr("actions", "Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), edit, "redo"),
        Spec("reset", tr("actions", "Reset all edits"), ("Ctrl+Shift+R",), edit),
        Spec("copy", tr("actions", "Copy edits..."), ("Ctrl+Shift+C",), edit),
        Spec("paste", tr("actions", "Paste edits to the selected photos"), ("Ctrl+Shift+V",), edit),
        Spec("sync", tr("actions", "Copy edits to the selected photos..."), ("Ctrl+Shift+S",), edit),
        Spec("sync_series", tr("actions", "Copy edits to all photos like this..."), ("Ctrl+Alt+V",), edit),
        Spec("undo_several", tr("actions", "Undo on all photos"), ("Ctrl+Alt+Z",), edit),
        Spec("snapshot", tr("actions", "Take snapshot"), ("Ctrl+N",), edit, "snapshot"),
        Spec("virtual_copy", tr("actions", "New version (virtual copy)"), ("Ctrl+'",), edit, "copies"),
        Spec("pick_neutral", tr("actions", "White balance picker"), ("W",), edit),
        Spec("crop", tr("actions", "Crop and straighten"), ("R", "C"), edit, "crop", checkable=True),
        Spec("turn_left", tr("actions", "Rotate left"), ("Ctrl+[",), edit, "turn-left"),
        Spec("turn_right", tr("actions", "Rotate right"), ("Ctrl+]",), edit, "turn-right"),
        Spec("flip", tr("actions", "Mirror left and right"), (), edit, "flip"),
        Spec("flip_vertical", tr("actions", "Mirror top and bottom"), (), edit, "flip-vertical"),
    ]


def _views() -> list[Spec]:
    """How the photo is shown."""
    tr = QCoreApplication.translate
    view = tr("actions", "View")
    return [
        Spec("before", tr("actions", "Show before while held"), ("\\",), view, held=True),
        Spec("compare", tr("actions", "Before and after, wipe"), ("Y",), view, "wipe", checkable=True),
        Spec(
            "side_by_side", tr("actions", "Before and after, side by side"), ("Shift+Y",), view, "side", checkable=True
        ),
        Spec("all_styles", tr("actions", "All styles side by side"), ("S",), view, "grid", checkable=True),
        Spec("clipping", tr("actions", "Mark clipped pixels"), ("J",), view, "clip", checkable=True),
        Spec("mask_tint", tr("actions", "Show the step's mask in red"), ("O",), view, "mask", checkable=True),
        Spec("mask_grey", tr("actions", "Show the step's mask alone"), ("Shift+O",), view, "mask", checkable=True),
        Spec("zoom", tr("actions", "Fit or 100 %"), ("Z",), view, "zoom"),
        Spec("why", tr("actions", "Why? Effect of each step"), ("E",), view, "why", checkable=True),
        Spec("fit", tr("actions", "Fit"), ("Ctrl+0",), view, "fit"),
        Spec("zoom_100", tr("actions", "100 %"), ("Ctrl+1",), view),
        Spec("zoom_200", tr("actions", "200 %"), ("Ctrl+2",), view),
        Spec("zoom_in", tr("actions", "Zoom in"), ("Ctrl++", "Ctrl+="), view),
        Spec("zoom_out", tr("actions", "Zoom out"), ("Ctrl+-",), view),
    ]


def _tools() -> list[Spec]:
    """What has a window of its own."""
    tr = QCoreApplication.translate
    tools = tr("actions", TOOLS)
    return [
        Spec("teach", tr("actions", "Create a style..."), ("Ctrl+Shift+L",), tools, "teach"),
        Spec("export_look", tr("actions", "Export the look for other programs..."), ("Ctrl+Alt+E",), tools, "export"),
        Spec("import_look", tr("actions", "Import a look..."), ("Ctrl+Alt+I",), tools, "import"),
        Spec("decompile", tr("actions", "Recover edits from a finished photo..."), ("Ctrl+Alt+D",), tools),
        Spec("study", tr("actions", "Study: compare people and styles..."), ("Ctrl+Alt+S",), tools),
    ]


def _window() -> list[Spec]:
    """About the window and the program."""
    tr = QCoreApplication.translate
    window = tr("actions", "Window")
    return [
        Spec("full_screen", tr("actions", "Full screen"), ("F", "F11"), window, checkable=True),
        Spec("panels", tr("actions", "Hide the panels (with the picture focused)"), ("Tab",), window, "panels"),
        Spec("settings", tr("actions", "Settings..."), ("Ctrl+,",), window, "settings"),
        Spec("messages", tr("actions", "Messages"), (), window, "notices"),
        Spec("shortcuts", tr("actions", "Shortcuts"), ("?", "F1"), window, "help"),
        Spec("diagnostics", tr("actions", "Copy diagnostics"), (), window),
    ]


def menus() -> list[tuple[str, tuple[str, ...]]]:
    """The menu bar: of each menu its title and its actions, empty for a line between them.

    What works while a key is held has no place there.
    """
    tr = QCoreApplication.translate
    return [
        (tr("actions", "&File"), ("open", "open_folder", "", "import_look", "export_look", "", "export", "exports",
                                  "batch", "", "settings", "quit")),
        (tr("actions", "&Edit"), ("undo", "redo", "undo_several", "", "copy", "paste", "sync", "sync_series", "",
                                  "reset", "snapshot", "virtual_copy")),
        (tr("actions", "&View"), ("compare", "side_by_side", "", "fit", "zoom", "zoom_100", "zoom_200",
                                  "zoom_in", "zoom_out", "", "clipping", "mask_tint", "mask_grey", "", "panels",
                                  "full_screen")),
        (tr("actions", "&Photo"), ("next_photo", "previous_photo", "", "rate_5", "rate_4", "rate_3", "rate_2",
                                   "rate_1", "rate_0", "", "pick", "reject", "unflag", "", "crop", "turn_left",
                                   "turn_right", "flip", "flip_vertical", "pick_neutral")),
        (tr("actions", "&Styles"), ("auto", "auto_selected", "", "next_variation", "previous_variation", "variations",
                                    "all_styles", "why", "", "teach")),
        (tr("actions", "&Tools"), ("decompile", "study")),
        (tr("actions", "&Help"), ("shortcuts", "messages", "diagnostics")),
    ]  # fmt: skip


class Actions(dict[str, QAction]):
    """The actions by id. A person's own shortcuts come from the settings and change with them."""

    def __init__(self, window: QWidget, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.specs = specs()
        for spec in self.specs:
            action = QAction(spec.text, window)
            action.setObjectName(spec.id)
            action.setCheckable(spec.checkable)
            if spec.icon:
                action.setIcon(theme.icon(spec.icon))
            self[spec.id] = action
            window.addAction(action)
        self.update_keys()

    def tools(self) -> list[QAction]:
        """What has a window of its own, for a menu."""
        group = QCoreApplication.translate("actions", TOOLS)
        return [self[spec.id] for spec in self.specs if spec.group == group]

    def keys_of(self, spec: Spec) -> list[QKeySequence]:
        """The shortcuts of an action as they are now."""
        own = cast("Mapping[str, str]", self._settings.get("shortcuts")).get(spec.id)
        if own is not None:
            return QKeySequence.listFromString(own)
        return [QKeySequence(key) for key in spec.keys]

    def update_keys(self) -> None:
        """Take over the shortcuts from the settings."""
        for spec in self.specs:
            keys, action = self.keys_of(spec), self[spec.id]
            if not spec.held:
                action.setShortcuts(keys)
            action.setToolTip(f"{spec.text} ({shown(keys[:1])})" if keys else spec.text)

    def restrict(self, action_id: str, widget: QWidget) -> None:
        """Let a shortcut work only while this widget has the focus."""
        action = self[action_id]
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        widget.addAction(action)

    def is_held_key(self, action_id: str, key: int) -> bool:
        """Whether a key is that of an action that works while it is held."""
        spec = next(spec for spec in self.specs if spec.id == action_id)
        exact = QKeySequence.SequenceMatch.ExactMatch
        return any(keys.matches(QKeySequence(key)) == exact for keys in self.keys_of(spec))


def shown(keys: list[QKeySequence]) -> str:
    """Shortcuts as the platform writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    return QCoreApplication.translate("actions", " or ").join(key.toString(native) for key in keys)
