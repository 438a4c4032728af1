"""A person mixes bands of hue and tints regions of brightness."""

import itertools

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from exposure_app import filters
from exposure_app.gui.steps.bands_editor import BandsEditor
from exposure_app.gui.steps.color_wheels_editor import ColorWheelsEditor
from exposure_app.gui.steps.hue_bands_editor import track
from exposure_app.gui.steps.step_panel import StepPanel
from exposure_app.pipeline.recipe import Recipe, Step
from tests.helpers.steps import SHIFT, Edits, drag, handle, mouse, shown, type_into

MIXER, GRADING = filters.get("color_mixer"), filters.get("color_grading")
UP = (0.0, 0.1, 0.2, 0.0, -0.3, 0.0, 0.0, 0.5)


def mixing(qtbot: QtBot, **params: tuple[float, ...]) -> tuple[StepPanel, BandsEditor, Edits]:
    panel = shown(qtbot, Recipe((Step(MIXER.id, {**MIXER.neutral, **params}),)), select=0)
    editor = panel.list.rows[0].editor
    assert editor is not None and editor.bands is not None
    return panel, editor.bands, Edits(panel)


def grading(qtbot: QtBot, **params: float) -> tuple[StepPanel, ColorWheelsEditor, Edits]:
    panel = shown(qtbot, Recipe((Step(GRADING.id, {**GRADING.neutral, **params}),)), select=0)
    editor = panel.list.rows[0].editor
    assert isinstance(editor, ColorWheelsEditor)
    return panel, editor, Edits(panel)


def test_one_band_is_moved_in_one_entry_and_the_others_stay(qtbot: QtBot) -> None:
    _, bands, edits = mixing(qtbot, saturation=UP)
    QTest.mouseClick(bands.tabs.button(1), Qt.MouseButton.LeftButton)
    slider = bands.sliders[1][5].slider
    assert slider.isVisible() and not bands.sliders[0][5].slider.isVisible()
    at = handle(slider)
    drag(slider, at, at + QPointF(8, 0), at + QPointF(16, 0))
    moved = edits.steps[0].params["saturation"]
    assert isinstance(moved, tuple)
    assert moved[5] > 0
    assert (*moved[:5], 0.0, *moved[6:]) == UP
    assert edits.labels[-1] == f"Colour mixer Saturation blue +{100 * moved[5]:.0f} %"
    assert len(set(edits.keys)) == 1 and edits.keys[0]


def test_a_dot_marks_the_tabs_that_do_something(qtbot: QtBot) -> None:
    _, bands, _ = mixing(qtbot, luminance=UP)
    assert [tab.text() for tab in bands.tabs.buttons()] == ["Hue", "Saturation", "Luminance •"]
    bands.show_bands(2)
    bands.reset.click()
    assert [tab.text() for tab in bands.tabs.buttons()] == ["Hue", "Saturation", "Luminance"]


def test_reset_goes_back_to_the_agents_numbers(qtbot: QtBot) -> None:
    panel, bands, edits = mixing(qtbot)
    assert not bands.reset.isEnabled()
    panel.set_agent_recipe(Recipe((Step(MIXER.id, {**MIXER.neutral, "hue": UP}),)))
    assert bands.reset.isEnabled()
    bands.reset.click()
    assert edits.steps[0].params["hue"] == UP
    assert bands.sliders[0][7].value == 0.5
    assert not bands.reset.isEnabled()


def test_tracks_show_where_they_lead() -> None:
    turned, stronger, lighter = (track(kind, "blue") for kind in range(3))
    assert [colour.hsvHue() for colour in turned] == [210, 240, 270]
    assert stronger[0].saturation() == 0 < stronger[1].saturation() < stronger[2].saturation()
    assert lighter[0].value() < lighter[1].value() < lighter[2].value()


