"""Sensor values of DNGs are exact, whatever their format and their black."""

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from exposure_app.errors import ExposureError
from exposure_app.io.develop import Develop
from exposure_app.io.dng import sensor_directory
from exposure_app.io.floats import _to_float32, read_floats
from exposure_app.io.formats import read_image
from exposure_app.io.transfer import SRGB_TO_XYZ
from tests.unit.io.dng import mosaic_of, scene

TRUTH = scene(96, 128)
PLAIN = Develop(hot_pixels=False, denoise=0, color_denoise=0, sharpen=0)  # nothing but the sensor
CFA = [(33421, "H", 2, (2, 2), True), (33422, "B", 4, (0, 1, 1, 2), True)]


def float_bytes(values: NDArray[np.float32], bits: int) -> NDArray[np.uint8]:
    """Big-endian bytes of numbers of 16, 24 or 32 bits, along a new last axis."""
    if bits != 24:
        return np.ascontiguousarray(values.astype(f">f{bits // 8}")).view(np.uint8).reshape(*values.shape, -1)
    codes = values.astype(np.float32).view(np.uint32)
    exponent = np.clip((codes >> 23 & 255).astype(np.int64) - 64, 0, 127).astype(np.uint32)
    packed = np.where(exponent == 0, 0, codes >> 31 << 23 | exponent << 16 | codes >> 7 & 0xFFFF)
    return np.stack([packed >> 16 & 255, packed >> 8 & 255, packed & 255], -1).astype(np.uint8)


