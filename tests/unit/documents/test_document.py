import pytest

from exposure_app.documents.document import MAX_ENTRIES, Document, fresh_state
from exposure_app.pipeline.recipe import Recipe, Step


def recipe(ev: float = 0.0, *more: Step) -> Recipe:
    return Recipe((Step("exposure", {"ev": ev}), Step("gamma", {"gamma": 0.45}), *more))


@pytest.fixture
def document() -> Document:
    return Document(fresh_state(recipe()), recipe())


def test_edits_with_the_same_key_are_one_entry(document):
    for ev in (0.1, 0.2, 0.3):
        document.edit(recipe(ev), "Exposure", "drag 1")
    document.edit(recipe(0.4), "Exposure", "drag 2")
    assert [entry.recipe.steps[0].params["ev"] for entry in document.entries] == [0.0, 0.3, 0.4]


def test_without_a_key_nothing_merges(document):
    document.edit(recipe(0.1), "a")
    document.edit(recipe(0.2), "a")
    assert len(document.entries) == 3


def test_undo_ends_a_merge_and_a_new_edit_drops_what_was_undone(document):
    document.edit(recipe(0.1), "a", "k")
    document.edit(recipe(0.2), "b")
    document.undo()
    document.edit(recipe(0.3), "c", "k")
    assert [entry.label for entry in document.entries] == ["", "a", "c"]
    assert not document.can_redo


def test_an_edit_that_changes_nothing_is_none(document):
    assert not document.edit(recipe(), "a")
    assert not document.can_undo and not document.is_dirty


def test_undo_and_redo_stop_at_the_ends(document):
    document.undo()
    document.edit(recipe(1.0), "a")
    document.redo()
    assert document.recipe == recipe(1.0)
    document.undo()
    document.undo()
    assert document.recipe == recipe() and document.can_redo


def test_history_is_limited_and_keeps_the_beginning(document):
    for number in range(MAX_ENTRIES + 20):
        document.edit(recipe((number + 1) / 100), str(number))
    assert len(document.entries) == MAX_ENTRIES
    assert document.entries[0].recipe == recipe()
    assert document.at == MAX_ENTRIES - 1


def test_dirty_until_the_very_state_is_saved(document):
    document.edit(recipe(0.1), "a")
    saved = document.state
    document.edit(recipe(0.2), "b")
    document.mark_saved(saved)
    assert document.is_dirty
    document.mark_saved(document.state)
    assert not document.is_dirty


def test_changed_is_told_once_for_each_change(document):
    told = []
    document.changed = lambda: told.append(document.recipe)
    document.edit(recipe(0.1), "a")
    document.edit(recipe(0.1), "a")
    document.undo()
    assert told == [recipe(0.1), recipe()]


def test_a_copy_has_a_history_of_its_own(document):
    document.edit(recipe(0.5), "a")
    document.add_copy("Copy 1")
    document.edit(recipe(-1.0), "b")
    document.show_copy(0)
    assert document.recipe == recipe(0.5) and document.can_undo
    document.show_copy(1)
    assert document.recipe == recipe(-1.0)
    document.delete_copy(0)
    assert len(document.state.versions) == 2, "the first version stays"
    document.delete_copy(1)
    assert document.recipe == recipe(0.5) and document.state.active == 0


def test_snapshots_are_replaced_by_name(document):
    document.take_snapshot("a")
    document.edit(recipe(1.0), "x")
    document.take_snapshot("a")
    assert [(snapshot.name, snapshot.recipe) for snapshot in document.state.snapshots] == [("a", recipe(1.0))]
    document.delete_snapshot("a")
    assert not document.state.snapshots
