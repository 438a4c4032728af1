"""Making a crop: handles stop at the border of the turned picture, proportions hold, nothing wears away."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure_app.gui.crop.draft import CropDraft
from exposure_app.pipeline.geometry import WHOLE, Geometry, Rect, reach

PHOTO = (600, 400)
DISTANCE = st.floats(-900, 900)
HANDLES = st.sampled_from([(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if (x, y) != (0, 0)])


@st.composite
def drafts(draw):
    left, top = draw(st.floats(0, 0.8)), draw(st.floats(0, 0.8))
    crop = Rect(left, top, draw(st.floats(left + 0.1, 1)), draw(st.floats(top + 0.1, 1)))
    geometry = Geometry(draw(st.integers(0, 3)), draw(st.booleans()), draw(st.floats(-45, 45)), crop)
    return CropDraft(PHOTO, geometry, draw(st.sampled_from([0.0, 1.0, 1.5, 16 / 9, 4 / 5])))


def is_picture(draft: CropDraft) -> bool:
    return reach(draft.area, draft.frame, draft.geometry.angle) <= 1 + 1e-6


def ratio(draft: CropDraft) -> float:
    return draft.area.width / draft.area.height


@given(draft=drafts(), handle=HANDLES, dx=DISTANCE, dy=DISTANCE)
def test_no_handle_leaves_the_picture_or_the_proportions(draft, handle, dx, dy):
    dragged = draft.resized(handle, dx, dy)
    assert is_picture(dragged)
    assert dragged.area.width > 0 and dragged.area.height > 0
    if draft.aspect:
        assert ratio(dragged) == pytest.approx(draft.aspect, rel=1e-3)


@given(draft=drafts(), dx=DISTANCE, dy=DISTANCE)
def test_moving_keeps_the_size_and_stays_in_the_picture(draft, dx, dy):
    moved = draft.moved(dx, dy)
    assert is_picture(moved)
    assert (moved.area.width, moved.area.height) == pytest.approx((draft.area.width, draft.area.height), abs=0.05)


@given(draft=drafts(), angle=st.floats(-60, 60))
def test_any_angle_leaves_a_crop_without_empty_corners(draft, angle):
    assert is_picture(draft.with_angle(angle))


@given(draft=drafts())
def test_what_is_accepted_is_what_was_shown(draft):
    accepted = CropDraft(PHOTO, draft.result)
    assert tuple(accepted.area) == pytest.approx(tuple(draft.area), abs=0.05)


@given(draft=drafts(), angle=st.floats(-45, 45))
def test_trying_angles_and_proportions_wears_nothing_away(draft, angle):
    tried = draft.with_angle(angle).with_aspect(1.0).with_aspect(2.0)
    back = replace(tried.with_aspect(draft.aspect) if draft.aspect else tried, aspect=draft.aspect)
    assert tuple(back.with_angle(draft.geometry.angle).area) == pytest.approx(
        tuple(draft.with_angle(draft.geometry.angle).area), abs=1e-6
    )


def whole() -> CropDraft:
    return CropDraft(PHOTO, Geometry())


def test_a_corner_follows_the_mouse_and_the_opposite_one_stays():
    dragged = whole().resized((-1, -1), 150, 50)
    assert tuple(dragged.area) == pytest.approx((150, 50, 600, 400))
    assert tuple(dragged.resized((1, 0), 999, 999).area) == pytest.approx((150, 50, 600, 400))


def test_one_direction_goes_on_where_the_other_is_stopped():
    dragged = whole().resized((1, 1), 100, -100)
    assert tuple(dragged.area) == pytest.approx((0, 0, 600, 300))


def test_the_largest_square_and_its_way_back():
    square = whole().with_aspect(1.0)
    assert tuple(square.area) == pytest.approx((100, 0, 500, 400))
    assert square.with_aspect(1.5).result == Geometry()


def test_swapping_makes_a_wide_crop_upright():
    assert ratio(whole().with_aspect(16 / 9).swapped()) == pytest.approx(9 / 16)
    assert ratio(CropDraft(PHOTO, Geometry(crop=Rect(0.4, 0.4, 0.6, 0.5))).swapped()) == pytest.approx(40 / 120)


@pytest.mark.parametrize("tilt", [-12.0, 3.0, 20.0, 87.0, 93.0, 180.0])
def test_a_line_along_the_horizon_levels_it(tilt):
    direction = math.radians(tilt)
    levelled = whole().with_angle(1.0).levelled(math.cos(direction), math.sin(direction))
    now = tilt - 1 + levelled.geometry.angle  # the line turns with the picture
    assert min(now % 90, 90 - now % 90) == pytest.approx(0, abs=0.01)


def test_reset_keeps_the_way_up():
    draft = CropDraft(PHOTO, Geometry(1, True, 5.0, Rect(0.1, 0.1, 0.5, 0.5)), 1.0)
    assert draft.reset().result == Geometry(1, True)
    assert draft.reset().area == WHOLE.scaled(400, 600)
