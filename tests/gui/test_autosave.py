"""Edits and the disk: what cannot be written is tried again, what others have written is kept, all of it is told."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from exposure_app import paths
from exposure_app.documents import document_store
from exposure_app.errors import ExposureError
from exposure_app.pipeline import sidecar
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.pipeline.sidecar import read_sidecar, sidecar_path, write_sidecar
from tests.helpers.editor import Editor, make_photo
from tests.helpers.patience import PATIENCE
from tests.helpers.shared import ROOT


def edit(editor: Editor, ev: float) -> None:
    recipe = editor.document.recipe
    editor.window.controller.edit(replace(recipe, steps=(Step("exposure", {"ev": ev}), *recipe.steps[1:])), "Exposure")


def exposure_of(recipe: Recipe | None) -> float | None:
    return None if recipe is None else recipe.steps[0].params["ev"]


def show(editor: Editor, photo) -> None:
    editor.window.controller.open_photo(photo)
    editor.until(lambda: editor.window.controller.photo == photo)
    editor.settle()


def refuse(path: Path, text: str) -> None:
    raise ExposureError(f"Cannot write {path}: No space left on device", "The disk is full.")


@contextmanager
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as full:
        full.setattr(document_store, "write_text_atomic", refuse)
        full.setattr(sidecar, "write_text_atomic", refuse)
        yield


def question(editor: Editor) -> QMessageBox | None:
    return next((box for box in editor.window.findChildren(QMessageBox) if box.isVisible()), None)


def test_an_edit_whose_save_failed_is_saved_with_the_next_photo(editor, photo, tmp_path, monkeypatch):
    other = make_photo(tmp_path / "other.jpg", seed=1)
    editor.open(photo, other)
    with full_disk(monkeypatch):
        edit(editor, 1.25)
        editor.settle()
    assert "no disk yet" in editor.messages[0] and read_sidecar(photo) is None
    show(editor, other)
    assert exposure_of(read_sidecar(photo)) == 1.25


def test_an_edit_that_failed_is_saved_after_a_while_and_a_later_failure_is_told_again(editor, photo, monkeypatch):
    monkeypatch.setattr("exposure_app.gui.editor.autosave.AGAIN_MS", 1)
    editor.window.controller.autosave._again.setInterval(1)
    editor.open(photo)
    for ev in (0.5, 1.0):
        with full_disk(monkeypatch):
            edit(editor, ev)
            editor.until(lambda: editor.messages)
        editor.until(lambda ev=ev: exposure_of(read_sidecar(photo)) == ev)
        editor.settle()
        assert len(editor.messages) == 1
        editor.window.notices.dismiss_all()


def test_a_sidecar_that_failed_is_written_after_a_while_though_the_history_is_safe(editor, photo, monkeypatch):
    editor.window.controller.autosave._again.setInterval(1)
    editor.open(photo)
    with monkeypatch.context() as full:
        full.setattr(sidecar, "write_text_atomic", refuse)
        edit(editor, 0.5)
        editor.until(lambda: editor.messages)
    editor.until(lambda: exposure_of(read_sidecar(photo)) == 0.5)


def test_a_photo_opened_again_while_its_edits_are_nowhere_else_still_has_them(editor, photo, tmp_path, monkeypatch):
    other = make_photo(tmp_path / "other.jpg", seed=1)
    editor.open(photo, other)
    with full_disk(monkeypatch):
        edit(editor, 1.25)
        editor.settle()
        show(editor, other)
        show(editor, photo)
        assert exposure_of(editor.document.recipe) == 1.25 and editor.document.can_undo


def test_the_editor_asks_before_it_closes_with_edits_that_are_nowhere_else(editor, photo, monkeypatch):
    editor.open(photo)
    with full_disk(monkeypatch):
        edit(editor, 1.25)
        editor.window.close()
        asked = question(editor)
        assert asked is not None and photo.name in asked.text() and editor.window.isVisible()
        asked.reject()
        edit(editor, 1.5)  # everything still works
    editor.window.close()
    assert not editor.window.isVisible() and exposure_of(read_sidecar(photo)) == 1.5


def test_what_was_typed_and_not_confirmed_counts_when_the_editor_closes(editor, photo):
    editor.open(photo)
    editor.window.activateWindow()
    field = editor.window.panels.auto.value
    field.setFocus()
    editor.until(field.hasFocus)
    field.selectAll()
    QTest.keyClicks(field, "50")
    editor.window.close()
    kept = read_sidecar(photo)
    assert kept is not None and kept.amount == 0.5


def test_edits_can_be_given_up(editor, photo, monkeypatch):
    editor.open(photo)
    with full_disk(monkeypatch):
        edit(editor, 1.25)
        editor.window.close()
        asked = question(editor)
        assert asked is not None
        next(button for button in asked.buttons() if "all the same" in button.text()).click()
        assert not editor.window.isVisible()


def test_a_history_folder_in_the_way_costs_no_edits(editor, photo):
    folder = paths.user_config_dir() / "history"
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_bytes(b"")
    editor.open(photo)
    edit(editor, 1.25)
    editor.settle()
    assert exposure_of(read_sidecar(photo)) == 1.25 and "beside it" in editor.messages[0]
    folder.unlink()


def test_a_sidecar_changed_elsewhere_meanwhile_is_a_snapshot_and_told(editor, photo):
    editor.open(photo)
    edit(editor, 0.5)
    editor.settle()
    write_sidecar(photo, Recipe((Step("exposure", {"ev": -2.0}),)))
    edit(editor, 0.6)
    editor.settle()
    editor.until(lambda: editor.messages)
    assert "changed elsewhere" in editor.messages[0]
    assert exposure_of(read_sidecar(photo)) == 0.6
    (snapshot,) = editor.document.state.snapshots
    assert exposure_of(snapshot.recipe) == -2.0
    assert (
        exposure_of(sidecar.recipes.loads(sidecar_path(photo).with_name(f"{photo.name}.exposure.json.bak").read_text()))
        == -2.0
    )
    editor.settle()
    assert document_store.open_document(photo, editor.window.controller.engine.image).state.snapshots == (snapshot,)


def test_a_photo_whose_edits_are_not_written_yet_is_not_changed_behind_them(editor, photo, tmp_path, monkeypatch):
    other = make_photo(tmp_path / "other.jpg", seed=1)
    editor.open(photo, other)
    with full_disk(monkeypatch):
        edit(editor, 1.25)
        editor.settle()
        show(editor, other)
        editor.window.notices.dismiss_all()
        editor.window.edits.reset([photo])
        editor.until(lambda: editor.messages)
    assert any("left as it is" in message for message in editor.messages)
    show(editor, photo)
    assert exposure_of(editor.document.recipe) == exposure_of(read_sidecar(photo)) == 1.25


LEFT = """
import os, signal, sys
from pathlib import Path

