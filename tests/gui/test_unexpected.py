"""What nobody foresaw is said in one dialog with details to copy, wherever it was raised."""

import sys
import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from exposure_app.errors import ExposureError
from exposure_app.gui.widgets.notify import Unexpected, UnexpectedDialog
from tests.helpers.editor import Editor


def boom(*_: object) -> None:
    raise ValueError("nobody foresaw this")


@pytest.fixture
def watched(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """A window that shows what nobody caught, as the program's does."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    Unexpected(editor.window).install()
    return editor


def shown() -> list[UnexpectedDialog]:
    found = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, UnexpectedDialog)]
    return [dialog for dialog in found if dialog.isVisible()]


def in_a_slot(editor: Editor) -> None:
    QTimer.singleShot(0, boom)


def in_a_thread(editor: Editor) -> None:
    threading.Thread(target=boom).start()


def in_a_lane_that_nobody_listens_to(editor: Editor) -> None:
    editor.window.queues.files.submit(boom)


def in_a_job_of_the_window(editor: Editor) -> None:
    editor.window.queues.files.submit(boom).failed.connect(editor.window.controller.failed)


@pytest.mark.parametrize("raise_it", [in_a_slot, in_a_thread, in_a_lane_that_nobody_listens_to, in_a_job_of_the_window])
def test_a_dialog_stays_until_it_is_closed_and_its_details_can_be_copied(
    watched: Editor, raise_it: Callable[[Editor], None]
):
    raise_it(watched)
    watched.until(shown)
    dialog = shown()[0]
    details = dialog.details.toPlainText()
    assert "ValueError: nobody foresaw this" in details and "in boom" in details and "Log: " in details
    copy = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Copy details")
    watched.qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == details
    QTimer.singleShot(0, boom)
    QApplication.processEvents()
    assert shown() == [dialog], "one at a time"
    watched.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    watched.until(lambda: not shown())


def test_it_lies_over_a_dialog_that_is_open(watched: Editor):
    watched.act("settings")
    over = QApplication.activeModalWidget()
    assert over is not None
    in_a_slot(watched)
    watched.until(shown)
    assert shown()[0].parentWidget() is over
    shown()[0].close()
    over.close()


def test_what_users_may_see_and_nobody_asked_for_is_left_unsaid(watched: Editor):
    def refuse(job: object) -> None:
        raise ExposureError("A preview that cannot be made", "")

    with watched.qtbot.waitSignal(watched.window.queues.files.submit(refuse).ended):
        pass
    assert not shown()


def test_what_a_report_needs_can_be_copied_from_the_menu(editor: Editor):
    menu = editor.window.bar.findChildren(QMenu)[-1]
    next(action for action in menu.actions() if action.text() == "Copy diagnostics").trigger()
    assert QApplication.clipboard().text().startswith("Exposure ")
    assert editor.messages == ["Diagnostics copied"]
