"""Lenses: where corrections draw from, what profiles say, and what of it a photo gets."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exposure_app.image import Metadata
from exposure_app.io.develop import Develop
from exposure_app.io.dng import SensorPart
from exposure_app.io.export import write_image
from exposure_app.io.formats import read_image
from exposure_app.io.lens.choice import choose, corrections_of
from exposure_app.io.lens.optics import Bend, Frame, Optics, Scale, filling, walk_back
from exposure_app.io.lens.profiles import find_profile
from exposure_app.io.lens.resample import resampled
from exposure_app.io.opcodes.lists import Warp

S40 = Metadata("Canon PowerShot S40", "7.094-21.31mm", focal_length=7.09, aperture=2.8)
SIX_D = Metadata("Canon EOS 6D", "EF24-105mm f/4L IS USM", focal_length=24.0, aperture=4.0)
FRAME = Frame(0, 0, 600, 400)


def barrel(k: float, frame: Frame = FRAME) -> Bend:
    return Bend(Warp(np.array([[1, 0, -k]]), np.zeros((1, 2)), (0.5, 0.5)), frame)


def lens(develop: Develop, metadata: Metadata = S40, finished: bool = False):
    return choose(develop, metadata, SensorPart(), FRAME, FRAME, FRAME, finished=finished)


# --- drawing ---


@given(st.integers(0, 7), st.integers(17, 70), st.integers(17, 70))
@settings(max_examples=20, deadline=None)
def test_no_correction_only_turns(flip: int, width: int, height: int) -> None:
    pixels = np.random.default_rng(0).random((height, width, 3), np.float32)
    optics = Optics((), 3, 2, width - 8, height - 5, flip)
    out = np.empty((*optics.size[::-1], 3), np.float32)
    resampled(pixels, optics.source, out)
    wanted = pixels[2:-3, 3:-5]
    wanted = wanted[:, ::-1] if flip & 1 else wanted
    wanted = wanted[::-1] if flip & 2 else wanted
    wanted = wanted.swapaxes(0, 1) if flip & 4 else wanted
    np.testing.assert_array_equal(out, wanted)


def test_a_part_of_the_picture_is_the_same_as_in_the_whole() -> None:
    pixels = np.random.default_rng(0).random((400, 600, 3), np.float32)
    whole, part = np.empty_like(pixels), np.empty((160, 208, 3), np.float32)
    resampled(pixels, Optics((barrel(0.1),), 0, 0, 600, 400).source, whole)
    resampled(pixels, Optics((barrel(0.1),), 96, 64, 208, 160).source, part)
    np.testing.assert_allclose(part, whole[64:224, 96:304], atol=1e-4)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_make_no_difference(threads: int) -> None:
    pixels = np.random.default_rng(0).random((300, 200, 3), np.float32)
    source = Optics((barrel(0.1),), 0, 0, 200, 300).source
    one, other = np.empty_like(pixels), np.empty_like(pixels)
    resampled(pixels, source, one, threads=None)
    resampled(pixels, source, other, threads=threads)
    np.testing.assert_array_equal(one, other)


def test_what_lies_between_the_places_that_are_worked_out_is_within_a_hundredth_of_a_pixel() -> None:
    bend = barrel(0.15, Frame(0, 0, 2400, 1600))
    x, y = np.meshgrid(np.arange(0.0, 2400, 8), np.arange(0.0, 1600, 8))
    nodes, _ = walk_back([bend], np.broadcast_to(np.stack([x, y]), (3, 2, *x.shape)))
    middles = (nodes[..., :-1, :-1] + nodes[..., 1:, :-1] + nodes[..., :-1, 1:] + nodes[..., 1:, 1:]) / 4
    at = np.stack([x[:-1, :-1] + 4, y[:-1, :-1] + 4])
    true, _ = walk_back([bend], np.broadcast_to(at, (3, 2, *at.shape[1:])))
    assert np.abs(middles - true).max() < 0.01


def test_a_small_light_gets_no_dark_rim() -> None:
    pixels = np.full((64, 64, 3), 0.2, np.float32)
    pixels[32, 32] = 20
    out = np.empty_like(pixels)
    resampled(pixels, Optics((Scale(1.3, Frame(0, 0, 64, 64)),), 0, 0, 64, 64).source, out)
    assert out.min() >= np.float32(0.2)


@given(st.floats(-0.25, 0.25))
@settings(max_examples=30, deadline=None)
def test_a_corrected_picture_has_no_empty_border_and_no_more_left_out_than_must_be(k: float) -> None:
    scale = filling([barrel(k)], FRAME)
    x, y = np.meshgrid(np.linspace(0, 599, 40), np.linspace(0, 399, 40))
    places, _ = walk_back([barrel(k), scale], np.broadcast_to(np.stack([x, y]), (3, 2, 40, 40)))
    assert places[:, 0].min() > -0.1
    assert places[:, 0].max() < 599.1
    assert places[:, 1].min() > -0.1
    assert places[:, 1].max() < 399.1
    gaps = (places[:, 0].min(), 599 - places[:, 0].max(), places[:, 1].min(), 399 - places[:, 1].max())
    assert min(gaps) < 1


# --- profiles ---


def test_a_built_in_lens_is_known_with_certainty() -> None:
    found = find_profile(S40, 2312, 1720)
    assert found is not None
    assert found.certain
    assert found.bends is not None
    assert found.bends[1][1, -2] < 0.985 < 1.01 < found.bends[1][1, 0]


def test_a_lens_is_certain_by_its_name_only() -> None:
    exactly, nearly = (
        find_profile(SIX_D, 5472, 3648),
        find_profile(Metadata("NIKON D1", "20mm f/2.8", focal_length=20.0, aperture=8.0), 2000, 1312),
    )
    assert exactly is not None
    assert exactly.certain
    assert exactly.light is not None
    assert exactly.light[1][-1] > 1.5
    assert exactly.fringes
    assert nearly is None or not nearly.certain


@pytest.mark.parametrize(
    "metadata",
    [
        Metadata(),
        Metadata("Canon PowerShot S40"),
        Metadata("Canon PowerShot S40", focal_length=50.0),
        Metadata("Nobody's Camera 1", focal_length=7.0),
        Metadata("Canon EOS 6D", "", focal_length=50.0),
    ],
)
def test_what_is_not_known_has_no_profile(metadata: Metadata) -> None:
    assert find_profile(metadata, 3000, 2000) is None


def test_proportions_and_size_make_no_difference_to_where_light_is_drawn_from() -> None:
    large, small = find_profile(SIX_D, 5472, 3648), find_profile(SIX_D, 1368, 912)
    assert large is not None
    assert small is not None
    assert large.bends is not None
    assert small.bends is not None
    np.testing.assert_allclose(large.bends[1][1], small.bends[1][1], atol=2e-4)


# --- what a photo gets ---


def test_a_known_lens_is_corrected_by_default_in_raw_files_only() -> None:
    assert lens(Develop()).found.by_profile == {"distortion"}
    assert corrections_of(lens(Develop()).steps)
    assert not lens(Develop(), finished=True).steps
    assert lens(Develop(lens="profile"), finished=True).steps


def test_each_correction_has_a_switch() -> None:
    def back(develop: Develop) -> tuple[np.ndarray, np.ndarray]:
        place = np.broadcast_to(np.array([[590.0], [390.0]]), (3, 2, 1))
        return walk_back(corrections_of(lens(develop, SIX_D).steps), place)

    places, gains = back(Develop(lens_vignetting=False))
    assert (gains == 1).all()
    assert np.ptp(places[:, 0]) > 0.01
    places, gains = back(Develop(lens_fringes=False))
    assert gains.min() > 1.2
    assert np.ptp(places[:, 0]) == 0
    assert not lens(Develop(lens="off"), SIX_D).steps
    assert not lens(Develop(lens_distortion=False, lens_vignetting=False, lens_fringes=False), SIX_D).steps


def test_a_lens_that_is_likely_is_corrected_when_asked_for() -> None:
    likely = Metadata("NIKON D1", "20mm f/2.8", focal_length=20.0, aperture=8.0)
    assert not lens(Develop(), likely).steps
    assert lens(Develop(lens="profile"), likely).steps
    assert lens(Develop(), likely).found.profile


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_corrections_by_hand_work_on_finished_pictures(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    grey = np.full((200, 300, 3), 128, np.uint8)
    grey[:, 60:64] = 255
    write_image(path, grey, Metadata())
    plain = read_image(path).pixels
    light = read_image(path, develop=Develop(vignetting=50)).pixels
    np.testing.assert_allclose(light[0, 0] / plain[0, 0], 2.0, rtol=0.02)
    np.testing.assert_allclose(light[100, 150], plain[100, 150], rtol=0.02)
    bent = read_image(path, develop=Develop(distortion=60)).pixels
    edges = [int(np.argmax(bent[row, :150, 0])) for row in (2, 100)]
    assert edges[0] < edges[1]  # what was straight bends outwards, as what is a barrel becomes straight
    np.testing.assert_array_equal(read_image(path, develop=Develop(lens_distortion=False)).pixels, plain)


def test_a_straight_edge_is_straight(raw_folder: Path) -> None:
    for name in ("canon_g2_0304.crw",):
        if not (raw_folder / name).exists():
            pytest.skip(f"no {name}")
        bows = []
        for develop in (Develop(lens="off"), Develop()):
            light = read_image(raw_folder / name, develop=develop).pixels.mean(axis=2)
            light = (light / np.percentile(light, 99.5)) ** (1 / 2.2) * 255
            height, width = light.shape
            y = []
            for x in (0.12, 0.3, 0.5, 0.7, 0.88):
                column = light[: int(0.2 * height), int(x * width) - 2 : int(x * width) + 3].mean(axis=1)
                first = int(np.flatnonzero(column < 90)[0])
                y.append(first - (90 - column[first]) / (column[first - 1] - column[first]))
            line = np.polynomial.Polynomial.fit(np.arange(5), y, 1)
            bows.append(float(np.abs(line(np.arange(5)) - y).max()))
        assert bows[1] < 1.5 < 5 < bows[0]
