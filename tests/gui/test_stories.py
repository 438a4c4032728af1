"""Whole stories of a photographer, told with real files."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from typer.testing import CliRunner

from exposure_app.cli.commands import app
from exposure_app.gui.export.dialog import ExportDialog
from exposure_app.gui.filmstrip.copy_dialog import CopyDialog
from exposure_app.gui.widgets.value_slider import ValueSlider
from exposure_app.pipeline.recipe import Step
from exposure_app.pipeline.sidecar import read_sidecar, sidecar_path
from tests.helpers.editor import make_photo
from tests.helpers.steps import drag, mouse


def brighten(editor, ev: float) -> None:
    recipe = editor.document.recipe
    editor.window.controller.edit(
        replace(recipe, steps=(replace(recipe.steps[0], params={"ev": ev}), *recipe.steps[1:])), "Exposure"
    )


def drag_first_slider(editor, row) -> None:
    """Open a row's editor and drag its first slider, or the one of its amount where it has none."""
    QTest.mouseClick(row.header.name, Qt.MouseButton.LeftButton)
    editor.until(lambda: row.editor is not None)
    sliders = [slider for slider in row.editor.findChildren(ValueSlider) if slider.isVisible()] or [row.header.amount]
    start, at = QPointF(sliders[0].x_of(sliders[0].value), sliders[0].height() / 2), editor.document.at
    drag(sliders[0], start, start + QPointF(15, 0), start + QPointF(30, 0))
    assert editor.document.at == at + 1, "a drag is one edit"


def export(editor) -> None:
    editor.act("export")
    dialog = editor.window.findChild(ExportDialog)
    with editor.qtbot.waitSignal(editor.window.features.export.queue.ended):
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert any("1 of 1 exported" in message for message in editor.messages)
    editor.settle()


def test_a_raw_from_opening_to_export_and_back_the_next_day(untrained, new_editor, tmp_path, sample_dng):
    raw = tmp_path / "sample.dng"
    raw.write_bytes(sample_dng.read_bytes())
    editor = new_editor()
    editor.open(raw)
    editor.until(lambda: editor.window.panels.auto.style_name)
    QTest.keyClick(editor.view, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    editor.until(
        lambda: editor.document.recipe.style == untrained and not editor.window.coordinator.retoucher.is_running
    )
    rows = editor.window.panels.steps.list.rows
    drag_first_slider(editor, rows[0])
    changed = editor.document.recipe
    editor.act("undo")
    assert editor.document.recipe != changed
    editor.act("redo")
    assert editor.document.recipe == changed
    QTest.mouseClick(rows[1].header.on_off, Qt.MouseButton.LeftButton)
    assert not editor.document.recipe.steps[1].enabled
    QTest.mouseClick(rows[0].header, Qt.MouseButton.LeftButton, pos=QPoint(60, 12))
    order = [step.filter for step in editor.document.recipe.steps]
    QTest.keyClick(rows[0].header, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert [step.filter for step in editor.document.recipe.steps] == [order[1], order[0], *order[2:]]
    editor.act("compare")
    editor.until(lambda: editor.view.frame_shown.before is not None)
    editor.act("compare")
    export(editor)
    left, entries = editor.document.recipe, len(editor.document.entries)
    editor.window.close()
    again = new_editor()
    again.open(raw)
    assert again.document.recipe == left and len(again.document.entries) == entries
    applied = tmp_path / "applied.jpg"
    done = CliRunner().invoke(app, ["apply", str(sidecar_path(raw)), str(raw), "-o", str(applied)])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "exported" / "sample.jpg").read_bytes() == applied.read_bytes()


def test_a_raw_exported_from_the_window_is_what_exposure_apply_writes(editor, tmp_path, sample_dng):
    raw = tmp_path / "sample.dng"
    raw.write_bytes(sample_dng.read_bytes())
    editor.open(raw)
    brighten(editor, 0.8)
    recipe = editor.document.recipe
    editor.window.controller.edit(replace(recipe, steps=(*recipe.steps, Step("contrast", {"amount": 0.3}))), "Contrast")
    export(editor)
    applied = tmp_path / "applied.jpg"
    done = CliRunner().invoke(app, ["apply", str(sidecar_path(raw)), str(raw), "-o", str(applied)])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "exported" / "sample.jpg").read_bytes() == applied.read_bytes()


def test_steps_ticked_in_the_dialog_are_pasted_to_three_photos_with_keys(editor, photo, tmp_path):
    others = [make_photo(tmp_path / f"{number}.jpg", 120, 80, number) for number in range(3)]
    editor.open(photo, *others)
    brighten(editor, 1.1)
    QTest.keyClick(editor.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    dialog = editor.window.findChild(CopyDialog)
    dialog.listed.item(1).setCheckState(Qt.CheckState.Unchecked)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    editor.window.panels.filmstrip.select(others)
    QTest.keyClick(editor.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    editor.until(lambda: all(sidecar_path(other).exists() for other in others))
    for other in others:
        editor.until(lambda other=other: read_sidecar(other).steps[0].params["ev"] == 1.1)
    editor.until(lambda: all(editor.window.panels.filmstrip.library.entry(other).edited for other in others))


def test_a_broken_raw_says_what_is_wrong_and_what_to_do(editor, photo, tmp_path):
    editor.open(photo)
    broken = tmp_path / "broken.dng"
    broken.write_bytes(b"II*\0" + bytes(200))
    editor.window.controller.open_paths([broken])
    editor.until(lambda: editor.window.notices.messages)
    message, hint, is_error = editor.window.notices.messages[0]
    assert "broken.dng" in message and hint.endswith(".") and is_error
    assert "Traceback" not in message + hint
    assert editor.window.controller.photo is None and editor.window.controller.photos == [photo]


def test_steps_are_reordered_by_drag_and_put_back_by_undo(editor, photo):
    editor.open(photo)
    panel = editor.window.panels.steps
    editor.until(lambda: len(panel.list.rows) == 2)
    editor.settle()
    first = editor.document.recipe
    before = editor.view.frame_shown.codes.copy()
    brighten(editor, 1.0)
    header, below = panel.list.rows[0].header, panel.list.rows[1].header
    target = QPointF(header.mapFromGlobal(below.mapToGlobal(QPointF(20, below.height() - 4))))
    at = QPointF(12, 30)
    drag(header, at, at + QPointF(0, 20), target, drop=False)
    mouse(header, QEvent.Type.MouseButtonRelease, target)
    assert [step.filter for step in editor.document.recipe.steps] == [step.filter for step in first.steps][::-1]
    assert [row.filter_id for row in panel.list.rows] == [step.filter for step in first.steps][::-1]
    editor.act("undo")
    assert [step.filter for step in editor.document.recipe.steps] == [step.filter for step in first.steps]
    editor.act("undo")
    assert editor.document.recipe == first
    editor.until(lambda: np.array_equal(editor.view.frame_shown.codes, before))


def test_a_photo_is_opened_from_the_list_of_recent_ones(editor, photo, tmp_path):
    other = make_photo(tmp_path / "other.jpg", 120, 80)
    editor.open(photo)
    editor.window.controller.open_paths([other])
    editor.until(lambda: editor.window.controller.photo == other)
    menu = editor.window.opener.recent_menu
    menu.aboutToShow.emit()
    assert [Path(action.text()) for action in menu.actions()] == [other, photo]
    menu.actions()[1].trigger()
    editor.until(lambda: editor.window.controller.photo == photo)
