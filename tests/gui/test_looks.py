"""Looks leave for other programs, with what each form loses, and come in as steps that can be taken back."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog

from exposure_app.gui.export.look_dialog import ExportLookDialog
from exposure_app.gui.export.look_formats import Forms
from exposure_app.gui.export.looks import LooksFeature
from exposure_app.interop.look_formats import LOOK_FORMATS
from exposure_app.interop.lut import bake, write_cube
from exposure_app.pipeline.recipe import Recipe, Step, dumps, read_recipe
from tests.helpers.steps import five_steps

SOFT = Recipe((Step("exposure", {"ev": 0.4}), Step("gamma", {"gamma": 0.5})))


@pytest.fixture
def looks(editor, photo) -> LooksFeature:
    editor.open(photo)
    return editor.window.features.looks


@pytest.fixture
def dialog(editor, looks) -> ExportLookDialog:
    editor.window.controller.edit(five_steps(), "five")
    editor.act("export_look")
    return editor.window.findChild(ExportLookDialog)


def tick(dialog: ExportLookDialog, *names: str) -> None:
    for name, box in dialog.forms.boxes.items():
        box.setChecked(name in names)


def shown(forms: Forms, name: str) -> list[str]:
    return [label.text() for label in forms.numbers[name]]


def test_both_are_in_the_tools_menu(editor):
    listed = {action.objectName() for action in editor.window.actions_.tools()}
    assert {"export_look", "import_look"} <= listed


def test_without_a_photo_one_is_asked_for(editor):
    editor.start()
    for action in ("export_look", "import_look"):
        editor.act(action)
    editor.window.features.looks.take(Path("any.cube"))
    assert editor.messages == ["Open a photo first: a look is one photo's"] * 3


def test_every_form_is_offered_with_what_it_is_for(dialog):
    assert list(dialog.forms.boxes) == list(LOOK_FORMATS)
    dialog.forms.boxes["json"].setChecked(False)
    tick(dialog)
    assert not dialog.export_button.isEnabled(), "nothing is ticked"


def test_the_ticked_forms_are_written_and_each_shows_what_it_lost(editor, dialog, photo):
    tick(dialog, "json", "cube", "xmp")
    dialog.start()
    assert dialog.is_running and not dialog.export_button.isEnabled()
    editor.until(lambda: not dialog.is_running)
    written = {path.name for path in (photo.parent / "looks").iterdir()}
    assert written == {f"{photo.stem}.recipe.json", f"{photo.stem}.33.cube", f"{photo.stem}.xmp"}
    assert read_recipe(photo.parent / "looks" / f"{photo.stem}.recipe.json") == editor.document.recipe
    means = [float(shown(dialog.forms, name)[0]) for name in ("json", "cube", "xmp")]
    assert means[0] == 0 < means[1] < means[2]
    assert shown(dialog.forms, "hald") == ["", "", ""]
    dialog.start()
    editor.until(lambda: not dialog.is_running)
    assert (photo.parent / "looks" / f"{photo.stem}-2.33.cube").is_file(), "nothing is overwritten"
    dialog.reject()
    editor.act("export_look")
    again = editor.window.findChildren(ExportLookDialog)[-1]
    assert again.forms.ticked() == ["json", "cube", "xmp"]


def test_it_is_cancelled_without_closing(editor, dialog, photo):
    tick(dialog, *LOOK_FORMATS)
    dialog.start()
    dialog.reject()
    assert not dialog.is_running and dialog.isVisible()
    assert "Cancelled" in dialog.status.text() and dialog.export_button.isEnabled()
    editor.settle()
    assert shown(dialog.forms, "hald12") == ["", "", ""]
    dialog.reject()
    assert not dialog.isVisible()


def test_a_folder_that_cannot_be_made_is_said(editor, dialog, photo):
    dialog.folder.setText(str(photo / "inside a file"))
    dialog.start()
    editor.until(lambda: not dialog.is_running)
    assert dialog.status.text().startswith("Cannot make the folder")


# --- in ---


def take(editor, looks: LooksFeature, file: Path) -> None:
    looks.take(file)
    editor.until(lambda: not looks.is_importing)


def test_a_recipe_comes_in_as_its_steps_and_is_one_entry(editor, looks, tmp_path):
    before = editor.document.recipe
    (tmp_path / "soft.json").write_text(dumps(five_steps()))
    take(editor, looks, tmp_path / "soft.json")
    assert editor.document.recipe.steps == five_steps().steps
    assert editor.document.entries[-1].label == "Look soft.json"
    assert editor.window.notices.messages[-1][:2] == (
        "The look of soft.json as steps",
        "The recipe itself: nothing is lost.",
    )
    editor.act("undo")
    assert editor.document.recipe == before


def test_a_table_comes_in_as_the_nearest_steps_with_their_error(editor, looks, tmp_path, monkeypatch):
    write_cube(tmp_path / "soft.cube", bake(SOFT, 17))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "soft.cube"), ""))
    editor.act("import_look")
    editor.until(lambda: editor.document.at == 1)
    assert 1 <= len(editor.document.recipe.steps) <= 3
    assert editor.window.notices.messages[-1][1].startswith("The nearest recipe differs hardly visibly")


def test_a_search_can_be_cancelled_and_leaves_everything_as_it_was(editor, looks, tmp_path):
    write_cube(tmp_path / "soft.cube", bake(five_steps(), 17))
    looks.take(tmp_path / "soft.cube")
    editor.until(lambda: editor.window.status.current is not None)
    editor.window.status.cancel.click()
    assert not looks.is_importing and editor.document.at == 0
    editor.settle()
    assert editor.document.at == 0


def test_locked_steps_and_files_without_a_look_are_refused(editor, looks, tmp_path, photo):
    take(editor, looks, photo)
    assert editor.messages[-1].startswith("There is no look in")
    locked = Recipe((Step("exposure", {"ev": 1}, locked=True),))
    editor.window.controller.edit(locked, "locked")
    looks.take(photo)
    assert editor.messages[-1].startswith("A look takes the place of all steps, and some are locked")
    assert editor.document.recipe == locked


def test_a_look_can_be_dropped_on_the_window(editor, looks, tmp_path):
    (tmp_path / "soft.json").write_text(json.dumps(json.loads(dumps(five_steps()))))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "soft.json"))])
    action, button, key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    editor.window.dropEvent(QDropEvent(QPointF(5, 5), action, data, button, key))
    editor.until(lambda: editor.document.recipe.steps == five_steps().steps)
