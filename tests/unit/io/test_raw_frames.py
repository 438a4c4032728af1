"""What of a RAW file is shown, where its sensor ends, and that nothing missing is passed off as a picture."""

import struct
from pathlib import Path

import numpy as np
import pytest

from exposure_app.errors import ExposureError
from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.io.orientation import upright
from exposure_app.io.raw import photo_size
from tests.unit.io.dng import BAYER_PHASES, mosaic_of, scene, write_dng

PLAIN = Develop(hot_pixels=False, denoise=0, color_denoise=0, sharpen=0)  # nothing but the sensor

TRUTH = scene(120, 160)
MOSAIC = np.round(mosaic_of(TRUTH, "RGGB") * 65535).astype(np.uint16)


def crop_of(left: float, top: float, width: float, height: float) -> tuple[tuple[object, ...], ...]:
    origin, size = ([int(10 * value) for value in pair] for pair in ((left, top), (width, height)))
    return (
        (50719, "2I", 2, (origin[0], 10, origin[1], 10), True),
        (50720, "2I", 2, (size[0], 10, size[1], 10), True),
    )


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("demosaic", ["own", "ahd"])
def test_a_dng_shows_its_default_crop(tmp_path: Path, orientation: int, demosaic: str) -> None:
    path = write_dng(tmp_path / "a.dng", MOSAIC, orientation=orientation, extra=crop_of(21, 14, 100, 81))
    wanted = upright(TRUTH[14:95, 21:121], orientation)
    image = read_image(path, develop=Develop(demosaic=demosaic))  # type: ignore[arg-type]
    assert image.pixels.shape == wanted.shape
    assert image.size == photo_size(path)
    assert np.abs(image.pixels - wanted)[8:-8, 8:-8].mean() < 0.02


@pytest.mark.parametrize("phase", BAYER_PHASES)
def test_a_crop_may_begin_at_any_colour_of_the_pattern(tmp_path: Path, phase: str) -> None:
    mosaic = np.round(mosaic_of(TRUTH, phase) * 65535).astype(np.uint16)
    for left, top in ((20, 20), (21, 20), (20, 21), (21, 21)):
        path = write_dng(tmp_path / "a.dng", mosaic, phase=phase, extra=crop_of(left, top, 100, 80))
        wanted = TRUTH[top : top + 80, left : left + 100]
        assert np.abs(read_image(path).pixels - wanted)[8:-8, 8:-8].mean() < 0.02


@pytest.mark.parametrize("crop", [(0, 0, 160, 120), (150, 10, 4, 100), (200, 0, 100, 100), (0, 0, 0, 0)])
def test_a_crop_that_cannot_be_meant_is_none(tmp_path: Path, crop: tuple[int, int, int, int]) -> None:
    assert read_image(write_dng(tmp_path / "a.dng", MOSAIC, extra=crop_of(*crop))).size == (160, 120)


def test_junk_around_the_crop_does_not_count(tmp_path: Path) -> None:
    whole = read_image(write_dng(tmp_path / "a.dng", MOSAIC[20:-20, 20:-20]), develop=PLAIN).pixels
    junk = np.full_like(MOSAIC, 65535)
    junk[20:-20, 20:-20] = MOSAIC[20:-20, 20:-20]
    cropped = read_image(write_dng(tmp_path / "b.dng", junk, extra=crop_of(20, 20, 120, 80)), develop=PLAIN).pixels
    np.testing.assert_allclose(cropped[12:-12, 12:-12], whole[12:-12, 12:-12], atol=1e-5)


@pytest.mark.parametrize("highlights", ["clip", "blend", "reconstruct"])
@pytest.mark.parametrize("end", [0.6, 0.86, 0.95])
def test_a_sensor_that_ends_below_the_stated_white_has_white_skies(tmp_path: Path, end: float, highlights: str) -> None:
    neutral = (0.5, 1.0, 0.7)
    light = np.random.default_rng(0).uniform(0.02, 0.4, (400, 400, 3)) * neutral
    light[:130] = 3.0
    noise = np.random.default_rng(1).normal(0, 2e-4, light.shape)
    mosaic = np.round(mosaic_of(np.minimum(light, end) + noise, "RGGB") * 15359 + 512).clip(0, 15871).astype(np.uint16)
    path = write_dng(tmp_path / "a.dng", mosaic, black=(512,) * 4, white=15871, neutral=neutral)
    sky = read_image(path, develop=Develop(highlights=highlights)).pixels[40:90, 100:300].mean((0, 1))  # type: ignore[arg-type]
    assert sky.max() - sky.min() < 0.03 * sky.max()


