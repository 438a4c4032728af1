import numpy as np
import pytest

from exposure_app.io.binning import bin_mosaic, block_side
from tests.unit.io.dng import BAYER_PHASES, scene

BLACK = np.array([100.0, 110.0, 90.0, 120.0])
XTRANS = np.array([list(row) for row in ("GGRGGB", "GGBGGR", "BRGRBG", "GGBGGR", "GGRGGB", "RBGBRG")])


def binned(truth, pattern):
    """The small picture of a scene as a sensor with that pattern sees it."""
    height, width = truth.shape[:2]
    colors = np.tile(pattern, (height // len(pattern) + 1, width // len(pattern) + 1))[:height, :width]
    light = np.take_along_axis(truth, np.where(colors == 3, 1, colors)[..., np.newaxis], 2)[..., 0]
    sites = np.round(light * 60000 + BLACK[colors]).astype(np.uint16)
    return bin_mosaic(sites, pattern.astype(np.uint8), BLACK, np.full(4, 1 / 60000), np.eye(3))


def bayer(phase):
    return np.reshape(BAYER_PHASES[phase], (2, 2))


@pytest.mark.parametrize("phase", BAYER_PHASES)
def test_one_flat_colour_is_exact_whatever_the_phase(phase):
    small = binned(np.broadcast_to([0.2, 0.5, 0.8], (151, 302, 3)), bayer(phase))
    assert small.shape == (75, 151, 3) and small.dtype == np.float32
    np.testing.assert_allclose(small, np.broadcast_to([0.2, 0.5, 0.8], small.shape), atol=3e-5)


def test_other_mosaics_too():
    pattern = np.select([XTRANS == "R", XTRANS == "B"], [0, 2], 1)
    small = binned(np.broadcast_to([0.2, 0.5, 0.8], (153, 302, 3)), pattern)
    assert small.shape == (25, 50, 3)
    np.testing.assert_allclose(small, np.broadcast_to([0.2, 0.5, 0.8], small.shape), atol=3e-5)


@pytest.mark.parametrize("phase", BAYER_PHASES)
def test_brightness_and_colours_are_those_of_the_scene(phase):
    truth = scene(120, 160)
    np.testing.assert_allclose(binned(truth, bayer(phase)).mean(axis=(0, 1)), truth.mean(axis=(0, 1)), atol=0.002)


def test_large_blocks_of_bright_sites_do_not_overflow():
    small = binned(np.broadcast_to([1.0, 0.7, 1.0], (6200, 6200, 3)), bayer("RGGB"))
    np.testing.assert_allclose(small[7, 7], [1.0, 0.7, 1.0], atol=3e-5)


def test_nothing_exceeds_white():
    sites = np.full((64, 64), 65535, np.uint16)
    small = bin_mosaic(sites, bayer("RGGB").astype(np.uint8), BLACK, np.array([2, 1, 1.5, 1]) / 60000, np.eye(3))
    assert small.max() == small.min() == 1


@pytest.mark.parametrize(
    ("height", "width", "period"),
    [(28, 28, 2), (512, 768, 2), (4000, 6000, 2), (6144, 4096, 6), (8708, 11608, 2), (100, 200, 6)],
)
def test_blocks_are_whole_and_leave_enough_for_a_screen(height, width, period):
    block = block_side(height, width, period)
    assert block % period == 0
    assert max(height, width) // block >= min(1500, max(height, width) // period)
    assert max(height, width) // block < 3000
