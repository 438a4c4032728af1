import numpy as np
import pytest

from exposure_app.documents.render import Engine, first_steps
from exposure_app.documents.view import View
from exposure_app.image import Image
from exposure_app.pipeline.clipping import mark_clipped
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.histogram import histogram
from exposure_app.pipeline.recipe import Recipe, Step

RECIPE = Recipe((Step("exposure", {"ev": 0.5}), Step("gamma", {"gamma": 0.45}), Step("contrast", {"amount": 0.3})))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(Image(np.random.default_rng(0).random((300, 400, 3), np.float32), scene_referred=True))


def test_a_view_at_100_per_cent_is_that_part_of_the_picture(engine):
    whole = render(engine.image.pixels, RECIPE)
    view = View(40, 30, 100, 80, 100, 80)
    for _ in range(2):  # the second time from the kept source
        assert np.array_equal(engine.frame(RECIPE, view), whole[30:110, 40:140])


def test_a_fitted_view_has_the_size_asked_for(engine):
    assert engine.frame(RECIPE, View(0, 0, 400, 300, 133, 100)).shape == (100, 133, 3)


def test_thumbnails_and_histograms_follow_the_steps(engine):
    thumbnails = engine.thumbnails(RECIPE, 88)
    assert [thumbnail.shape for thumbnail in thumbnails] == [(66, 88, 3)] * 3
    counts = engine.step_histograms(RECIPE)
    assert [count.shape for count in counts] == [(3, 256)] * 3
    assert not np.array_equal(counts[0], counts[1])


def test_the_mean_before_a_step_is_that_of_its_input(engine):
    area = engine.image.pixels[10:20, 30:50]
    expected = render(np.ascontiguousarray(area), first_steps(RECIPE, 2), depth=32).reshape(-1, 3).mean(axis=0)
    assert engine.mean_before(RECIPE, 2, 30, 10, 20, 10) == pytest.approx(expected)


def test_the_mean_of_an_area_at_the_edge_is_finite(engine):
    assert np.isfinite(engine.mean_before(RECIPE, 0, 399, 299, 50, 50)).all()
    assert np.isfinite(engine.mean_before(RECIPE, 0, 5000, -5, 0, 0)).all()


def test_blown_pixels_of_the_file_are_counted():
    pixels = np.full((40, 40, 3), 0.2, np.float32)
    pixels[:10] = 1.0
    raw = Engine(Image(pixels, scene_referred=True)).raw_histogram()
    assert raw.high == pytest.approx(0.25)


def test_histogram_counts_codes_and_clipping():
    codes = np.array([[[0, 0, 0], [255, 10, 10], [10, 20, 30], [0, 0, 1]]], np.uint8)
    counted = histogram(codes)
    assert counted.counts.sum(axis=1).tolist() == [4] * 4
    assert counted.counts[0, 255] == 1 and counted.counts[2, 30] == 1
    assert (counted.low, counted.high) == (0.25, 0.25)


def test_luminance_of_greys_is_their_code():
    codes = np.repeat(np.arange(256, dtype=np.uint8), 3).reshape(1, 256, 3)
    assert (histogram(codes).counts[3] == 1).all()


@pytest.mark.parametrize("value", [1.0, 0.0])
@pytest.mark.parametrize("place", [(0, 0), (149, 70), (298, 399), (299, 399)])
def test_one_clipped_pixel_of_the_photo_is_seen_however_small_it_is_shown(value: float, place: tuple[int, int]):
    pixels = np.full((300, 400, 3), 0.2, np.float32)
    pixels[place] = value
    engine, view = Engine(Image(pixels, scene_referred=True)), View(0, 0, 400, 300, 61, 46)
    assert not np.isin(engine.frame(Recipe(), view), (0, 255)).any(), "its mean with its neighbours is not clipped"
    dark, bright = engine.extremes(Recipe(), view)
    wanted = (place[0] * 46 // 300, place[1] * 61 // 400)
    assert (bright if value else dark)[wanted].tolist() == [255 * value] * 3
    assert (dark if value else bright)[wanted].tolist() != [255 * value] * 3


def test_at_100_per_cent_the_extremes_are_the_picture(engine):
    view = View(40, 30, 100, 80, 100, 80)
    dark, bright = engine.extremes(RECIPE, view)
    assert np.array_equal(dark, engine.frame(RECIPE, view)) and np.array_equal(bright, dark)


def test_extremes_follow_the_view_and_are_no_less_bright_than_its_mean(engine):
    recipe = first_steps(RECIPE, 2)  # contrast mixes the channels
    for view in (View(0, 0, 400, 300, 80, 60), View(100, 20, 200, 160, 50, 40)):
        (dark, bright), frame = engine.extremes(recipe, view), engine.frame(recipe, view)
        assert dark.shape == bright.shape == frame.shape
        assert (frame <= bright).all() and (dark <= bright).all()


def test_marks_go_only_where_it_is_clipped():
    codes = np.full((16, 16, 3), 128, np.uint8)
    codes[:, :8] = 0
    marked = mark_clipped(codes, codes, codes)
    assert (marked[:, 8:] == 128).all()
    assert 0 < (marked[:, :8] != 0).any(axis=2).mean() < 1
    assert np.array_equal(mark_clipped(codes, None, codes), codes)


def test_a_single_clipped_pixel_is_marked_wherever_it_lies():
    for value in (0, 255):
        for place in np.ndindex(9, 9):
            codes = np.full((9, 9, 3), 128, np.uint8)
            codes[place] = value
            changed = (mark_clipped(codes, codes, codes) != codes).any(axis=2)
            assert changed[place] and changed.sum() == 1
