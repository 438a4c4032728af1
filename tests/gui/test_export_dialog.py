"""Exporting photos from the dialog."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from exposure_app.documents import workspace
from exposure_app.export import job
from exposure_app.export.estimate import estimated_bytes, finished_size
from exposure_app.export.job import export_many
from exposure_app.export.photo import export_photo
from exposure_app.export.presets import read_presets
from exposure_app.export.settings import ExportSettings
from exposure_app.gui.export.dialog import ExportDialog
from exposure_app.gui.export.queue import ExportQueue, ExportTask
from exposure_app.gui.export.queue_window import QueueWindow, TaskView
from exposure_app.gui.widgets import file_manager
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.settings import current_settings
from tests.helpers.patience import PATIENCE

RECIPE = Recipe((Step("gamma", {"gamma": 0.8}),), style="vivid")


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    made = []
    for number in range(3):
        made.append(tmp_path / f"DSC_{number}.jpg")
        Image.new("RGB", (120, 80), (90, 120, 60 * number)).save(made[-1])
    return made


@pytest.fixture
def queue(qtbot: QtBot) -> Iterator[ExportQueue]:
    queue = ExportQueue()
    yield queue
    queue.stop()


def opened(qtbot: QtBot, photos: list[Path], queue: ExportQueue | None = None) -> ExportDialog:
    dialog = ExportDialog(None, [(photo, RECIPE) for photo in photos])
    if queue is not None:
        dialog.wanted.connect(lambda tasks: queue.add(tasks, "cpu"))
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def tick(dialog: ExportDialog, *names: str) -> None:
    for row in range(dialog.presets.count()):
        item = dialog.presets.item(row)
        item.setCheckState(Qt.CheckState.Checked if item.text() in names else Qt.CheckState.Unchecked)


def window(qtbot: QtBot, queue: ExportQueue, again=lambda task: None) -> QueueWindow:
    made = QueueWindow(queue, again)
    qtbot.addWidget(made)
    made.show()
    return made


def choose(combo, value) -> None:
    combo.setCurrentIndex(combo.findData(value))


def test_enter_exports_in_the_background_and_the_result_is_that_of_exposure_apply(
    qtbot, queue, photos, tmp_path, monkeypatch
):
    dialog, exports = opened(qtbot, photos, queue), window(qtbot, queue)
    assert dialog.export_button.text() == "Export 3 files"
    with qtbot.waitSignal(queue.ended):
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        assert not dialog.isVisible() and queue.is_running
    for photo in photos:
        export_photo(photo, RECIPE, ExportSettings(), tmp_path / "applied.jpg")
        assert (tmp_path / "exported" / photo.name).read_bytes() == (tmp_path / "applied.jpg").read_bytes()
    (view,) = exports.views.values()
    assert view.title.text() == "3 of 3 exported" and not queue.is_running
    assert view.detail.text() == str(tmp_path / "exported") and not view.again.isVisible()
    shown = []
    monkeypatch.setattr(file_manager.sys, "platform", "linux")
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(Path(url.toLocalFile())))
    view.show_button.click()
    assert shown == [tmp_path / "exported"]


def test_several_presets_are_exported_at_once_each_into_its_folder(qtbot, queue, photos, tmp_path):
    dialog = opened(qtbot, photos[:2], queue)
    tick(dialog, "Web, 2048 px", "Print, 16 bit")
    assert dialog.export_button.text() == "Export 4 files"
    dialog.export_button.click()
    assert [task.name for task in queue.tasks] == ["Web, 2048 px", "Print, 16 bit"]
    qtbot.waitUntil(lambda: all(task.is_over for task in queue.tasks))
    assert sorted(path.name for path in (tmp_path / "exported" / "web").iterdir()) == ["DSC_0.jpg", "DSC_1.jpg"]
    assert sorted(path.name for path in (tmp_path / "exported" / "print").iterdir()) == ["DSC_0.tif", "DSC_1.tif"]
    tick(dialog)
    assert not dialog.export_button.isEnabled()


def test_presets_are_changed_added_and_deleted(qtbot, photos):
    dialog = opened(qtbot, photos)
    dialog.presets.setCurrentRow(1)
    dialog.form.edge.setValue(1600)
    dialog.save_as("Client")
    assert dialog.presets.currentItem().text() == "Client" and dialog.form.edge.value() == 1600
    dialog.form.quality.setValue(70)
    tick(dialog, "Client")
    dialog.start()
    again = opened(qtbot, photos)
    assert [again.presets.item(row).text() for row in range(again.presets.count())] == [
        "Last used", "Web, 2048 px", "Full size", "Print, 16 bit", "Client",
    ]  # fmt: skip
    again.presets.setCurrentRow(4)
    assert (again.form.edge.value(), again.form.quality.value()) == (1600, 70)
    again.delete_button.click()
    again.presets.setCurrentRow(0)
    assert not again.delete_button.isEnabled()
    assert "Client" not in read_presets(current_settings())


def test_pixels_and_megabytes_are_said_before(qtbot, photos):
    dialog = opened(qtbot, photos)
    choose(dialog.form.resize_, "edge")
    dialog.form.edge.setValue(60)
    assert dialog.form.foreseen.text() == "60 x 40 px, about 0.0 MB each, 0.0 MB in all"
    assert finished_size(photos[0], replace(RECIPE, geometry=Geometry(turns=1)), ExportSettings()) == (80, 120)
    size = (6000, 4000)
    assert 5e6 < estimated_bytes(size, ExportSettings(quality=92)) < 9e6
    assert estimated_bytes(size, ExportSettings(format="tiff")) > estimated_bytes(size, ExportSettings(format="png"))


def test_the_choices_are_remembered(qtbot, queue, photos, tmp_path):
    first = opened(qtbot, photos[:1], queue)
    choose(first.form.format, "tiff")
    choose(first.form.bits, 8)
    choose(first.form.resize_, "edge")
    first.form.edge.setValue(60)
    choose(first.form.sharpen, "high")
    first.form.gps.setChecked(False)
    first.form.pattern.setText("{name} {n:02}")
    first.form.folder.setText(str(tmp_path / "out"))
    choose(first.form.existing, "skip")
    wanted = first.form.settings()
    with qtbot.waitSignal(queue.ended):
        first.export_button.click()
    assert (tmp_path / "out" / "DSC_0 01.tif").is_file()
    again = opened(qtbot, photos[:1], queue)
    assert again.form.settings() == wanted
    with qtbot.waitSignal(queue.ended):
        again.export_button.click()
    view = TaskView(queue.tasks[-1], queue, lambda task: None)
    qtbot.addWidget(view)
    assert view.title.text() == "0 of 1 exported, 1 skipped"
    assert view.problems.text().startswith("Skipped: DSC_0.jpg")


def test_the_file_name_is_shown_as_it_is_typed_and_a_wrong_one_stops_the_export(qtbot, photos):
    dialog = opened(qtbot, photos)
    dialog.form.pattern.setText("{name} {style} {n:03}")
    assert dialog.form.preview.text() == "DSC_0 vivid 001.jpg"
    choose(dialog.form.format, "png")
    assert dialog.form.preview.text() == "DSC_0 vivid 001.png"
    dialog.form.pattern.setText("{name} {nope}")
    assert "{nope} is not known" in dialog.form.preview.text()
    assert not dialog.export_button.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.form.pattern.setText("{name}")
    assert dialog.export_button.isEnabled()


def test_only_what_applies_is_shown(qtbot, photos):
    dialog = opened(qtbot, photos)
    form = dialog.form
    assert form.quality.isVisible() and form.chroma.isVisible() and not form.bits.isVisible()
    assert not form.edge.isVisible() and not form.megapixels.isVisible()
    choose(form.format, "tiff")
    choose(form.resize_, "megapixels")
    form.exif.setChecked(False)
    assert not form.quality.isVisible() and not form.chroma.isVisible() and form.bits.isVisible()
    assert form.megapixels.isVisible() and not form.edge.isVisible() and not form.gps.isEnabled()


def test_a_bad_photo_is_told_and_leads_back_to_the_form(qtbot, queue, photos, tmp_path):
    (tmp_path / "bad.nef").write_bytes(b"no")
    dialog = opened(qtbot, [photos[0], tmp_path / "bad.nef", photos[1]], queue)
    back = []
    exports = window(qtbot, queue, back.append)
    with qtbot.waitSignal(queue.ended):
        dialog.export_button.click()
    (view,) = exports.views.values()
    assert view.title.text() == "2 of 3 exported, 1 failed"
    assert view.problems.text().startswith("Failed: bad.nef")
    view.again.click()
    assert back == queue.tasks


def test_no_folder_is_left_where_nothing_was_written(tmp_path):
    bad = tmp_path / "bad.nef"
    bad.write_bytes(b"no")
    (row,) = export_many([(bad, RECIPE)], ExportSettings(folder="new/deep"))
    assert row.state == "failed" and not (tmp_path / "new").exists()
    (tmp_path / "old").mkdir()
    export_many([(bad, RECIPE)], ExportSettings(folder="old"))
    assert (tmp_path / "old").is_dir(), "it was there before"


def test_one_export_is_cancelled_and_the_next_one_comes(qtbot, queue, photos, tmp_path, monkeypatch):
    entered, go_on, export = threading.Event(), threading.Event(), job.export_photo

    def slow(*args, **options):
        entered.set()
        go_on.wait(PATIENCE)
        return export(*args, **options)

    monkeypatch.setattr(job, "export_photo", slow)
    dialog, exports = opened(qtbot, photos, queue), window(qtbot, queue)
    tick(dialog, "Last used", "Web, 2048 px", "Full size")
    dialog.export_button.click()
    qtbot.waitUntil(entered.is_set)
    first, second, third = (exports.views[task] for task in queue.tasks)
    assert first.title.text() == "Exporting 1 of 3" and second.title.text() == "Waiting: 3 photos"
    first.cancel.click()
    second.cancel.click()
    assert second.title.text() == "0 of 3 exported, 3 cancelled"
    go_on.set()
    qtbot.waitUntil(lambda: third.title.text() == "3 of 3 exported")
    assert first.title.text() == "0 of 3 exported, 3 cancelled"
    assert [path.name for path in (tmp_path / "exported").iterdir()] == ["full"]


def test_what_is_interrupted_is_still_to_be_exported(qtbot, photos, monkeypatch):
    queue, entered, go_on, export = ExportQueue(), threading.Event(), threading.Event(), job.export_photo

    def slow(*args, **options):
        entered.set()
        go_on.wait(PATIENCE)
        return export(*args, **options)

    monkeypatch.setattr(job, "export_photo", slow)
    queue.add([ExportTask([(photo, RECIPE) for photo in photos], ExportSettings())], "cpu")
    qtbot.waitUntil(entered.is_set)
    queue.finish_photo()
    with qtbot.waitSignal(queue.ended):
        go_on.set()
    assert queue.unfinished == photos[1:] and not queue.is_running


def test_the_editor_goes_on_while_photos_are_exported_and_asks_before_it_closes(editor, photos, tmp_path, monkeypatch):
    entered, go_on, export = threading.Event(), threading.Event(), job.export_photo

    def slow(*args, **options):
        entered.set()
        go_on.wait(PATIENCE)
        return export(*args, **options)

    monkeypatch.setattr(job, "export_photo", slow)
    editor.open(*photos)
    feature = editor.window.features.export
    editor.act("export")
    feature.dialog.start()
    editor.until(entered.is_set)
    assert feature.indicator.isVisible() and feature.indicator.text() == "Exporting 1 of 1"
    editor.window.controller.open_photo(photos[1])
    editor.until(lambda: editor.window.controller.photo == photos[1])
    editor.window.close()
    assert editor.window.isVisible()
    editor.window.findChild(QMessageBox).reject()
    go_on.set()
    editor.until(lambda: any("1 of 1 exported" in message for message in editor.messages))
    assert any(str(tmp_path / "exported" / "DSC_0.jpg") in message for message in editor.messages)
    assert not feature.indicator.isVisible() and workspace.read_unexported() == []


def test_a_failed_export_leads_back_to_the_form_with_its_settings(editor, photos, tmp_path):
    bad = tmp_path / "bad.nef"
    bad.write_bytes(b"no")
    editor.open(photos[0])
    feature = editor.window.features.export
    feature.open([photos[0], bad], ExportSettings(quality=33))
    feature.dialog.start()
    editor.until(lambda: any("1 of 2 exported, 1 failed" in message for message in editor.messages))
    editor.until(lambda: feature.dialog is None)
    editor.window.notices._shown()[-1].act_button.click()
    assert feature.dialog.form.quality.value() == 33 and feature.dialog.export_button.text() == "Export 1 file"
    feature.dialog.reject()


def test_every_field_has_a_name_for_screen_readers(qtbot, photos):
    dialog = opened(qtbot, photos)
    form = dialog.form
    for field in vars(form).values():
        if hasattr(field, "accessibleName") and field.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert field.accessibleName() or (hasattr(field, "text") and not isinstance(field, QLabel)), field
