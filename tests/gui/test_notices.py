"""Notices in the corner: where they end, what they offer, and that nobody has to wait for them to arrive."""

import pytest
from PySide6.QtCore import QPropertyAnimation
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from exposure_app.errors import ExposureError
from exposure_app.gui.widgets.notice import Notice
from exposure_app.gui.widgets.notify import MARGIN, Notices
from exposure_app.settings import current_settings


@pytest.fixture
def notices(qtbot: QtBot) -> Notices:
    window = QWidget()
    window.resize(800, 600)
    qtbot.addWidget(window)
    window.show()
    return Notices(window)


def in_the_corner(notices: Notices) -> bool:
    over = notices.parentWidget().rect()
    return notices.geometry().bottomRight() == over.bottomRight() - over.topLeft() - type(over.topLeft())(
        MARGIN + 1, MARGIN + 1
    )


def test_a_notice_slides_in_from_below_but_can_be_read_at_once(qtbot, notices):
    notices.tell("The first")
    assert notices.visible_messages() == ["The first"]
    assert not in_the_corner(notices)
    qtbot.waitUntil(lambda: in_the_corner(notices))


def test_the_next_one_joins_a_slide_that_is_under_way(qtbot, notices):
    notices.tell("The first")
    before = notices.pos()
    notices.complain(ExposureError("The second", "With a hint."))
    assert notices.pos() == before, "nothing jumps"
    qtbot.waitUntil(lambda: in_the_corner(notices))
    assert notices.visible_messages() == ["The first", "The second. With a hint."]


def test_less_movement_means_none(notices):
    current_settings().set("general.reduce_motion", True)
    notices.tell("The first")
    notices.tell("The second")
    assert in_the_corner(notices) and notices.findChild(QPropertyAnimation).state().name == "Stopped"


def test_a_notice_can_offer_to_take_something_back(qtbot, notices):
    current_settings().set("general.reduce_motion", True)
    done = []
    notices.tell("It is gone", act=("Undo", lambda: done.append(1)))
    button = notices.findChild(Notice).act_button
    assert button.isVisible() and button.height() >= button.sizeHint().height()
    assert notices.rect().contains(button.mapTo(notices, button.rect().bottomRight()))
    button.click()
    assert done == [1] and notices.visible_messages() == []
    notices.tell("Nothing to do about this")
    assert not notices.findChildren(Notice)[-1].act_button.isVisible()


def test_notices_follow_the_windows_size(notices):
    current_settings().set("general.reduce_motion", True)
    notices.tell("The first")
    notices.parentWidget().resize(640, 480)
    QApplication.processEvents()
    assert in_the_corner(notices)
