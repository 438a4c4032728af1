"""The styles panel as a library: what is done with a style, and that it can be undone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPushButton

from exposure_app import paths
from exposure_app.agent.header import list_styles, read_header
from exposure_app.gui.styles.dialog import StyleDialog
from exposure_app.gui.widgets.notice import Notice
from exposure_app.learning.store import write_photo_list
from tests.helpers.editor import Editor, make_photo, save_untrained_style


@pytest.fixture
def library(untrained: str, editor: Editor) -> Editor:
    editor.window.reload_styles()
    return editor


def titles(editor: Editor) -> list[str]:
    listed = editor.window.panels.styles.listed
    return [listed.item(row).text() for row in range(listed.count())]


def choose(editor: Editor, text: str, name: str = "plain") -> None:
    menu = editor.window.style_commands.menu_for(name)
    next(action for action in menu.actions() if action.text().startswith(text)).trigger()


def test_the_right_button_asks_for_the_menu_of_the_style_under_it_and_does_nothing_else(library, photo):
    save_untrained_style("another", seed=1)
    library.window.reload_styles()
    panel = library.window.panels.styles
    panel.menu_wanted.disconnect()  # a menu cannot pop up where there is no screen
    library.open(photo)
    row = panel.names().index("plain")
    place = panel.listed.visualItemRect(panel.listed.item(row)).center()
    QTest.mouseClick(panel.listed.viewport(), Qt.MouseButton.RightButton, pos=place)
    assert panel.selected() == "" and not library.window.coordinator.retoucher.is_running
    with library.qtbot.waitSignal(panel.menu_wanted, check_params_cb=lambda name, _: name == "plain"):
        panel.listed.customContextMenuRequested.emit(place)


def test_a_style_is_renamed_where_it_stands(library):
    choose(library, "Rename")
    field = library.window.panels.styles.listed.findChild(QLineEdit)
    field.setText("Sunday light")
    QTest.keyClick(field, Qt.Key.Key_Return)
    library.until(lambda: titles(library) == ["Sunday light"])
    assert [style.title for style in list_styles()] == ["Sunday light"]
    assert library.window.panels.auto.style_box.currentText() == "Sunday light"
    assert library.window.panels.auto.style_name == "plain", "recipes go on naming it as before"


def test_a_name_that_cannot_be_is_a_notice_and_the_old_one_stays(library):
    library.window.style_commands.rename("plain", " ")
    library.until(lambda: library.messages)
    assert "needs a name" in library.messages[0]
    assert titles(library) == ["plain"]


def test_a_duplicate_gets_its_own_preview_and_the_others_keep_theirs(library, photo):
    panel = library.window.panels.styles
    library.open(photo)
    library.until(lambda: not panel.waiting())
    made = []
    library.window.coordinator.retoucher.previewed.connect(lambda name, *_: made.append(name))
    choose(library, "Duplicate")
    library.until(lambda: titles(library) == ["plain", "plain 2"] or titles(library) == ["plain 2", "plain"])
    library.until(lambda: not panel.waiting())
    assert made == ["plain-2"]


def test_a_deleted_style_comes_back_with_undo(library):
    before = read_header(paths.user_styles_dir() / "plain.safetensors")
    choose(library, "Delete")
    library.until(lambda: library.messages)
    assert titles(library) == [] and list_styles() == []
    assert library.window.panels.styles.empty.isVisibleTo(library.window)
    undo = library.window.notices.findChild(Notice).findChild(QPushButton)
    undo.click()
    library.until(lambda: titles(library) == ["plain"])
    assert list_styles() == [before] and not library.messages


def test_what_came_with_the_program_offers_no_rename_and_no_delete(library, monkeypatch):
    monkeypatch.setattr(paths, "models_dir", paths.user_styles_dir)
    monkeypatch.setattr(paths, "user_styles_dir", lambda: paths.models_dir() / "own")
    commands = library.window.style_commands
    assert commands.menu_for("plain") is not None
    assert not commands.rename_action.isEnabled() and not commands.delete_action.isEnabled()
    assert "came with the program" in commands.delete_action.toolTip()


def test_a_style_travels_as_a_file(library, tmp_path, monkeypatch):
    target = tmp_path / "for Ann"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    choose(library, "Export")
    library.until(lambda: library.messages)
    file = tmp_path / "for Ann.safetensors"
    assert file.is_file() and file.name in library.messages[0]
    choose(library, "Delete")
    library.until(lambda: titles(library) == [])
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    library.window.panels.styles.menu.actions()[0].trigger()
    library.until(lambda: titles(library) == ["plain"])
    assert [style.name for style in list_styles()] == ["for Ann"]


def test_a_file_that_is_no_style_is_a_notice(library, tmp_path):
    file = tmp_path / "holiday.safetensors"
    file.write_bytes(b"PK\x03\x04" * 40)
    library.window.style_commands.add(file)
    library.until(lambda: library.messages)
    assert "not a style" in library.messages[0] and "." in library.messages[0]
    assert titles(library) == ["plain"]


def test_the_card_of_every_shipped_style_can_be_read(qtbot):
    for style in list_styles():
        dialog = StyleDialog(style)
        qtbot.addWidget(dialog)
        dialog.show()
        words = [label.text() for label in dialog.findChildren(QLabel)]
        assert style.title in words and style.description in words
        assert any(word.endswith(" %") for word in words), "how often each step is used"
        assert any("license" in word.lower() or "CC" in word for word in words)
        figure = style.figures["intersections"]["results"]["luminance"][0]
        assert f"{figure:.0f}" in words


def test_an_untrained_style_has_a_card_and_a_sheet_beside_it_is_shown(library, tmp_path):
    from PIL import Image

    Image.new("RGB", (700, 240)).save(paths.user_styles_dir() / "plain-sheet.png")
    choose(library, "About")
    dialog = library.window.findChild(StyleDialog)
    assert any("not been measured" in label.text() for label in dialog.findChildren(QLabel))
    assert any(label.pixmap().width() for label in dialog.findChildren(QLabel))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_styles_are_listed_again_in_their_order_with_the_photos_style_marked(library):
    panel = library.window.panels.styles
    panel.mark("plain")
    save_untrained_style("another", seed=1)
    library.window.reload_styles()
    assert panel.selected() == "plain" and len(panel.names()) == 2


def test_the_card_shows_the_closest_of_the_photos_it_was_learned_from(untrained, editor, photo, tmp_path):
    liked = [make_photo(tmp_path / f"liked-{seed}.jpg", 90, 60, seed) for seed in range(6)]
    write_photo_list(paths.user_styles_dir() / f"{untrained}.liked.json", liked)
    editor.open(photo)
    editor.until(lambda: editor.window.panels.styles.preview_of(untrained) is not None)
    editor.window.style_commands.explain(untrained)
    (dialog,) = editor.window.findChildren(StyleDialog)

    def shown() -> list[str]:
        return [label.toolTip() for label in dialog.findChildren(QLabel) if label.toolTip()]

    editor.until(lambda: len(shown()) == 4)
    assert set(shown()) <= {str(path) for path in liked}
    dialog.accept()
