"""Developing: what may be asked for, and that real files do it, RAW or not, on our way and on LibRaw's."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure_app.errors import ExposureError
from exposure_app.io import develop as developing
from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.light import TEMPERATURES, TINTS, Light
from tests.helpers import shared
from tests.helpers.editor import make_photo
from tests.helpers.shared import raw_files
from tests.unit.io.dng import mosaic_of, write_dng

developments = st.builds(
    Develop,
    white_balance=st.sampled_from(["as-shot", "auto", "daylight", "tungsten", "custom"]),
    temperature=st.floats(*TEMPERATURES),
    tint=st.floats(*TINTS),
    highlights=st.sampled_from(["clip", "blend", "reconstruct"]),
    denoise=st.integers(0, 100) | st.just("auto"),
    color_denoise=st.integers(0, 100) | st.just("auto"),
    sharpen=st.integers(0, 100),
    sharpen_radius=st.floats(0.4, 1.0) | st.just("auto"),
    fbdd=st.sampled_from(["off", "light", "full"]),
    demosaic=st.sampled_from(["own", "ahd", "dht"]),
)


@given(develop=developments)
def test_any_development_survives_the_way_through_json(develop: Develop) -> None:
    assert developing.from_json(developing.to_json(develop)) == develop


@given(develop=developments)
def test_what_was_decided_wins_over_what_is_usual(develop: Develop) -> None:
    usual = Develop("auto", highlights="blend", denoise=5)
    assert develop.over(Develop()) == develop
    assert Develop().over(usual) == usual
    both = develop.over(usual)
    assert both.denoise == (5 if develop.denoise == "auto" else develop.denoise)
    assert both.white_balance == ("auto" if develop.white_balance == "as-shot" else develop.white_balance)
    assert (both.temperature, both.tint) == (develop.temperature, develop.tint)


def test_the_light_means_nothing_unless_the_white_balance_is_custom() -> None:
    assert Develop("auto", temperature=3000) == Develop("auto")
    assert Develop("custom", temperature=3000) != Develop("custom")


@pytest.mark.parametrize(
    "data",
    [
        {"white_balance": "sunny"},
        {"white_balance": "custom", "temperature": 100},
        {"white_balance": "custom", "tint": float("nan")},
        {"white_balance": "custom", "temperature": True},
        {"denoise": 101},
        {"denoise": 1.5},
        {"denoise": True},
        {"demosaic": ["ahd"]},
        {"sharpness": 1},
        {"sharpen": "auto"},
        {"sharpen_radius": 3},
        {"color_denoise": "much"},
    ],
)
def test_what_is_unknown_or_out_of_range_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ExposureError):
        developing.from_json(data)


def area_of(pixels: np.ndarray) -> tuple[slice, slice]:
    """Some block of middling brightness."""
    height, width = (side // 32 for side in pixels.shape[:2])
    blocks = pixels[: height * 32, : width * 32].reshape(height, 32, width, 32, 3)
    means, most = blocks.mean(axis=(1, 3)), blocks.max(axis=(1, 3, 4))
    colourful = means.max(axis=-1) / np.maximum(means.min(axis=-1), 1e-6)
    fit = (most < 0.4) & (means.min(axis=-1) > 0.01) & (colourful < 2)
    row, column = np.unravel_index(np.where(fit, means.mean(axis=-1), -1).argmax(), fit.shape)
    return slice(row * 32, row * 32 + 32), slice(column * 32, column * 32 + 32)


@raw_files("canon*", "gopro_fusion_1*", "gopro_hero7*", "synthetic_xtrans*")
def test_a_grey_that_is_picked_in_a_real_photo_has_equal_channels(raw_file: Path) -> None:
    shared.need_mosaic(raw_file)
    image = read_image(raw_file)
    assert image.light is not None
    area = area_of(image.pixels)
    gains = image.light.gains_for_grey(image.pixels[area].mean(axis=(0, 1), dtype=np.float64))
    light = image.light.light_of(gains)
    assert light == light.clamped(), "the area is grey in a light that sliders know"
    developed = read_image(raw_file, develop=Develop().balanced(light)).pixels[area]
    means = developed.mean(axis=(0, 1), dtype=np.float64)
    np.testing.assert_allclose(means, means.mean(), rtol=0.01)


@raw_files("canon*", "gopro_fusion_1*", "synthetic_xtrans*")
def test_the_light_as_shot_asked_for_by_number_is_the_picture_as_shot(raw_file: Path) -> None:
    shared.need_mosaic(raw_file)
    as_shot = read_image(raw_file)
    assert as_shot.light is not None
    by_number = read_image(raw_file, develop=Develop().balanced(as_shot.light.light))
    assert np.abs(by_number.pixels - as_shot.pixels).mean() < 2e-3


@raw_files("nikon*", "canon*", "kodak*")
@pytest.mark.parametrize("develop", [Develop(demosaic="ppg"), Develop(fbdd="full"), Develop("auto", demosaic="dht")])
def test_libraws_ways_show_the_same_picture(raw_file: Path, develop: Develop) -> None:
    ours = read_image(raw_file, develop=Develop(develop.white_balance)).pixels
    theirs = read_image(raw_file, develop=develop).pixels
    assert theirs.shape == ours.shape
    if shared.mosaic_of(raw_file) == (2, 2):
        assert not np.array_equal(ours, theirs), "asked for and not heard"
    small = [p[: len(p) // 16 * 16, : p.shape[1] // 16 * 16] for p in (ours, theirs)]
    small = [p.reshape(len(p) // 16, 16, p.shape[1] // 16, 16, 3).mean(axis=(1, 3)) for p in small]
    np.testing.assert_allclose(small[0].mean(axis=(0, 1)), small[1].mean(axis=(0, 1)), rtol=0.02, atol=5e-4)
    assert np.corrcoef(small[0].ravel(), small[1].ravel())[0, 1] > 0.998


def test_auto_finds_the_light_of_a_grey_world(tmp_path: Path) -> None:
    write_dng(tmp_path / "a.dng", np.zeros((48, 64), np.uint16))
    seen = read_image(tmp_path / "a.dng").light
    assert seen is not None
    cast = 1 / seen.gains_for(Light(4300, 20))
    truth = np.random.default_rng(0).random((48, 64, 1)).repeat(12, 0).repeat(12, 1)[:480, :600] * 0.5 * cast
    mosaic = np.round(mosaic_of(truth, "RGGB") * 60000).astype(np.uint16)
    pixels = read_image(write_dng(tmp_path / "a.dng", mosaic), develop=Develop("auto")).pixels
    means = pixels.mean(axis=(0, 1))
    np.testing.assert_allclose(means, means[1], rtol=0.03)
    as_shot = read_image(tmp_path / "a.dng").pixels.mean(axis=(0, 1))
    assert as_shot.max() / as_shot.min() > 1.4


def test_a_finished_picture_is_balanced_in_linear_light(tmp_path: Path) -> None:
    photo = make_photo(tmp_path / "a.png")
    plain = read_image(photo)
    assert plain.light is not None
    area = plain.pixels[200:216, 284:304].mean(axis=(0, 1), dtype=np.float64)
    light = plain.light.light_of(plain.light.gains_for_grey(area))
    picked = read_image(photo, develop=Develop().balanced(light))
    means = picked.pixels[200:216, 284:304].mean(axis=(0, 1))
    np.testing.assert_allclose(means, means[1], rtol=1e-3)
    assert picked.light is not None and picked.light.light.temperature == pytest.approx(light.temperature, rel=1e-3)
    noisy = Develop(denoise=80, demosaic="ahd", highlights="blend")
    assert np.array_equal(read_image(photo, develop=noisy).pixels, plain.pixels), "nothing else concerns it"
    same = read_image(photo, develop=Develop().balanced(plain.light.light)).pixels
    np.testing.assert_allclose(same, plain.pixels, atol=1e-4)


def test_a_finished_picture_gets_warmer_for_a_colder_light(tmp_path: Path) -> None:
    photo = make_photo(tmp_path / "a.jpg")
    cold, warm = (
        read_image(photo, develop=Develop().balanced(Light(kelvin, 10))).pixels.mean(axis=(0, 1))
        for kelvin in (9000, 4000)
    )
    assert cold[0] / cold[2] > warm[0] / warm[2]
