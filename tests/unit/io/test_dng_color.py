"""The colours of a DNG are those its matrices prescribe."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from exposure_app.io import dng_color
from exposure_app.io.develop import Develop
from exposure_app.io.dng_color import read_dng_color
from exposure_app.io.formats import read_image
from exposure_app.io.transfer import SRGB_TO_XYZ
from tests.unit.io.dng import mosaic_of, scene, write_dng

TRUTH = scene(96, 128)
PLAIN = Develop(hot_pixels=False, denoise=0, color_denoise=0, sharpen=0)  # nothing but the sensor
CAMERA = np.array([0.5, 1.0, 0.65])  # what white looks like in daylight
DAYLIGHT = np.diag(CAMERA) @ np.linalg.inv(SRGB_TO_XYZ)
TUNGSTEN = np.diag([0.8, 1, 0.4]) @ np.array([[1.2, -0.15, -0.05], [-0.1, 1.2, -0.1], [0.05, -0.3, 1.25]])
TUNGSTEN = TUNGSTEN @ np.linalg.inv(SRGB_TO_XYZ)
WHITE_A = np.array([1.09850, 1.0, 0.35585])


def tag(number: int, values: NDArray[np.float64], kind: str = "2i") -> tuple[object, ...]:
    parts = [Fraction(float(value)).limit_denominator(10**6) for value in values.ravel()]
    return number, kind, len(parts), [n for part in parts for n in (part.numerator, part.denominator)], True


def dng(path: Path, camera: NDArray[np.float64], **kwargs: object) -> Path:
    mosaic = np.round(mosaic_of(np.clip(camera, 0, 1), "RGGB") * 60000).astype(np.uint16)
    return write_dng(path, mosaic, white=60000, **kwargs)  # type: ignore[arg-type]


def test_the_light_may_be_told_as_a_colour(tmp_path: Path) -> None:
    seen = DAYLIGHT @ WHITE_A
    seen /= seen.max()
    xy = WHITE_A[:2] / WHITE_A.sum()
    told = dng(tmp_path / "a.dng", TRUTH * seen, matrix=DAYLIGHT, neutral=None, extra=(tag(50729, xy, "2I"),))
    plain = dng(tmp_path / "b.dng", TRUTH * seen, matrix=DAYLIGHT, neutral=tuple(seen))
    assert np.abs(read_image(told, develop=PLAIN).pixels - TRUTH).mean() < 0.02
    np.testing.assert_allclose(
        read_image(told, develop=PLAIN).pixels, read_image(plain, develop=PLAIN).pixels, atol=2e-3
    )


@pytest.mark.parametrize("white", [WHITE_A, SRGB_TO_XYZ.sum(axis=1)], ids=["tungsten", "daylight"])
def test_two_calibrations_count_as_the_light_was(tmp_path: Path, white: NDArray[np.float64]) -> None:
    matrix = TUNGSTEN if white is WHITE_A else DAYLIGHT
    lit = dng_color._adapted(SRGB_TO_XYZ.sum(axis=1), white)
    camera = TRUTH @ (matrix @ lit @ SRGB_TO_XYZ).T
    top = camera.max()
    neutral = matrix @ white
    path = dng(
        tmp_path / "a.dng", camera / top, matrix=TUNGSTEN, neutral=tuple(neutral / neutral.max()),
        extra=((50778, "H", 1, 17, True), (50779, "H", 1, 21, True), tag(50722, DAYLIGHT)),
    )  # fmt: skip
    color = read_dng_color(path)
    assert color is not None
    shown = camera / neutral @ color.to_srgb.T
    np.testing.assert_allclose(shown, TRUTH, atol=1e-3)


def test_a_forward_matrix_counts_more_than_the_colour_matrix(tmp_path: Path) -> None:
    to_d50 = dng_color._adapted(SRGB_TO_XYZ.sum(axis=1), dng_color._D50) @ SRGB_TO_XYZ
    duller = 0.5 * np.eye(3) + 0.5 / 3
    path = dng(
        tmp_path / "a.dng", TRUTH * CAMERA, matrix=DAYLIGHT, neutral=tuple(CAMERA), extra=(tag(50964, to_d50 @ duller),)
    )
    assert np.abs(read_image(path, develop=PLAIN).pixels - TRUTH @ duller.T).mean() < 0.01


@pytest.mark.parametrize("signed", [True, False])
def test_calibration_and_balance_of_the_single_camera_count(tmp_path: Path, signed: bool) -> None:
    own, balance = np.diag([1.2, 1, 0.8]), np.array([2, 1, 1.5])
    extra = [tag(50723, own), tag(50727, balance, "2I")]
    if not signed:
        extra.append((50931, "s", 0, "somebody else's", True))
    base = np.linalg.inv(np.diag(balance) @ (own if signed else np.eye(3))) @ DAYLIGHT
    path = dng(tmp_path / "a.dng", TRUTH * CAMERA, matrix=base, neutral=tuple(CAMERA), extra=tuple(extra))
    color = read_dng_color(path)
    assert color is not None
    np.testing.assert_allclose(color.xyz_to_camera, DAYLIGHT, atol=1e-5)
    np.testing.assert_allclose(color.to_srgb, np.eye(3), atol=1e-4)


@pytest.mark.parametrize("matrix", [np.zeros((3, 3)), np.ones((3, 3))])
def test_a_matrix_that_no_camera_has_is_none(tmp_path: Path, matrix: NDArray[np.float64]) -> None:
    assert read_dng_color(dng(tmp_path / "a.dng", TRUTH, matrix=matrix)) is None
