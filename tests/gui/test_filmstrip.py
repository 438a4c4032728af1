"""Browsing, rating and selecting photos in the filmstrip."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from exposure_app.gui.filmstrip import Filmstrip
from exposure_app.gui.filmstrip_model import PIXMAP, REASON
from exposure_app.session.library import Library
from exposure_app.session.thumbnails import Thumbnail, ThumbnailCache
from exposure_app.settings import current_settings


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    made = []
    for number in range(6):
        made.append(tmp_path / f"DSC_{number}.jpg")
        Image.new("RGB", (300, 200), (40 * number, 120, 60)).save(made[-1])
    return made


@pytest.fixture
def strip(qtbot: QtBot, photos: list[Path]) -> Iterator[Filmstrip]:
    strip = Filmstrip()
    qtbot.addWidget(strip)
    strip.resize(800, 112)
    strip.show()
    strip.set_photos(photos)
    yield strip
    strip.close()
    assert not [thread for thread in strip._loader._threads if thread.isRunning()]


def key(strip: Filmstrip, *keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for one in keys:
        QTest.keyClick(strip.view, one, modifier)


def value(strip: Filmstrip, row: int, role: int) -> object:
    return strip.view.model().index(row, 0).data(role)


def test_thumbnails_come_and_a_broken_photo_says_why(qtbot, strip, photos, tmp_path):
    (tmp_path / "broken.nef").write_bytes(b"no")
    strip.set_photos([*photos, tmp_path / "broken.nef"])
    qtbot.waitUntil(lambda: all(value(strip, row, PIXMAP) for row in range(6)) and bool(value(strip, 6, REASON)))
    assert "broken.nef" in str(value(strip, 6, Qt.ItemDataRole.ToolTipRole))
    colour = strip.grab().toImage().pixelColor(3 * 116 + 58, 40)
    assert abs(colour.red() - 120) < 6 and abs(colour.green() - 120) < 6


def test_arrow_keys_go_from_photo_to_photo(qtbot, strip, photos):
    went: list[Path] = []
    strip.current_changed.connect(went.append)
    strip.set_current(photos[1])
    assert went == [] and strip.current() == photos[1] and strip.selected() == [photos[1]]
    key(strip, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Home)
    assert went == [photos[2], photos[3], photos[2], photos[5], photos[0]]
    strip.step(1)
    strip.step(-1)
    strip.step(-1)  # there is none
    assert went[5:] == [photos[1], photos[0]]


def test_several_photos_are_selected_with_the_keyboard_and_the_mouse(qtbot, strip, photos):
    strip.set_current(photos[0])
    with qtbot.waitSignal(strip.selection_changed, check_params_cb=lambda chosen: chosen == photos[:2]):
        key(strip, Qt.Key.Key_Right, modifier=Qt.KeyboardModifier.ShiftModifier)
    at = strip.view.visualRect(strip.view.model().index(3, 0)).center()
    QTest.mouseClick(strip.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, at)
    assert strip.selected() == [photos[0], photos[1], photos[3]]
    strip.select([photos[4], photos[2]])
    assert strip.selected() == [photos[2], photos[4]]
    with qtbot.waitSignal(strip.activated, check_params_cb=lambda photo: photo == photos[3]):
        QTest.mouseClick(strip.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
        key(strip, Qt.Key.Key_Return)


def test_keys_rate_and_flag_and_it_is_kept(qtbot, strip, photos):
    strip.set_current(photos[0])
    key(strip, Qt.Key.Key_Right, modifier=Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(strip.marked, check_params_cb=lambda changed: changed == photos[:2]):
        key(strip, Qt.Key.Key_4)
    strip.set_current(photos[2])
    key(strip, Qt.Key.Key_P, Qt.Key.Key_X, Qt.Key.Key_1, Qt.Key.Key_0)
    strip.set_current(photos[3])
    key(strip, Qt.Key.Key_P, Qt.Key.Key_U, Qt.Key.Key_5)
    assert strip.current() == photos[3]
    kept = [(entry.rating, entry.flag) for entry in Library().open(photos)]
    assert kept == [(4, "none"), (4, "none"), (0, "reject"), (5, "none"), (0, "none"), (0, "none")]
    assert value(strip, 3, Qt.ItemDataRole.AccessibleTextRole) == "DSC_3.jpg, 5 stars"
    assert value(strip, 2, Qt.ItemDataRole.AccessibleTextRole) == "DSC_2.jpg, rejected"


def test_a_rating_goes_on_to_the_next_photo_if_wanted(strip, photos):
    current_settings().set("filmstrip.advance", True)
    strip.set_current(photos[0])
    key(strip, Qt.Key.Key_3, Qt.Key.Key_X)
    assert strip.current() == photos[2]


def test_edited_photos_wear_a_badge(qtbot, strip, photos):
    before = strip.grab().toImage()
    strip.mark_edited(photos[1], True)
    after = strip.grab().toImage()
    assert before.pixelColor(116 + 100, 16) != after.pixelColor(116 + 100, 16)
    assert value(strip, 1, Qt.ItemDataRole.AccessibleTextRole) == "DSC_1.jpg, edited"
    strip.mark_edited(photos[1], False)
    strip.mark_edited(Path("not listed.jpg"), True)


def test_a_rating_that_cannot_be_kept_is_told(qtbot, strip, photos, monkeypatch):
    from exposure_app.errors import ExposureError
    from exposure_app.session import library

    def refuse(path, _text):
        raise ExposureError(f"Cannot write {path}")

    monkeypatch.setattr(library, "write_text_atomic", refuse)
    strip.set_current(photos[0])
    with qtbot.waitSignal(strip.problem):
        key(strip, Qt.Key.Key_3)
    assert strip.library.entry(photos[0]).rating == 0


def test_the_window_can_show_the_edited_picture(qtbot, strip, photos):
    red = QImage(900, 600, QImage.Format.Format_RGB32)
    red.fill(Qt.GlobalColor.red)
    strip.set_thumbnail(photos[2], red)
    qtbot.waitUntil(lambda: all(value(strip, row, PIXMAP) for row in range(6)))
    assert strip.grab().toImage().pixelColor(2 * 116 + 58, 40).red() == 255


def test_what_has_scrolled_away_is_never_made(qtbot, tmp_path, monkeypatch):
    asked: list[str] = []
    gate = threading.Event()

    def slow(_cache: ThumbnailCache, photo: Path) -> Thumbnail:
        asked.append(photo.name)
        gate.wait(10)
        return Thumbnail(np.zeros((20, 30, 3), np.uint8))

    monkeypatch.setattr(ThumbnailCache, "thumbnail", slow)
    strip = Filmstrip()
    qtbot.addWidget(strip)
    strip.resize(800, 112)
    strip.show()
    photos = [tmp_path / f"{number}.jpg" for number in range(500)]
    strip.set_photos(photos)
    qtbot.waitUntil(lambda: len(asked) == 2)
    strip.view.scrollTo(strip.view.model().index(250, 0))
    strip.view.horizontalScrollBar().setValue(strip.view.horizontalScrollBar().maximum())
    first, last = strip.view.visible_rows(500)
    assert (first, last) == (strip.view.indexAt(QPoint(0, 50)).row(), 499)
    qtbot.waitUntil(lambda: strip._loader._wanted[:1] == [photos[first]])
    gate.set()
    qtbot.waitUntil(lambda: value(strip, 499, PIXMAP) is not None and not strip._loader._wanted)
    assert asked[:2] == ["0.jpg", "1.jpg"] and all(int(name[:-4]) > 480 for name in asked[2:])
    strip.close()


def test_a_strip_that_goes_away_leaves_no_thread(qtbot, photos):
    strip = Filmstrip()
    strip.set_photos(photos)
    qtbot.waitUntil(lambda: any(thread.isRunning() for thread in strip._loader._threads))
    threads = list(strip._loader._threads)
    strip.deleteLater()
    qtbot.waitUntil(lambda: not shiboken6.isValid(strip))
    assert not any(thread.isRunning() for thread in threads)


def test_an_ordinary_wheel_scrolls_sideways(strip, photos):
    strip.resize(300, 112)
    QApplication.processEvents()
    turned = QWheelEvent(
        QPointF(50, 50), QPointF(50, 50), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(strip.view.viewport(), turned)
    assert strip.view.horizontalScrollBar().value() == 120


def test_two_thousand_photos_scroll_without_a_stutter(qtbot, tmp_path):
    photos = [tmp_path / f"DSC_{number:04}.jpg" for number in range(2000)]
    source = tmp_path / "one.jpg"
    Image.new("RGB", (300, 200), (90, 120, 60)).save(source)
    for photo in photos:
        photo.hardlink_to(source)
    strip = Filmstrip()
    qtbot.addWidget(strip)
    strip.resize(1920, 112)
    strip.show()
    start = time.perf_counter()
    strip.set_photos(photos)
    assert time.perf_counter() - start < 0.5
    bar, frames = strip.view.horizontalScrollBar(), []
    for at in np.linspace(0, bar.maximum(), 60).astype(int):
        start = time.perf_counter()
        bar.setValue(int(at))
        QApplication.processEvents()
        strip.view.viewport().repaint()
        frames.append(time.perf_counter() - start)
    assert np.median(frames) < 0.033  # generous: other programs may want the processor too
    strip.close()
