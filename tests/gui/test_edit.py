"""Editing: the step panel, undo and redo, amount, snapshots, versions, copying, and finding it all again."""

from dataclasses import replace

from exposure_app.documents.copied_edits import CopiedEdits
from exposure_app.pipeline.sidecar import read_sidecar
from tests.helpers.editor import make_photo


def brighter(editor, ev: float):
    """The recipe with another exposure, as the step panel would give it."""
    recipe = editor.document.recipe
    return replace(recipe, steps=(replace(recipe.steps[0], params={"ev": ev}), *recipe.steps[1:]))


def mean(editor) -> float:
    return float(editor.view.frame_shown.codes.mean())


def drag(editor, *values: float) -> None:
    """A drag of the exposure's slider."""
    frames = editor.frames
    for ev in values:
        editor.window.panels.steps.edited.emit(brighter(editor, ev), "Exposure", "step 0 ev")
    editor.until(lambda: editor.frames > frames)


def test_a_drag_is_one_entry_and_can_be_undone_and_redone(editor, photo):
    editor.open(photo)
    start = mean(editor)
    drag(editor, 0.2, 0.5, 1.0)
    editor.until(lambda: mean(editor) > start + 10)
    assert len(editor.document.entries) == 2
    editor.act_and_see("undo")
    editor.until(lambda: abs(mean(editor) - start) < 0.5)
    assert editor.document.recipe == editor.document.neutral
    editor.act_and_see("redo")
    editor.until(lambda: mean(editor) > start + 10)
    assert not editor.window.actions_["redo"].isEnabled()


def test_edits_are_found_again(new_editor, photo):
    first = new_editor()
    first.open(photo)
    drag(first, 1.25)
    first.act("snapshot")
    first.act("virtual_copy")
    drag(first, -1.0)
    first.window.close()
    assert read_sidecar(photo).steps[0].params["ev"] == 1.25, "the sidecar holds the first version"
    second = new_editor()
    second.open(photo)
    assert second.document.recipe.steps[0].params["ev"] == -1.0
    assert [version.name for version in second.document.state.versions] == ["", "Copy 1"]
    assert [snapshot.name for snapshot in second.document.state.snapshots] == ["Snapshot 1"]
    second.document.show_copy(0)
    assert [entry.recipe.steps[0].params["ev"] for entry in second.document.entries] == [0.0, 1.25]


def test_edits_reach_the_disk_by_themselves(editor, photo):
    editor.open(photo)
    with editor.qtbot.waitSignal(editor.window.controller.autosave.saved):
        drag(editor, 0.7)
    assert read_sidecar(photo).steps[0].params["ev"] == 0.7


def test_edits_survive_going_to_another_photo_and_back(editor, photo, tmp_path):
    other = make_photo(tmp_path / "other.jpg", seed=1)
    editor.open(photo, other)
    drag(editor, 0.9)
    editor.window.controller.open_photo(other)
    editor.until(lambda: editor.window.controller.photo == other)
    editor.window.controller.open_photo(photo)
    editor.until(lambda: editor.window.controller.photo == photo)
    assert editor.document.recipe.steps[0].params["ev"] == 0.9
    assert editor.document.can_undo


def test_the_history_panel_jumps_and_snapshots_come_back(editor, photo):
    editor.open(photo)
    drag(editor, 0.5)
    editor.act("snapshot")
    editor.document.end_merge()
    drag(editor, 1.5)
    history = editor.window.panels.history
    assert [history.entries.item(row).text() for row in range(3)] == ["Opened", "Exposure", "Exposure"]
    history.entries.itemClicked.emit(history.entries.item(0))
    assert editor.document.at == 0
    history.snapshots.itemClicked.emit(history.snapshots.item(0))
    assert editor.document.recipe.steps[0].params["ev"] == 0.5


def test_amount_is_part_of_the_recipe_and_merges(editor, photo):
    editor.open(photo)
    drag(editor, 1.0)
    for percent in (80, 60, 50):
        editor.window.panels.auto.slider.setValue(percent)
    assert editor.document.recipe.amount == 0.5
    assert len(editor.document.entries) == 3
    editor.act("undo")
    assert editor.window.panels.auto.slider.value() == 100


def test_steps_are_pasted_to_three_photos(editor, photo, tmp_path):
    others = [make_photo(tmp_path / f"{number}.jpg", seed=number) for number in range(3)]
    editor.open(photo, *others)
    drag(editor, 1.1)
    recipe = editor.document.recipe
    editor.window.controller.several.copy(CopiedEdits(recipe, recipe.steps[:1], merge=True))
    editor.window.panels.filmstrip.select(others)
    editor.act("paste")
    editor.until(lambda: any("3" in message for message in editor.messages))
    for other in others:
        steps = read_sidecar(other).steps
        assert [step.filter for step in steps] == ["exposure", "gamma"]
        assert steps[0].params["ev"] == 1.1
    editor.window.controller.open_photo(others[0])
    editor.until(lambda: editor.window.controller.photo == others[0])
    assert editor.document.recipe.steps[0].params["ev"] == 1.1
    editor.act("undo")
    assert editor.document.recipe.steps[0].params["ev"] == 0.0


def test_reset_can_be_undone(editor, photo):
    editor.open(photo)
    drag(editor, 1.0)
    editor.act("reset")
    assert not editor.document.is_edited
    editor.act("undo")
    assert editor.document.is_edited


def test_a_folder_that_cannot_be_written_to_is_said_once(editor, photo, monkeypatch):
    from exposure_app.documents import document_store
    from exposure_app.errors import ExposureError

    def refuse(*_args):
        raise ExposureError("Cannot write there", "Choose another folder.")

    monkeypatch.setattr(document_store, "write_sidecar", refuse)
    editor.open(photo)
    for ev in (0.3, 0.6):
        drag(editor, ev)
        editor.settle()
    assert len(editor.messages) == 1 and "kept with the program's own files" in editor.messages[0]
