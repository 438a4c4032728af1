import numpy as np
import pytest

from exposure_app.io.binning import bin_mosaic, block_side
from exposure_app.io.camera_color import CLIP, RECONSTRUCT, CameraColor
from tests.unit.io.dng import BAYER_PHASES, mosaic_of, scene

PLAIN = CameraColor(np.eye(3, dtype=np.float32), np.ones(3, np.float32), CLIP)


def binned(truth, phase, color=PLAIN, top=0, left=0):
    mosaic = np.round(mosaic_of(truth, phase) * 65535).astype(np.uint16)
    sensor = np.pad(mosaic, ((top, 0), (left, 0)))
    pattern = np.reshape(BAYER_PHASES[phase], (2, 2)).astype(np.uint8)
    out = np.full((truth.shape[0] // 2, truth.shape[1] // 2, 3), np.nan, np.float32)
    zero, gain = np.zeros((2, 2), np.float32), np.full((2, 2), 1 / 65535, np.float32)
    bin_mosaic(sensor, (top, left, *mosaic.shape), pattern, zero, gain, color, out, 2)
    return out


@pytest.mark.parametrize("phase", BAYER_PHASES)
def test_one_flat_colour_is_exact_whatever_the_phase_and_the_margins(phase):
    truth = np.broadcast_to([0.2, 0.5, 0.8], (151, 302, 3))
    small = binned(truth, phase, top=3, left=5)
    np.testing.assert_allclose(small, np.broadcast_to([0.2, 0.5, 0.8], small.shape), atol=3e-5)


@pytest.mark.parametrize("phase", BAYER_PHASES)
def test_brightness_and_colours_are_those_of_the_scene(phase):
    truth = scene(120, 160)
    np.testing.assert_allclose(binned(truth, phase).mean(axis=(0, 1)), truth.mean(axis=(0, 1)), atol=0.002)


def test_only_reconstructed_highlights_exceed_white():
    truth = np.full((64, 64, 3), 1.0)
    ceilings = np.array([2.0, 1.0, 1.5], np.float32)
    assert binned(truth, "RGGB").max() <= 1
    assert binned(truth * 0.9, "RGGB", CameraColor(np.eye(3, dtype=np.float32), ceilings, RECONSTRUCT)).max() <= 2


@pytest.mark.parametrize(("height", "width"), [(28, 28), (512, 768), (4000, 6000), (6144, 4096), (8708, 11608)])
def test_blocks_are_whole_and_leave_enough_for_a_screen(height, width):
    block = block_side(height, width)
    assert block % 2 == 0
    assert max(height, width) // block >= min(1500, max(height, width) // 2)
    assert max(height, width) // block < 3000
