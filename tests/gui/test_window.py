"""The window itself: how narrow it may be, its panels, its place."""

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QListWidget, QToolButton

from exposure_app.gui.window.main_window import MainWindow
from exposure_app.gui.window.shortcut_overlay import ShortcutOverlay
from tests.helpers.editor import Editor


@pytest.mark.parametrize("width", [1280, 900, 760, 640])
def test_no_button_of_the_toolbar_is_hidden_where_the_window_is_narrow(editor: Editor, photo, width: int):
    editor.open(photo)
    window = editor.window
    window.toggle_panels()  # the panels need more room than the toolbar
    QApplication.processEvents()
    window.resize(QSize(width, 600))
    QApplication.processEvents()
    assert window.width() == width
    buttons = [button for button in window.bar.findChildren(QToolButton) if button.defaultAction() or button.menu()]
    assert len(buttons) >= 16
    assert all(button.isVisible() and window.bar.rect().contains(button.geometry()) for button in buttons)
    assert window.caption.full.startswith("harbour.jpg")
    if width == 1280:
        assert window.caption.text() == window.caption.full


def test_tab_hides_the_panels_only_from_the_picture_and_brings_them_back(editor: Editor, photo):
    editor.open(photo)
    window = editor.window
    shown = [dock for dock in window.docks if dock.isVisible()]
    assert len(shown) == 3
    editor.qtbot.keyClick(editor.view, Qt.Key.Key_Tab)
    assert not any(dock.isVisible() for dock in window.docks)
    editor.qtbot.keyClick(editor.view, Qt.Key.Key_Tab)
    assert all(dock.isVisible() for dock in shown)
    window.panels.auto.slider.setFocus()
    editor.qtbot.keyClick(window.panels.auto.slider, Qt.Key.Key_Tab)
    assert all(dock.isVisible() for dock in shown), "elsewhere Tab goes from field to field"


def test_the_windows_place_and_panels_are_remembered(new_editor):
    first = new_editor()
    first.start()
    first.window.resize(1100, 640)
    first.window.docks[0].hide()
    first.window.close()
    second = MainWindow()
    assert second.height() == 640, "the width is that of a screen smaller than these windows"
    assert [dock.isHidden() for dock in second.docks][:3] == [True, False, False]
    second.close()


def test_everything_is_in_the_menu_bar_with_its_key(editor):
    actions = editor.window.actions_
    found = [action for menu in editor.window.menuBar().actions() for action in menu.menu().actions()]
    for spec in actions.specs:
        assert spec.held or found.count(actions[spec.id]) == 1, spec.id
    titles = [menu.text().replace("&", "") for menu in editor.window.menuBar().actions()]
    assert titles == ["File", "Edit", "View", "Photo", "Styles", "Tools", "Help"]
    assert actions["sync"] in found and actions["sync"].toolTip().endswith("(Ctrl+Shift+S)")


def test_the_list_of_keys_names_those_of_the_steps_and_of_the_filmstrip_too(editor):
    editor.act("shortcuts")
    (overlay,) = editor.window.findChildren(ShortcutOverlay)
    words = [label.text() for label in overlay.findChildren(QLabel)]
    assert {"Duplicate", "Ctrl+D", "F2", "Rename", "Select all"} <= set(words)
    assert overlay.rect().contains(overlay.childrenRect()), "nothing is cut off"
    overlay.close()


def test_a_first_window_is_no_larger_than_the_screen(editor):
    fresh = MainWindow()
    assert QRect(QPoint(), fresh.screen().availableSize()).contains(QRect(QPoint(), fresh.size()))
    fresh.close()


def test_messages_are_listed_with_their_times(editor):
    editor.window.notices.tell("Done", "All of it")
    editor.act("messages")
    (listed,) = [one for one in editor.window.findChildren(QListWidget) if one.accessibleName() == "Messages"]
    words = listed.item(0).text()
    assert words.endswith("  Done\nAll of it") and words[0].isdigit()
    close = listed.window().findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Close)
    assert close.icon().isNull()
    listed.window().close()