def test_a_pad_tints_its_region_in_one_entry(qtbot: QtBot) -> None:
    _, editor, edits = grading(qtbot, midtones_yellow=0.2)
    pad = editor.pads[2]
    at = pad.place_of((0.0, 0.0))
    drag(pad, at, at + QPointF(10, -10), at + QPointF(20, -20))
    params = edits.steps[0].params
    x, y = params["highlights_magenta"], params["highlights_yellow"]
    assert isinstance(x, float)
    assert x == y == pytest.approx(20 / (pad.width() - 16) * 2, abs=0.011)
    assert params["midtones_yellow"] == 0.2
    assert editor.scalars["highlights_magenta"].value == x
    assert edits.labels[-1] == f"Colour grading Highlights +{100 * x:.0f} %, +{100 * x:.0f} %"
    assert len(set(edits.keys)) == 1 and edits.keys[0]


def test_a_click_beside_the_handle_brings_it_there_and_near_the_middle_is_the_middle(qtbot: QtBot) -> None:
    _, editor, edits = grading(qtbot, shadows_magenta=0.8)
    pad = editor.pads[0]
    drag(pad, pad.place_of((-0.5, 0.25)))
    assert edits.steps[0].params["shadows_magenta"] == pytest.approx(-0.5, abs=0.01)
    assert edits.steps[0].params["shadows_yellow"] == pytest.approx(0.25, abs=0.01)
    drag(pad, pad.place_of((0.0, 0.0)) + QPointF(2, 1))
    assert pad.point == (0, 0)
    drag(pad, pad.place_of((0.0, 0.0)), QPointF(-400, 400))
    assert pad.point == (-1, -1)


def test_a_pad_goes_back_to_the_agents_point(qtbot: QtBot) -> None:
    panel, editor, edits = grading(qtbot)
    chosen = {**GRADING.neutral, "shadows_magenta": 0.1, "shadows_yellow": -0.3}
    panel.set_agent_recipe(Recipe((Step(GRADING.id, chosen),)))
    pad = editor.pads[0]
    QTest.mouseDClick(pad, Qt.MouseButton.LeftButton, pos=pad.place_of((0.0, 0.0)).toPoint())
    assert edits.steps[0].params == chosen
    QTest.keyClick(editor.pads[0], Qt.Key.Key_Backspace)
    assert pad.point == (0.1, -0.3)


def test_keys_move_a_pads_handle(qtbot: QtBot) -> None:
    _, editor, edits = grading(qtbot)
    pad = editor.pads[1]
    pad.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(pad, key)
    assert pad.point == (0.04, -0.02)
    assert len(set(edits.keys)) == 1
    QTest.keyClick(pad, Qt.Key.Key_Left, SHIFT)
    assert pad.point == (0.03, -0.02)


def test_numbers_and_pads_show_the_same(qtbot: QtBot) -> None:
    _, editor, edits = grading(qtbot)
    QTest.mouseClick(editor.fold.button, Qt.MouseButton.LeftButton)
    type_into(editor.scalars["midtones_magenta"].field, "-40")
    assert edits.steps[0].params["midtones_magenta"] == -0.4
    assert editor.pads[1].point == (-0.4, 0)
    assert edits.labels == ["Colour grading Mid-tones magenta -40 %"]


def test_what_comes_while_a_pad_is_dragged_waits(qtbot: QtBot) -> None:
    _, editor, _ = grading(qtbot)
    pad = editor.pads[0]
    at = pad.place_of((0.0, 0.0))
    drag(pad, at, at + QPointF(12, 0), drop=False)
    held = pad.point
    pad.set_point((0.9, 0.9))
    assert pad.point == held
    mouse(pad, QEvent.Type.MouseButtonRelease, at + QPointF(12, 0))
    assert pad.point == (0.9, 0.9)


def test_places_and_points_belong_together(qtbot: QtBot) -> None:
    _, editor, _ = grading(qtbot)
    pad = editor.pads[0]
    places = {point: pad.place_of(point) for point in itertools.product((-1.0, 0.0, 1.0), repeat=2)}
    assert places[1.0, 0.0].x() > places[0.0, 0.0].x() > places[-1.0, 0.0].x()
    assert places[0.0, 1.0].y() < places[0.0, 0.0].y() < places[0.0, -1.0].y()
    assert all(pad.rect().contains(place.toPoint()) for place in places.values())
