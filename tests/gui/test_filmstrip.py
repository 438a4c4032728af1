"""Browsing, rating and selecting photos in the filmstrip."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PIL import Image
from PySide6.QtCore import QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QKeySequence, QPainter, QShortcut, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from exposure_app.documents.library import Library
from exposure_app.documents.thumbnails import Thumbnail, ThumbnailCache
from exposure_app.gui.filmstrip.delegate import FilmstripDelegate
from exposure_app.gui.filmstrip.filmstrip import Filmstrip
from exposure_app.gui.filmstrip.model import PIXMAP, REASON
from exposure_app.settings import current_settings
from tests.helpers.patience import PATIENCE


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
    colour = strip.view.grab().toImage().pixelColor(3 * 116 + 58, 40)
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
    assert strip.selected() == [photos[0], photos[1], photos[3]] and strip.current() == photos[0]
    key(strip, Qt.Key.Key_Right, Qt.Key.Key_Right, modifier=Qt.KeyboardModifier.ShiftModifier)
    key(strip, Qt.Key.Key_Left, modifier=Qt.KeyboardModifier.ShiftModifier)
    assert strip.selected() == photos[:2] and strip.current() == photos[0]
    strip.select([photos[4], photos[2]])
    assert strip.selected() == [photos[2], photos[4]]
    with qtbot.waitSignal(strip.activated, check_params_cb=lambda photo: photo == photos[3]):
        QTest.mouseClick(strip.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
        key(strip, Qt.Key.Key_Return)


def test_going_on_with_ctrl_held_down_leaves_nothing_else_selected_to_be_rated_too(qtbot, strip, photos):
    strip.set_current(photos[0])
    steps = []
    shortcut = QShortcut(QKeySequence("Ctrl+Right"), strip, lambda: steps.append(strip.step(1)))
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    strip.view.setFocus()
    QTest.keyClick(strip.windowHandle(), Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(steps))
    assert steps and strip.current() == photos[1] and strip.selected() == [photos[1]]


def test_ratings_and_flags_are_kept(qtbot, strip, photos):
    strip.set_current(photos[0])
    key(strip, Qt.Key.Key_Right, modifier=Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(strip.marked, check_params_cb=lambda changed: changed == photos[:2]):
        strip.rate(4)
    strip.set_current(photos[2])
    strip.flag("pick")
    strip.flag("reject")
    strip.rate(1)
    strip.rate(0)
    strip.set_current(photos[3])
    strip.flag("pick")
    strip.flag("none")
    strip.rate(5)
    assert strip.current() == photos[3]
    kept = [(entry.rating, entry.flag) for entry in Library().open(photos)]
    assert kept == [(4, "none"), (4, "none"), (0, "reject"), (5, "none"), (0, "none"), (0, "none")]
    assert value(strip, 3, Qt.ItemDataRole.AccessibleTextRole) == "DSC_3.jpg, 5 stars"
    assert value(strip, 2, Qt.ItemDataRole.AccessibleTextRole) == "DSC_2.jpg, rejected"


def test_a_rating_goes_on_to_the_next_photo_if_wanted(strip, photos):
    current_settings().set("filmstrip.advance", True)
    strip.set_current(photos[0])
    strip.rate(3)
    strip.flag("reject")
    assert strip.current() == photos[2]


def test_edited_photos_wear_a_badge(qtbot, strip, photos):
    before = strip.view.grab().toImage()
    strip.mark_edited(photos[1], True)
    after = strip.view.grab().toImage()
    assert before.pixelColor(116 + 100, 16) != after.pixelColor(116 + 100, 16)
    assert value(strip, 1, Qt.ItemDataRole.AccessibleTextRole) == "DSC_1.jpg, edited"
    strip.mark_edited(photos[1], False)
    strip.mark_edited(Path("not listed.jpg"), True)


def test_a_rating_that_cannot_be_kept_is_told(qtbot, strip, photos, monkeypatch):
    from exposure_app.documents import library
    from exposure_app.errors import ExposureError

    def refuse(path, _text):
        raise ExposureError(f"Cannot write {path}")

    monkeypatch.setattr(library, "write_text_atomic", refuse)
    strip.set_current(photos[0])
    with qtbot.waitSignal(strip.problem):
        strip.rate(3)
    assert strip.library.entry(photos[0]).rating == 0


def test_the_window_can_show_the_edited_picture(qtbot, strip, photos):
    red = QImage(900, 600, QImage.Format.Format_RGB32)
    red.fill(Qt.GlobalColor.red)
    strip.set_thumbnail(photos[2], red)
    qtbot.waitUntil(lambda: all(value(strip, row, PIXMAP) for row in range(6)))
    assert strip.view.grab().toImage().pixelColor(2 * 116 + 58, 40).red() == 255


def test_what_has_scrolled_away_is_never_made(qtbot, tmp_path, monkeypatch):
    asked: list[str] = []
    gate = threading.Event()

    def slow(_cache: ThumbnailCache, photo: Path) -> Thumbnail:
        asked.append(photo.name)
        gate.wait(PATIENCE)
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


def shown(strip: Filmstrip) -> list[str]:
    model = strip.view.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_a_filter_shows_only_what_matches_and_the_open_photo(qtbot, strip, photos):
    strip.set_current(photos[5])
    strip.select([photos[1], photos[2]])
    strip.flag("pick")
    strip.select([photos[2], photos[3]])
    strip.rate(4)
    strip.select([photos[0]])
    strip.flag("reject")
    strip.filter.picked.trigger()
    assert shown(strip) == ["DSC_1.jpg", "DSC_2.jpg", "DSC_5.jpg"] and strip.filter.count.text() == "3/6"
    assert strip.current() == photos[5] and strip.photos() == photos
    strip.filter.ratings[3].trigger()
    assert shown(strip) == ["DSC_2.jpg", "DSC_5.jpg"]
    strip.filter.all.trigger()
    assert len(shown(strip)) == 6 and strip.filter.count.text() == "" and not strip.filter.button.isChecked()
    strip.filter.not_rejected.trigger()
    assert shown(strip)[0] == "DSC_1.jpg"
    strip.filter.all.trigger()
    strip.mark_edited(photos[4], True)
    strip.filter.edited.trigger()
    assert shown(strip) == ["DSC_4.jpg", "DSC_5.jpg"]


def test_arrow_keys_pass_over_what_is_hidden(qtbot, strip, photos):
    strip.select([photos[1], photos[2]])
    strip.flag("reject")
    strip.set_current(photos[0])
    strip.filter.not_rejected.trigger()
    with qtbot.waitSignal(strip.current_changed, check_params_cb=lambda photo: photo == photos[3]):
        key(strip, Qt.Key.Key_Right)


def test_a_mark_hides_a_photo_only_when_one_has_moved_on(qtbot, strip, photos):
    strip.set_current(photos[2])
    strip.filter.not_rejected.trigger()
    strip.flag("reject")
    assert strip.current() == photos[2] and "DSC_2.jpg" in shown(strip)
    strip.step(1)
    qtbot.waitUntil(lambda: "DSC_2.jpg" not in shown(strip))
    assert strip.current() == photos[3]
    strip.select([photos[4]])
    strip.flag("reject")
    assert "DSC_4.jpg" not in shown(strip), "another photo goes at once"


def test_a_photo_that_is_gone_to_is_shown_though_it_is_filtered_out(strip, photos):
    strip.filter.picked.trigger()
    assert "DSC_3.jpg" not in shown(strip)
    strip.set_current(photos[3])
    assert strip.current() == photos[3] and shown(strip) == ["DSC_3.jpg"]


def test_other_photos_are_all_shown_whatever_the_filter_was(strip, photos):
    strip.filter.picked.trigger()
    strip.set_photos(photos[:4])
    assert len(shown(strip)) == 4 and not strip.filter.button.isChecked()


def test_the_scroll_bar_is_there_only_when_needed(qtbot, strip, photos):
    bar = strip.view.horizontalScrollBar()
    strip.resize(1000, 112)
    qtbot.waitUntil(lambda: not bar.isVisible())
    strip.resize(400, 112)
    qtbot.waitUntil(bar.isVisible)


def test_the_right_button_selects_without_opening(qtbot, strip, photos):
    strip.set_current(photos[0])
    opened: list[Path] = []
    strip.current_changed.connect(opened.append)
    place = strip.view.visualRect(strip.view.model().index(3, 0)).center()
    QTest.mouseClick(strip.view.viewport(), Qt.MouseButton.RightButton, pos=place)
    assert strip.selected() == [photos[3]] and strip.current() == photos[0] and not opened
    with qtbot.waitSignal(strip.menu_wanted, check_params_cb=lambda photo, _: photo == photos[3]):
        strip.view.customContextMenuRequested.emit(place)
    strip.select(photos[2:5])
    QTest.mouseClick(strip.view.viewport(), Qt.MouseButton.RightButton, pos=place)
    assert strip.selected() == photos[2:5], "one of several keeps them selected"


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


def test_of_two_thousand_photos_only_what_is_seen_is_drawn(qtbot, tmp_path, monkeypatch):
    drawn: list[int] = []
    paint = FilmstripDelegate.paint

    def count(delegate: FilmstripDelegate, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        drawn.append(index.row())
        paint(delegate, painter, option, index)

    monkeypatch.setattr(FilmstripDelegate, "paint", count)
    photos = [tmp_path / f"DSC_{number:04}.jpg" for number in range(2000)]
    source = tmp_path / "one.jpg"
    Image.new("RGB", (300, 200), (90, 120, 60)).save(source)
    for photo in photos:
        photo.hardlink_to(source)
    strip = Filmstrip()
    qtbot.addWidget(strip)
    strip.resize(1920, 112)
    strip.show()
    strip.set_photos(photos)
    bar = strip.view.horizontalScrollBar()
    for at in np.linspace(0, bar.maximum(), 20).astype(int):
        bar.setValue(int(at))
        QApplication.processEvents()
        drawn.clear()
        strip.view.viewport().repaint()
        first, last = strip.view.visible_rows(2000)
        assert set(drawn) <= set(range(first, last + 1)) and len(drawn) <= last - first + 1 < 20
    strip.close()
