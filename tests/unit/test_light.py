"""The light of a photo: temperature and tint to gains and back, and grey that becomes grey."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from exposure_app.io.balance import camera_light
from exposure_app.light import TEMPERATURES, TINTS, CameraLight, Light

# White-balanced camera RGB to linear sRGB, and daylight multipliers, of a few real cameras.
CAMERAS = {
    "gopro": ([[1.533, -0.179, -0.354], [-0.285, 1.679, -0.394], [-0.029, -0.442, 1.471]], [2.02, 0.948, 1.393]),
    "canon": ([[1.818, -0.964, 0.147], [-0.229, 1.774, -0.545], [-0.02, -0.468, 1.488]], [2.473, 0.933, 1.295]),
    "nikon": ([[1.647, -0.45, -0.197], [-0.182, 1.597, -0.415], [0.012, -0.438, 1.426]], [2.039, 0.936, 1.143]),
}
lights = st.builds(Light, st.floats(*TEMPERATURES), st.floats(*TINTS))


def camera(name: str) -> CameraLight:
    matrix, daylight = (np.array(part) for part in CAMERAS[name])
    return camera_light(matrix / matrix.sum(axis=1, keepdims=True), daylight, daylight)


@pytest.mark.parametrize("name", CAMERAS)
@given(light=lights)
def test_a_light_comes_back_from_its_gains(name: str, light: Light) -> None:
    gains = camera(name).gains_for(light)
    assume(gains.max() < 33)  # further out lie lights that no body can give
    found = camera(name).light_of(gains)
    assert found.temperature == pytest.approx(light.temperature, rel=1e-4)
    assert found.tint == pytest.approx(light.tint, abs=1e-2)


@pytest.mark.parametrize("name", CAMERAS)
def test_daylight_has_the_temperature_of_d65(name: str) -> None:
    assert camera(name).light.temperature == pytest.approx(6504, abs=40)
    assert camera(name).light.tint == pytest.approx(9.7, abs=2)


def test_a_warmer_light_takes_more_blue_and_a_greener_one_less_green() -> None:
    seen = camera("nikon")
    tungsten, daylight = seen.gains_for(Light(2900, 0)), seen.gains_for(Light(6500, 0))
    assert tungsten[2] / tungsten[0] > 2 * daylight[2] / daylight[0]
    greener = seen.gains_for(Light(6500, 60))
    assert greener[1] / greener[0] < daylight[1] / daylight[0]


@given(rgb=st.tuples(*[st.floats(0.05, 0.9)] * 3))
def test_whatever_is_picked_becomes_grey(rgb: tuple[float, float, float]) -> None:
    seen = camera("gopro")
    try:
        gains = seen.gains_for_grey(np.array(rgb))
    except ValueError:
        assume(False)
    raw = np.linalg.solve(seen.to_srgb, np.array(rgb)) / seen.gains
    picked = seen.to_srgb @ (raw * gains)
    np.testing.assert_allclose(picked, picked[1], rtol=1e-9)


@pytest.mark.parametrize("rgb", [(0, 0, 0), (1e-6, 1e-6, 1e-6), (np.nan, 0.2, 0.2)])
def test_what_has_no_grey_in_it_is_refused(rgb: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="no "):
        camera("gopro").gains_for_grey(np.array(rgb))