@pytest.mark.parametrize("level", [0.55, 0.85])
@pytest.mark.parametrize("neutral", [(0.5, 1.0, 0.7), (1.0, 1.0, 1.0)])
def test_a_bright_wall_is_no_end_of_the_sensor(tmp_path: Path, level: float, neutral: tuple[float, ...]) -> None:
    light = np.random.default_rng(0).uniform(0.02, 0.3, (400, 400, 3)) * neutral
    light[:130] = level * np.array(neutral)
    mosaic = np.round(mosaic_of(light, "RGGB") * 15359 + 512).astype(np.uint16)
    path = write_dng(tmp_path / "a.dng", mosaic, black=(512,) * 4, white=15871, neutral=neutral)  # type: ignore[arg-type]
    wall = read_image(path, develop=PLAIN).pixels[40:90, 100:300].mean((0, 1))
    expected = level / min(1 / np.array(neutral)) if min(neutral) == max(neutral) else level
    np.testing.assert_allclose(wall, expected, rtol=0.02)


@pytest.mark.parametrize("name", ["lossy_linear_eos6d.dng", "kodak_dc120_3911.kdc", "nikon_crop768_1.dng"])
def test_a_raw_file_of_which_a_part_is_missing_or_damaged_is_an_error(
    tmp_path: Path, raw_folder: Path, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    if not (raw_folder / name).exists():
        pytest.skip(f"no {name}")
    content = (raw_folder / name).read_bytes()
    for share in (0.4, 0.7, 0.95, 0.99):
        (tmp_path / name).write_bytes(content[: int(len(content) * share)])
        with pytest.raises(ExposureError, match=r"damaged or incomplete|not a RAW file"):
            read_image(tmp_path / name)
    assert capfd.readouterr().err == ""


def gain_map(top: int, left: int, gains: np.ndarray, size: tuple[int, int] = (120, 160)) -> bytes:
    """A map for one colour of the pattern, from edge to edge."""
    down, across = gains.shape
    body = struct.pack(">10I", top, left, *size, 0, 1, 2, 2, down, across)
    body += struct.pack(">4dI", 1 / (down - 1), 1 / (across - 1), 0, 0, 1) + gains.astype(">f4").tobytes()
    return struct.pack(">4I", 9, 0x01030000, 0, len(body)) + body


def test_the_lens_shading_that_a_dng_states_is_evened_out(tmp_path: Path) -> None:
    y, x = np.mgrid[0:1:120j, 0:1:160j]
    v, h = np.mgrid[0:1:5j, 0:1:5j]
    shaded = mosaic_of(np.full((120, 160, 3), 0.3) / (1 + y + x)[..., None], "RGGB")
    mosaic = np.round(shaded * 60000 + 1000).astype(np.uint16)
    opcodes = struct.pack(">I", 4) + b"".join(gain_map(i, j, 1 + v + h) for i in (0, 1) for j in (0, 1))
    extra = ((51009, "B", len(opcodes), opcodes, True),)
    path = write_dng(tmp_path / "a.dng", mosaic, black=(1000,) * 4, white=61000, extra=extra)
    for demosaic in ("own", "ahd"):
        pixels = read_image(path, develop=Develop(demosaic=demosaic)).pixels  # type: ignore[arg-type]
        np.testing.assert_allclose(pixels, 0.3, atol=0.01)


def test_opcodes_that_cannot_be_read_are_left_out_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    usual = read_image(write_dng(tmp_path / "a.dng", MOSAIC)).pixels
    whole = struct.pack(">I", 1) + gain_map(0, 0, np.ones((3, 3)))
    flawed = [
        whole[:-9],
        struct.pack(">I", 9) + whole[4:],
        struct.pack(">I", 1) + gain_map(0, 0, np.full((3, 3), np.nan)),
    ]
    for opcodes in flawed:
        path = write_dng(tmp_path / "b.dng", MOSAIC, extra=((51009, "B", len(opcodes), opcodes, True),))
        caplog.clear()
        np.testing.assert_array_equal(read_image(path).pixels, usual)
        assert "prescribes" in caplog.text
