"""The window itself: how narrow it may be, its panels, its place."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QToolButton

from exposure_app.gui.window.main_window import MainWindow
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
