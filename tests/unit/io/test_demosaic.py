import numpy as np
import pytest
from numpy.typing import NDArray

from exposure_app.io import demosaic as module
from exposure_app.io.camera_color import BLEND, CLIP, RECONSTRUCT, CameraColor, convert_camera_rgb
from exposure_app.io.demosaic import demosaic
from tests.unit.io.dng import BAYER_PHASES, mosaic_of, scene

PLAIN = CameraColor(np.eye(3, dtype=np.float32), np.ones(3, np.float32), CLIP)


def develop(
    truth: NDArray[np.float64], phase: str, color: CameraColor = PLAIN, threads: int | None = 2
) -> NDArray[np.float32]:
    mosaic = np.round(mosaic_of(truth, phase) * 65535).astype(np.uint16)
    pattern = np.reshape(BAYER_PHASES[phase], (2, 2)).astype(np.uint8)
    zero, gain = np.zeros((2, 2), np.float32), np.full((2, 2), 1 / 65535, np.float32)
    out = np.full(truth.shape, np.nan, np.float32)
    demosaic(mosaic, (0, 0, *mosaic.shape), pattern, zero, gain, color, out, threads)
    return out


@pytest.mark.parametrize("phase", BAYER_PHASES)
def test_one_flat_colour_is_exact_everywhere_even_at_the_borders(phase: str) -> None:
    truth = np.broadcast_to([0.2, 0.5, 0.8], (150, 301, 3))
    np.testing.assert_allclose(develop(truth, phase), truth, atol=3e-5)


@pytest.mark.parametrize("phase", BAYER_PHASES)
def test_what_the_sensor_saw_is_kept(phase: str) -> None:
    truth = scene(70, 90)
    np.testing.assert_allclose(mosaic_of(develop(truth, phase), phase), mosaic_of(truth, phase), atol=2e-5)


def test_all_phases_are_equally_good() -> None:
    truth = scene(200, 300)
    errors = [float(np.mean((develop(truth, phase) - truth) ** 2)) for phase in BAYER_PHASES]
    assert max(errors) < 1.1 * min(errors)


@pytest.mark.parametrize("shape", [(28, 28), (29, 31), (97, 257), (96, 256), (200, 33)])
def test_odd_sizes_are_filled_completely(shape: tuple[int, int]) -> None:
    out = develop(scene(*shape), "GRBG")
    assert np.isfinite(out).all()
    assert out.min() >= 0
    assert out.max() <= 1


def test_tiles_leave_no_seams() -> None:
    """A part of the sensor that begins elsewhere is cut into other tiles, and yet inside the same pixels come out."""
    truth = scene(220, 560)
    whole = develop(truth, "RGGB")
    part = develop(truth[50:, 70:], "RGGB")
    reach = module._MARGIN
    np.testing.assert_allclose(part[reach:, reach:], whole[50 + reach :, 70 + reach :], atol=2e-6)


def test_the_number_of_threads_changes_nothing() -> None:
    truth = scene(230, 300)
    np.testing.assert_array_equal(develop(truth, "BGGR", threads=1), develop(truth, "BGGR", threads=3))


def test_black_and_gain_belong_to_their_sites() -> None:
    truth = np.broadcast_to([0.3, 0.3, 0.3], (64, 64, 3))
    black, gain = np.array([[100, 200], [300, 400]]), np.array([[1.0, 2.0], [4.0, 8.0]]) / 10000
    sites = np.indices((64, 64)) % 2
    mosaic = np.round(0.3 / gain + black)[sites[0], sites[1]].astype(np.uint16)
    for phase, colors in BAYER_PHASES.items():
        out = np.empty(truth.shape, np.float32)
        pattern = np.reshape(colors, (2, 2)).astype(np.uint8)
        area = (0, 0, 64, 64)
        demosaic(mosaic, area, pattern, black.astype(np.float32), gain.astype(np.float32), PLAIN, out)
        np.testing.assert_allclose(out, truth, atol=1e-3, err_msg=phase)


def patch(color: tuple[float, float, float], ceilings: tuple[float, float, float], mode: int) -> NDArray[np.float32]:
    """One colour of white-balanced camera RGB, clipped by the sensor at the ceilings."""
    seen = np.minimum(color, ceilings)
    camera = np.broadcast_to(np.round(seen / 4 * 65535).astype(np.uint16), (2, 2, 3))
    out = np.empty((2, 2, 3), np.float32)
    matrix = np.array([[1.6, -0.4, -0.2], [-0.2, 1.6, -0.4], [0, -0.5, 1.5]], np.float32)
    convert_camera_rgb(
        np.ascontiguousarray(camera), 4 / 65535, CameraColor(matrix, np.array(ceilings, "f4"), mode), out
    )
    return out[0, 0]


CEILINGS = (2.1, 1.0, 1.6)


@pytest.mark.parametrize("mode", [CLIP, BLEND, RECONSTRUCT])
@pytest.mark.parametrize("ceilings", [CEILINGS, (1.0, 1.3, 2.0), (1.5, 1.2, 1.0)])
def test_blown_neutral_areas_stay_neutral(mode: int, ceilings: tuple[float, float, float]) -> None:
    for brightness in (1.05, 1.2, 1.5, 1.9, 3.0):
        result = patch((brightness,) * 3, ceilings, mode)
        assert np.ptp(result) < 0.06 * result.max(), brightness


def test_blown_areas_are_white_when_clipping() -> None:
    np.testing.assert_allclose(patch((3, 3, 3), CEILINGS, CLIP), 1, atol=1e-4)


@pytest.mark.parametrize("mode", [BLEND, RECONSTRUCT])
def test_recovered_highlights_get_brighter_with_the_scene(mode: int) -> None:
    levels = [float(patch((b, b, b), CEILINGS, mode)[1]) for b in np.linspace(0.1, 2.4, 60)]
    assert (np.diff(levels) > -1e-4).all()
    assert levels[-1] == pytest.approx(2.1 if mode == RECONSTRUCT else 1.0, abs=1e-3)


@pytest.mark.parametrize("mode", [BLEND, RECONSTRUCT])
def test_highlight_recovery_leaves_the_rest_alone(mode: int) -> None:
    for color in ((0.5, 0.4, 0.3), (0.7, 0.2, 0.1), (0.1, 0.6, 0.7)):
        recovered = np.minimum(patch(color, CEILINGS, mode), 1)  # saturated colours may lie outside of sRGB
        np.testing.assert_allclose(recovered, patch(color, CEILINGS, CLIP), atol=2e-3)
