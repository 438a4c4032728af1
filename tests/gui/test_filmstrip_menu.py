"""Marks by keys from anywhere in the window, and the menu of the filmstrip's photos."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from exposure_app.documents.copied_edits import CopiedEdits
from exposure_app.documents.document_store import kept_recipe
from exposure_app.gui.filmstrip.copy_dialog import CopyDialog
from exposure_app.gui.window.shortcut_overlay import ShortcutOverlay
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.pipeline.sidecar import read_sidecar, sidecar_path, write_sidecar
from tests.helpers.editor import Editor, make_photo

BRIGHT = Recipe((Step("exposure", {"ev": 1.5}), Step("gamma", {"gamma": 0.4545})))


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    return [make_photo(tmp_path / f"DSC_{number}.jpg", 120, 80, number) for number in range(4)]


@pytest.fixture
def strip(editor: Editor, photos: list[Path]):
    editor.open(*photos)
    editor.until(lambda: editor.window.panels.filmstrip.current() == photos[0])
    return editor.window.panels.filmstrip


def choose(editor: Editor, text: str, photo: Path) -> None:
    menu = editor.window.filmstrip_menu.prepare(photo)
    next(action for action in menu.actions() if action.text().startswith(text)).trigger()


def test_keys_mark_the_selected_photos_wherever_the_focus_is(editor, strip, photos):
    QTest.keyClick(editor.view, Qt.Key.Key_4)
    QTest.keyClick(editor.view, Qt.Key.Key_P)
    assert (strip.library.entry(photos[0]).rating, strip.library.entry(photos[0]).flag) == (4, "pick")
    strip.select(photos[1:3])
    QTest.keyClick(strip.view, Qt.Key.Key_X)
    QTest.keyClick(strip.view, Qt.Key.Key_2, Qt.KeyboardModifier.KeypadModifier)
    assert [(entry.rating, entry.flag) for entry in strip.library.entries[1:3]] == [(2, "reject")] * 2
    QTest.keyClick(editor.view, Qt.Key.Key_U)
    QTest.keyClick(editor.view, Qt.Key.Key_0)
    assert [(entry.rating, entry.flag) for entry in strip.library.entries[1:3]] == [(0, "none")] * 2


def test_what_is_typed_into_a_field_marks_nothing(editor, strip, photos):
    field = editor.window.panels.auto.value
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "25")
    assert field.text() == "25" and strip.library.entry(photos[0]).rating == 0


def test_the_keys_can_be_changed_and_are_listed(editor, strip, photos):
    editor.window.settings.set("shortcuts", {"pick": "Ctrl+Alt+P"})
    editor.window.actions_.update_keys()
    QTest.keyClick(editor.view, Qt.Key.Key_P)
    assert strip.library.entry(photos[0]).flag == "none"
    QTest.keyClick(editor.view, Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier)
    assert strip.library.entry(photos[0]).flag == "pick"
    overlay = ShortcutOverlay(editor.window.actions_, editor.window)
    words = [label.text() for label in overlay.findChildren(QLabel)]
    assert "Five stars" in words and "Pick" in words and "Ctrl+Alt+P" in words
    assert overlay.rect().contains(overlay.childrenRect()), "nothing is cut off"
    overlay.close()


def test_steps_are_copied_from_a_photo_that_is_not_open(editor, strip, photos):
    write_sidecar(photos[2], BRIGHT)
    choose(editor, "Copy", photos[2])
    editor.until(lambda: editor.window.findChild(CopyDialog))
    editor.window.findChild(CopyDialog).accept()
    assert editor.window.controller.several.copied.source == BRIGHT
    assert editor.window.controller.photo == photos[0], "nothing was opened for it"
    choose(editor, "Copy", photos[3])
    editor.until(lambda: any("DSC_3.jpg has no edits" in message for message in editor.messages))


def test_chosen_steps_of_the_open_photo_go_to_the_selected_ones_at_once(editor, strip, photos):
    editor.window.controller.edit(BRIGHT, "Brighter")
    strip.select(photos[:3])
    QTest.keyClick(editor.view, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    dialog = editor.window.findChild(CopyDialog)
    assert dialog.copy_button.text() == "Copy to 2 photos"
    entries = len(editor.document.entries)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    editor.until(lambda: all(sidecar_path(photo).exists() for photo in photos[1:3]))
    editor.settle()
    assert [read_sidecar(photo).steps[0] for photo in photos[1:3]] == [BRIGHT.steps[0]] * 2
    assert not sidecar_path(photos[3]).exists() and len(editor.document.entries) == entries


def test_to_copy_to_the_selected_photos_some_must_be_selected(editor, strip, photos):
    editor.act("sync")
    assert "Select the photos" in editor.messages[0] and editor.window.findChild(CopyDialog) is None


def test_selected_photos_are_reset_and_each_can_be_taken_back(editor, strip, photos):
    for photo in photos[1:3]:
        write_sidecar(photo, BRIGHT)
    editor.window.controller.edit(BRIGHT, "Brighter")
    strip.select(photos[:3])
    choose(editor, "Reset", photos[1])
    editor.until(lambda: "Reset: 3 photos" in editor.messages)
    assert not editor.document.is_edited and editor.document.can_undo
    for photo in photos[1:3]:
        assert read_sidecar(photo).steps[0].params["ev"] == 0
        assert not strip.library.entry(photo).edited
    editor.window.controller.open_photo(photos[1])
    editor.until(lambda: editor.window.controller.photo == photos[1])
    editor.act("undo")
    assert editor.document.recipe == BRIGHT


def test_virtual_copies_are_made_of_all_selected_photos(editor, strip, photos):
    write_sidecar(photos[1], BRIGHT)
    strip.select(photos[:2])
    choose(editor, "New version", photos[0])
    editor.until(lambda: editor.messages)
    assert [version.name for version in editor.document.state.versions] == ["", "Copy 1"]
    assert kept_recipe(photos[1]) == BRIGHT
    assert read_sidecar(photos[1]) == BRIGHT, "the first version is as it was"
    editor.window.controller.open_photo(photos[1])
    editor.until(lambda: editor.window.controller.photo == photos[1])
    assert [version.name for version in editor.document.state.versions] == ["", "Copy 1"]
    assert editor.document.state.active == 1


def test_a_photo_that_cannot_be_read_is_said_and_the_others_are_reset(editor, strip, photos, tmp_path):
    photos[1].write_bytes(b"no picture any more")
    write_sidecar(photos[2], replace(BRIGHT, amount=0.5))
    strip.select(photos[1:3])
    choose(editor, "Reset", photos[1])
    editor.until(lambda: read_sidecar(photos[2]).amount == 1)
    editor.until(lambda: any("DSC_1.jpg" in message for message in editor.messages))


def test_the_folder_of_a_photo_is_shown(editor, strip, photos, monkeypatch):
    shown: list[QUrl] = []
    monkeypatch.setattr("exposure_app.gui.widgets.file_manager.sys.platform", "linux")
    monkeypatch.setattr(QDesktopServices, "openUrl", shown.append)
    choose(editor, "Show in", photos[1])
    assert [Path(url.toLocalFile()) for url in shown] == [photos[1].parent]


LOOK = Recipe(
    (Step("contrast", {"amount": 0.4}), Step("gamma", {"gamma": 0.6}), Step("exposure", {"ev": 0.7})), amount=0.6
)


def test_edits_pasted_to_photos_that_are_alike_make_them_look_alike(editor, photos, tmp_path):
    same, edited, other = (
        Path(shutil.copy(photos[0], tmp_path / f"{name}.jpg")) for name in ("same", "edited", "other")
    )
    write_sidecar(edited, BRIGHT)
    editor.open(photos[0], same, edited, other)
    editor.window.controller.edit(LOOK, "A look")
    editor.settle()
    shown = editor.view.frame_shown.codes
    editor.act("copy")
    dialog = editor.window.findChild(CopyDialog)
    assert dialog.windowTitle() == "Copy edits of DSC_0.jpg"
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    editor.window.panels.filmstrip.select([same, edited])
    editor.act("paste")
    editor.until(lambda: "Pasted edits: 2 photos" in editor.messages)
    for photo in (same, edited):
        editor.window.controller.open_photo(photo)
        editor.until(lambda photo=photo: editor.window.controller.photo == photo)
        editor.settle()
        assert (editor.document.recipe.steps, editor.document.recipe.amount) == (LOOK.steps, LOOK.amount)
        assert np.array_equal(editor.view.frame_shown.codes, shown)
    editor.window.controller.open_photo(other)
    editor.until(lambda: editor.window.controller.photo == other)
    editor.act("paste")
    assert "Pasted edits: 1 photo" in editor.messages, "it is told of the open one, too"


def test_what_was_pasted_to_many_is_taken_back_at_once_but_for_what_was_edited_since(editor, strip, photos):
    controller = editor.window.controller
    assert not editor.window.actions_["undo_several"].isEnabled()
    strip.select(photos)
    controller.several.paste(photos, CopiedEdits(BRIGHT, BRIGHT.steps))
    editor.until(lambda: "Pasted edits: 4 photos" in editor.messages)
    editor.settle()
    edited = controller.document.neutral
    controller.open_photo(photos[1])
    editor.until(lambda: controller.photo == photos[1])
    controller.edit(replace(BRIGHT, amount=0.5), "Amount")
    editor.act("undo_several")
    editor.until(lambda: "Pasted edits undone: 3 photos" in editor.messages)
    editor.settle()
    assert [read_sidecar(photo).steps == edited.steps for photo in photos] == [True, False, True, True]
    assert controller.document.recipe.amount == 0.5 and not strip.library.entry(photos[2]).edited
    assert not editor.window.actions_["undo_several"].isEnabled()


def test_the_photo_that_was_selected_first_is_the_one_whose_edits_are_copied(editor, strip, photos):
    editor.window.controller.edit(BRIGHT, "Brighter")
    for row in (2, 3):
        at = strip.view.visualRect(strip.view.model().index(row, 0)).center()
        QTest.mouseClick(strip.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, at)
    assert editor.window.controller.wanted == photos[0] and strip.selected() == [photos[0], *photos[2:]]
    editor.act("sync")
    dialog = editor.window.findChild(CopyDialog)
    assert dialog.windowTitle() == "Copy edits of DSC_0.jpg to 2 photos"
    assert "From DSC_0.jpg to DSC_2.jpg, DSC_3.jpg." in [label.text() for label in dialog.findChildren(QLabel)]
    dialog.copy_button.click()
    editor.until(lambda: "Pasted edits: 2 photos" in editor.messages)
    assert [read_sidecar(photo).steps for photo in photos[2:]] == [BRIGHT.steps] * 2
    assert not sidecar_path(photos[1]).exists()


def test_photos_of_one_series_get_the_edits_of_the_open_one(editor, strip, photos, monkeypatch):
    editor.window.controller.edit(BRIGHT, "Brighter")
    editor.act("sync_series")
    editor.until(lambda: any("No other photo here was taken" in message for message in editor.messages))
    monkeypatch.setattr("exposure_app.batch.series.taken_with", lambda photo, photos: photos[1:3])
    editor.act("sync_series")
    editor.until(lambda: editor.window.findChild(CopyDialog))
    editor.window.findChild(CopyDialog).copy_button.click()
    editor.until(lambda: all(sidecar_path(photo).exists() for photo in photos[1:3]))
    editor.settle()
    assert not sidecar_path(photos[3]).exists()