from exposure_app.gui import app
from exposure_app.gui.window import main_window

class Window(main_window.MainWindow):
    def start(self, photos):
        super().start(photos)
        self.controller.opened.connect(self.export)

    def export(self):
        self.features.export.open([Path(name) for name in sys.argv[2:]])
        dialog = self.features.export.dialog
        dialog.start()
        os.kill(os.getpid(), int(sys.argv[1]))

app.MainWindow = Window
sys.exit(app.run([Path(sys.argv[2])]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_the_editor_finishes_the_photo_it_exports_and_offers_the_rest(new_editor, tmp_path, number):
    photos = [make_photo(tmp_path / f"{name}.jpg", 120, 80, seed) for seed, name in enumerate("abc")]
    command = [sys.executable, "-c", LEFT, str(int(number)), *map(str, photos)]
    ended = subprocess.run(command, cwd=ROOT, env=dict(os.environ), timeout=PATIENCE, check=False)
    assert ended.returncode == 0
    assert [path.name for path in (tmp_path / "exported").iterdir()] == ["a.jpg"]
    editor = new_editor()
    editor.start()
    editor.until(lambda: any("2 photo" in message for message in editor.messages))
    editor.window.features.export.open(photos[1:])
    with editor.qtbot.waitSignal(editor.window.features.export.queue.ended):
        editor.window.features.export.dialog.start()
    assert sorted(path.name for path in (tmp_path / "exported").iterdir()) == ["a.jpg", "b.jpg", "c.jpg"]
    next_editor = new_editor()
    next_editor.window.features.export.offer_unfinished()
    assert not next_editor.messages
