"""Exporting photos from the dialog."""

from pathlib import Path

import pytest
import shiboken6
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from exposure_app.export import job
from exposure_app.export.photo import export_photo
from exposure_app.export.settings import ExportSettings
from exposure_app.gui.export.dialog import ExportDialog
from exposure_app.pipeline.recipe import Recipe, Step

RECIPE = Recipe((Step("gamma", {"gamma": 0.8}),), style="vivid")


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    made = []
    for number in range(3):
        made.append(tmp_path / f"DSC_{number}.jpg")
        Image.new("RGB", (120, 80), (90, 120, 60 * number)).save(made[-1])
    return made


def opened(qtbot: QtBot, photos: list[Path]) -> ExportDialog:
    dialog = ExportDialog(None, [(photo, RECIPE) for photo in photos])
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def choose(combo, value) -> None:
    combo.setCurrentIndex(combo.findData(value))


def test_enter_exports_and_the_result_is_that_of_exposure_apply(qtbot, photos, tmp_path, monkeypatch):
    dialog = opened(qtbot, photos)
    with qtbot.waitSignal(dialog.exported):
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    for photo in photos:
        export_photo(photo, RECIPE, ExportSettings(), tmp_path / "applied.jpg")
        assert (tmp_path / "exported" / photo.name).read_bytes() == (tmp_path / "applied.jpg").read_bytes()
    assert dialog.status.text() == "3 of 3 exported" and not dialog.is_running
    shown = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(Path(url.toLocalFile())))
    dialog.show_button.click()
    assert shown == [tmp_path / "exported"]
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert not dialog.isVisible()


def test_the_choices_are_remembered(qtbot, photos, tmp_path):
    first = opened(qtbot, photos[:1])
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
    with qtbot.waitSignal(first.exported):
        first.export_button.click()
    assert (tmp_path / "out" / "DSC_0 01.tif").is_file()
    first.close()
    again = opened(qtbot, photos[:1])
    assert again.form.settings() == wanted
    with qtbot.waitSignal(again.exported):
        again.export_button.click()
    assert again.status.text() == "0 of 1 exported, 1 skipped"
    assert again.problems.item(0).text().startswith("Skipped: DSC_0.jpg")


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
    assert not dialog.is_running
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


def test_a_bad_photo_is_a_row_with_its_reason(qtbot, photos, tmp_path):
    (tmp_path / "bad.nef").write_bytes(b"no")
    dialog = opened(qtbot, [photos[0], tmp_path / "bad.nef", photos[1]])
    with qtbot.waitSignal(dialog.exported):
        dialog.export_button.click()
    assert dialog.status.text() == "2 of 3 exported, 1 failed"
    assert dialog.problems.count() == 1
    assert dialog.problems.item(0).text().startswith("Failed: bad.nef")


def test_escape_cancels_the_export_first_and_then_closes(qtbot, photos, tmp_path, monkeypatch):
    dialog = opened(qtbot, photos)
    export = job.export_photo

    def escape_in_the_first(*args, **options):
        dialog._thread.stop()  # what Esc does; pressed for real below
        export(*args, **options)

    monkeypatch.setattr(job, "export_photo", escape_in_the_first)
    with qtbot.waitSignal(dialog.exported):
        dialog.export_button.click()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog.isVisible()
    assert dialog.status.text() == "0 of 3 exported, 3 cancelled"
    assert list((tmp_path / "exported").glob("*")) == []
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_closing_the_window_stops_the_export_and_leaves_no_thread(qtbot, photos):
    dialog = opened(qtbot, photos)
    dialog.export_button.click()
    dialog.close()
    qtbot.waitUntil(lambda: not dialog.isVisible() and not dialog.is_running)


def test_a_window_that_goes_away_takes_the_export_with_it(qtbot, photos, tmp_path):
    window = QWidget()
    dialog = ExportDialog(window, [(photo, RECIPE) for photo in photos])
    dialog.open()
    dialog.export_button.click()
    thread = dialog._thread
    window.deleteLater()
    qtbot.waitUntil(lambda: not shiboken6.isValid(dialog))
    assert not thread.isRunning()


def test_every_field_has_a_name_for_screen_readers(qtbot, photos):
    dialog = opened(qtbot, photos)
    form = dialog.form
    for field in vars(form).values():
        if hasattr(field, "accessibleName") and field.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert field.accessibleName() or (hasattr(field, "text") and not isinstance(field, QLabel)), field
