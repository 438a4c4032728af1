"""Changing preferences and shortcuts."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from exposure_app.gui.editor.actions import Spec
from exposure_app.gui.window.settings_dialog import SettingsDialog
from exposure_app.settings import SETTINGS, current_settings

SPECS = [
    Spec("export", "Export", ("Ctrl+Shift+E",), "Photos"),
    Spec("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Editing"),
    Spec("messages", "Messages", (), "Editing"),
]


@pytest.fixture
def dialog(qtbot: QtBot) -> SettingsDialog:
    return opened(qtbot)


def opened(qtbot: QtBot) -> SettingsDialog:
    dialog = SettingsDialog(shortcuts=SPECS)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_every_setting_with_a_label_has_a_named_field_that_shows_it(dialog):
    assert set(dialog.form.fields) == {setting.key for setting in SETTINGS if setting.label}
    assert dialog.form.values() == {key: current_settings().get(key) for key in dialog.form.fields}
    assert all(field.accessibleName() for field in dialog.form.fields.values())


def test_enter_saves_and_escape_does_not(qtbot, dialog):
    dialog.form.fields["filmstrip.cache_mb"].setValue(128)
    dialog.form.fields["filmstrip.advance"].setChecked(True)
    dialog.form.fields["develop.highlights"].setCurrentIndex(2)
    with qtbot.waitSignal(dialog.saved):
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    settings = current_settings()
    assert settings.get("filmstrip.cache_mb") == 128 and settings.get("develop.highlights") == "reconstruct"
    again = opened(qtbot)
    assert again.form.values()["filmstrip.advance"] is True
    again.form.fields["filmstrip.advance"].setChecked(False)
    QTest.keyClick(again, Qt.Key.Key_Escape)
    assert not again.isVisible() and settings.get("filmstrip.advance") is True


def test_the_style_at_start_is_chosen_among_those_at_hand(qtbot, untrained):
    current_settings().set("retouch.style", "gone")
    dialog = opened(qtbot)
    field = dialog.form.fields["retouch.style"]
    assert field.currentText() == "gone (not installed)" and dialog.form.values()["retouch.style"] == "gone"
    field.setCurrentIndex(field.findData(untrained))
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert current_settings().get("retouch.style") == untrained
    again = opened(qtbot)
    field = again.form.fields["retouch.style"]
    assert field.currentData() == untrained and field.findData("gone") < 0


def test_defaults_are_restored_on_save(dialog):
    current_settings().set("retouch.amount", 40)
    dialog.restore_defaults()
    dialog.accept()
    assert current_settings().get("retouch.amount") == 100


def test_a_shortcut_is_changed_and_only_that_is_stored(qtbot, dialog):
    field = dialog.shortcuts.fields["export"]
    field.setKeySequence(QKeySequence("Ctrl+E"))
    dialog.accept()
    assert current_settings().get("shortcuts") == {"export": "Ctrl+E"}
    again = opened(qtbot)
    assert again.shortcuts.fields["export"].keySequence() == QKeySequence("Ctrl+E")
    again.shortcuts.fields["redo"].clear()
    again.accept()
    assert current_settings().get("shortcuts") == {"export": "Ctrl+E", "redo": ""}
    last = opened(qtbot)
    last.shortcuts.restore_defaults()
    last.accept()
    assert current_settings().get("shortcuts") == {}


def test_a_shortcut_used_twice_is_pointed_out(dialog):
    assert not dialog.shortcuts.warning.isVisibleTo(dialog.shortcuts)
    dialog.shortcuts.fields["messages"].setKeySequence(QKeySequence("Ctrl+Shift+E"))
    assert "Export and Messages" in dialog.shortcuts.warning.text()
    dialog.shortcuts.fields["messages"].clear()
    assert not dialog.shortcuts.warning.isVisibleTo(dialog.shortcuts)


def test_settings_that_cannot_be_written_are_told_and_the_dialog_stays(dialog, exposure_home):
    exposure_home.mkdir(parents=True, exist_ok=True)
    (exposure_home / "config").write_text("a file where the folder should be")
    dialog.form.fields["retouch.amount"].setValue(40)
    dialog.accept()
    assert dialog.isVisible() and "Cannot" in dialog.problem.text()


def test_the_wheel_changes_a_field_only_with_focus(qtbot, dialog):
    field = dialog.form.fields["filmstrip.cache_mb"]
    nowhere, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    at, up = QPointF(5, 5), QPoint(0, 120)
    turned = QWheelEvent(at, at, QPoint(), up, nowhere, keys, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(field, turned)
    assert field.value() == 512
    with qtbot.waitActive(dialog):
        dialog.activateWindow()
    field.setFocus()
    QApplication.sendEvent(field, turned)
    assert field.value() > 512