def predicted(tile: NDArray[np.float32], bits: int, predictor: int) -> bytes:
    each = float_bytes(tile, bits)
    if predictor == 1:
        return each[..., ::-1].tobytes()
    distance = {3: 1, 34894: 2, 34895: 4}[predictor] * tile.shape[2]
    rows = each.reshape(tile.shape[0], -1, bits // 8).transpose(0, 2, 1).reshape(tile.shape[0], -1)
    rows[:, distance:] -= rows[:, :-distance].copy()
    return rows.tobytes()


def write_floats(
    path: Path, pixels: NDArray[np.floating], bits: int = 32, predictor: int = 3, compression: int = 8, white: float = 1
) -> Path:
    """A tiled DNG of floating point numbers: a mosaic, or pixels that see all colours."""
    values = np.atleast_3d(pixels).astype(np.float32)
    height, width, samples = values.shape
    tiles = []
    for top in range(0, height, 64):
        for left in range(0, width, 80):
            tile = np.zeros((64, 80, samples), np.float32)
            part = values[top : top + 64, left : left + 80]
            tile[: part.shape[0], : part.shape[1]] = part
            packed = predicted(tile, bits, predictor)
            tiles.append(zlib.compress(packed) if compression == 8 else packed)
    matrix = [round(1e6 * value) for value in np.linalg.inv(SRGB_TO_XYZ).ravel()]
    tags: dict[int, tuple[str, list[int]]] = {
        254: ("I", [0]), 271: ("A", [*b"Test\0"]), 272: ("A", [*b"Camera\0"]), 274: ("H", [1]),
        50707: ("B", [1, 4, 0, 0]),
        50708: ("A", [*b"Test Camera\0"]), 256: ("I", [width]), 257: ("I", [height]), 258: ("H", [bits] * samples),
        259: ("H", [compression]), 262: ("H", [32803 if samples == 1 else 34892]), 277: ("H", [samples]),
        317: ("H", [predictor]), 322: ("I", [80]), 323: ("I", [64]), 325: ("I", [len(tile) for tile in tiles]),
        339: ("H", [3] * samples), 50706: ("B", [1, 4, 0, 0]), 50717: ("I", [int(white)] * samples),
        50721: ("i", [n for value in matrix for n in (value, 10**6)]), 50728: ("I", [1, 1] * 3), 50778: ("H", [21]),
        324: ("I", [0] * len(tiles)),
    }  # fmt: skip
    if samples == 1:
        tags |= {33421: ("H", [2, 2]), 33422: ("B", [0, 1, 1, 2])}
    at, offsets = 8, []
    for tile in tiles:
        offsets.append(at)
        at += len(tile)
    tags[324] = ("I", offsets)
    table, rest = b"", b""
    beyond = at + 2 + 12 * len(tags) + 4
    types = {"B": 1, "A": 2, "H": 3, "I": 4, "i": 10}
    for tag, (kind, numbers) in sorted(tags.items()):
        data = struct.pack(f"<{len(numbers)}{kind.replace('A', 'B')}", *numbers)
        count = len(numbers) // 2 if kind == "i" or tag == 50728 else len(numbers)
        head = struct.pack("<HHI", tag, 5 if tag == 50728 else types[kind], count)
        table += head + (data.ljust(4, b"\0") if len(data) <= 4 else struct.pack("<I", beyond + len(rest)))
        rest += data if len(data) > 4 else b""
    whole = struct.pack("<2sHI", b"II", 42, at) + b"".join(tiles)
    path.write_bytes(whole + struct.pack("<H", len(tags)) + table + bytes(4) + rest)
    return path


@pytest.mark.parametrize("bits", [16, 24, 32])
@pytest.mark.parametrize(("predictor", "compression"), [(1, 1), (1, 8), (3, 8), (34894, 8), (34895, 8)])
@pytest.mark.parametrize("kind", ["mosaic", "linear"])
def test_floats_come_as_they_are(tmp_path: Path, bits: int, predictor: int, compression: int, kind: str) -> None:
    wanted = mosaic_of(TRUTH, "RGGB") if kind == "mosaic" else TRUTH
    path = write_floats(tmp_path / "a.dng", 1e-3 * wanted, bits, predictor, compression)
    with path.open("rb") as stream:
        directory = sensor_directory(stream)
        assert directory is not None
        found = read_floats(stream, directory)
    np.testing.assert_allclose(found, np.atleast_3d(1e-3 * wanted), rtol=2e-3 if bits == 16 else 2e-5, atol=1e-7)
    if compression == 1:
        return  # LibRaw takes so small a file for none of its kind
    mean = np.abs(read_image(path, develop=PLAIN).pixels - 1e-3 * TRUTH)[12:-12, 12:-12].mean()
    assert mean < (2e-5 if kind == "mosaic" else 1e-6)


def test_deep_shadows_of_floats_keep_all_their_levels(tmp_path: Path) -> None:
    light = np.linspace(0, 2.0**-9, 400)[None, :, None] * np.ones((64, 1, 3))
    light[:4, :4] = 1
    shown = read_image(write_floats(tmp_path / "a.dng", mosaic_of(light, "RGGB")), develop=PLAIN).pixels[40, 20:-20, 1]
    assert len(np.unique(shown)) > 300
    np.testing.assert_allclose(shown, light[40, 20:-20, 1], atol=2e-6)


@pytest.mark.parametrize("kind", ["mosaic", "linear"])
@pytest.mark.parametrize("highlights", ["clip", "reconstruct"])
def test_what_floats_hold_above_white_stays(tmp_path: Path, kind: str, highlights: str) -> None:
    bright = 4 * TRUTH
    path = write_floats(tmp_path / "a.dng", mosaic_of(bright, "RGGB") if kind == "mosaic" else bright)
    shown = read_image(path, develop=replace(PLAIN, highlights=highlights)).pixels  # type: ignore[arg-type]
    assert shown.max() > 2
    lower = (bright.max(-1) < 2.4)[12:-12, 12:-12]
    assert np.abs(shown - bright)[12:-12, 12:-12][lower].mean() < 0.02


def test_what_is_no_number_is_dark(tmp_path: Path) -> None:
    light = np.full((96, 128), 0.3, np.float32)
    light[20, 20], light[30, 31], light[40, 40] = np.nan, np.inf, -np.inf
    shown = read_image(write_floats(tmp_path / "a.dng", light), develop=PLAIN).pixels
    assert np.isfinite(shown).all()
    assert shown.min() >= 0
    assert np.median(shown) == pytest.approx(0.3, abs=1e-3)


def test_a_damaged_float_dng_is_said_to_be(tmp_path: Path) -> None:
    path = write_floats(tmp_path / "a.dng", TRUTH, 32, 3, 8)
    content = bytearray(path.read_bytes())
    content[200:1200] = bytes(1000)
    path.write_bytes(content)
    with pytest.raises(ExposureError):
        read_image(path, develop=PLAIN)


@given(st.lists(st.floats(-60000, 60000, width=32), min_size=1, max_size=20))
def test_numbers_of_three_bytes_are_read_to_their_precision(numbers: list[float]) -> None:
    values = np.array(numbers, np.float32)
    values[np.abs(values) < 1e-15] = 0
    found = _to_float32(np.ascontiguousarray(float_bytes(values, 24)))
    np.testing.assert_allclose(found, values, rtol=2e-5)


def rationals(values: NDArray[np.float64]) -> list[int]:
    return [int(n) for value in values for n in (round(value * 100), 100)]


@pytest.mark.parametrize("repeat", [(1, 1), (2, 2), (1, 4), (3, 5)])
@pytest.mark.parametrize("delta", [False, True])
def test_black_of_any_pattern_is_taken_off(tmp_path: Path, repeat: tuple[int, int], delta: bool) -> None:
    height, width = TRUTH.shape[:2]
    dice = np.random.default_rng(0)
    black = dice.integers(300, 900, repeat).astype(float)
    across, down = (np.round(40 * np.sin(np.arange(side) / 9)) * delta for side in (width, height))
    at = np.indices((height, width))
    level = black[at[0] % repeat[0], at[1] % repeat[1]]
    light = mosaic_of(TRUTH, "RGGB") * (15000 - level)
    stored = np.round(light + level + across + down[:, None]).astype(np.uint16)
    levels = (50714, "2I", black.size, rationals(black.ravel()), True)
    tags: list[tuple[object, ...]] = [(50713, "H", 2, repeat, True), levels]
    if delta:
        tags += [(50715, "2i", width, rationals(across), True), (50716, "2i", height, rationals(down), True)]
    path = write_with(tmp_path / "a.dng", stored, 15000, tags)
    plain = write_with(tmp_path / "b.dng", np.round(mosaic_of(TRUTH, "RGGB") * 15000).astype(np.uint16), 15000, [])
    assert np.abs(read_image(path, develop=PLAIN).pixels - read_image(plain, develop=PLAIN).pixels).mean() < 5e-5


def write_with(path: Path, mosaic: NDArray[np.uint16], white: int, tags: list[tuple[object, ...]]) -> Path:
    matrix = rationals(np.linalg.inv(SRGB_TO_XYZ).ravel() * 1)
    usual = [
        *CFA, (50706, "B", 4, (1, 4, 0, 0), True), (50717, "I", 1, white, True), (50721, "2i", 9, matrix, True),
        (50728, "2I", 3, [1] * 6, True), (50778, "H", 1, 21, True),
    ]  # fmt: skip
    tifffile.imwrite(path, mosaic, photometric=32803, metadata=None, software=False, extratags=[*usual, *tags])
    return path


def test_linear_dngs_are_as_bright_whatever_their_brightest_pixel(tmp_path: Path) -> None:
    shown = []
    for top in (0.5, 1.0):
        light = 0.4 * TRUTH
        light[:4, :4] = top
        pixels = np.round(light * 60000).astype(np.uint16)
        matrix = rationals(np.linalg.inv(SRGB_TO_XYZ).ravel())
        tags = [
            (50706, "B", 4, (1, 4, 0, 0), True), (50717, "I", 3, [60000] * 3, True), (50721, "2i", 9, matrix, True),
            (50728, "2I", 3, [1] * 6, True), (50778, "H", 1, 21, True),
        ]  # fmt: skip
        path = tmp_path / f"{top}.dng"
        tifffile.imwrite(path, pixels, photometric=34892, metadata=None, software=False, extratags=tags)
        shown.append(read_image(path, develop=PLAIN).pixels)
    np.testing.assert_allclose(shown[0][8:], shown[1][8:], atol=1e-5)
    np.testing.assert_allclose(shown[0][8:], 0.4 * TRUTH[8:], atol=5e-3)


def test_the_white_level_is_that_of_each_colour(tmp_path: Path) -> None:
    whites = np.array([60000, 50000, 30000])
    pixels = np.round(TRUTH * whites).astype(np.uint16)
    matrix = rationals(np.linalg.inv(SRGB_TO_XYZ).ravel())
    tags = [
        (50706, "B", 4, (1, 4, 0, 0), True), (50717, "I", 3, whites.tolist(), True), (50721, "2i", 9, matrix, True),
        (50728, "2I", 3, [1] * 6, True), (50778, "H", 1, 21, True),
    ]  # fmt: skip
    tifffile.imwrite(tmp_path / "a.dng", pixels, photometric=34892, metadata=None, software=False, extratags=tags)
    np.testing.assert_allclose(read_image(tmp_path / "a.dng", develop=PLAIN).pixels, TRUTH, atol=8e-3)
