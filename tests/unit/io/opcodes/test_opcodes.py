"""Every opcode of the DNG specification on a file whose truth is known, in every list that makes sense of it."""

import struct
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.io.opcodes.lists import read_opcodes
from exposure_app.io.raw import photo_size
from tests.unit.io.dng import mosaic_of, scene, write_dng

PLAIN = Develop(hot_pixels=False, denoise=0, color_denoise=0, sharpen=0)  # nothing but the sensor

HEIGHT, WIDTH, BLACK, WHITE = 240, 320, 1000, 61000
TAGS = {1: 51008, 2: 51009, 3: 51022}
FIRST = (1, 3, 0, 0)
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH]
GREY = np.full((HEIGHT, WIDTH, 3), 0.3)
LINE_Y = 1 + 0.4 * np.sin(np.arange(HEIGHT) / 5)
LINE_X = 1 + 0.4 * np.sin(np.arange(WIDTH) / 5)


def opcode(kind: int, body: bytes, version: tuple[int, ...] = FIRST, flags: int = 0) -> bytes:
    return struct.pack(">I4sII", kind, bytes(version), flags, len(body)) + body


def listed(*opcodes: bytes) -> bytes:
    return struct.pack(">I", len(opcodes)) + b"".join(opcodes)


def area(top=0, left=0, bottom=HEIGHT, right=WIDTH, plane=0, planes=1, down=1, across=1) -> bytes:
    return struct.pack(">4i4I", top, left, bottom, right, plane, planes, down, across)


def numbers(values: NDArray, kind: str = ">f4") -> bytes:
    return struct.pack(">I", len(values)) + np.asarray(values).astype(kind).tobytes()


def made(folder: Path, light: NDArray, **lists: bytes) -> Path:
    """A DNG of what the sensor saw, 0 to 1, with opcodes in ``one``, ``two`` and ``three``."""
    mosaic = np.round(np.clip(mosaic_of(light, "RGGB"), 0, 1) * (WHITE - BLACK) + BLACK).astype(np.uint16)
    return written(folder, mosaic, **lists)


def written(folder: Path, mosaic: NDArray, **lists: bytes) -> Path:
    tags = {"one": TAGS[1], "two": TAGS[2], "three": TAGS[3]}
    extra = tuple((tags[name], "B", len(content), content, True) for name, content in lists.items())
    return write_dng(folder / "a.dng", mosaic, black=(BLACK,) * 4, white=WHITE, extra=extra)


def seen(path: Path, **develop) -> NDArray:
    return read_image(path, develop=replace(PLAIN, **develop)).pixels


def warp(kind: int, planes: NDArray, centre=(0.5, 0.5)) -> bytes:
    body = struct.pack(">I", len(planes)) + np.asarray(planes, ">f8").tobytes() + struct.pack(">2d", *centre)
    return opcode(kind, body)


def radii(centre=(0.5, 0.5)) -> tuple[NDArray, NDArray, float]:
    x, y = X - centre[0] * (WIDTH - 1), Y - centre[1] * (HEIGHT - 1)
    across, down = max(centre[0], 1 - centre[0]) * (WIDTH - 1), max(centre[1], 1 - centre[1]) * (HEIGHT - 1)
    return x, y, float(np.hypot(across, down))


def smooth(x: NDArray, y: NDArray) -> NDArray:
    """A scene that can be seen at any place."""
    return np.stack([0.4 + 0.25 * np.sin(x / 17 + k) * np.cos(y / 13 - k) for k in range(3)], axis=-1)


def bent_by(place, steps: int = 60) -> NDArray:
    """What a lens draws of ``smooth`` if the corrected picture is to be taken from ``place(x, y)``."""
    drawn = np.empty((HEIGHT, WIDTH, 3))
    for plane in range(3):
        x, y = X.astype(float), Y.astype(float)
        for _ in range(steps):
            u, v = place(x, y, plane)
            x, y = x + 0.7 * (X - u), y + 0.7 * (Y - v)
        drawn[..., plane] = smooth(x, y)[..., plane]
    return drawn


def off(pixels: NDArray, truth: NDArray, border: int = 16) -> float:
    return float(np.abs(pixels - truth)[border:-border, border:-border].mean())


# --- where the lens draws ---


def rectilinear(kr, kt=(0, 0), centre=(0.5, 0.5)):
    mx, my, far = (centre[0] * (WIDTH - 1), centre[1] * (HEIGHT - 1), radii(centre)[2])

    def place(x, y, plane):
        k = kr[min(plane, len(kr) - 1)]
        a, b = (x - mx) / far, (y - my) / far
        r2 = a * a + b * b
        f = k[0] + k[1] * r2 + k[2] * r2**2 + k[3] * r2**3
        dx = kt[1] * (r2 + 2 * a * a) + 2 * kt[0] * a * b
        dy = kt[0] * (r2 + 2 * b * b) + 2 * kt[1] * a * b
        return mx + far * (a * f + dx), my + far * (b * f + dy)

    return place


@pytest.mark.parametrize(
    ("kr", "kt", "centre"),
    [
        ([(1, -0.12, 0, 0)], (0, 0), (0.5, 0.5)),
        ([(1, -0.1, 0.03, -0.01)], (0, 0), (0.45, 0.52)),
        ([(0.97, 0.05, 0, 0)], (0, 0), (0.5, 0.5)),
        ([(1, -0.05, 0, 0)], (0.01, -0.02), (0.5, 0.5)),
        ([(1.004, -0.1, 0, 0), (1, -0.1, 0, 0), (0.996, -0.1, 0, 0)], (0, 0), (0.5, 0.5)),
    ],
)
def test_warp_rectilinear(tmp_path: Path, kr, kt, centre) -> None:
    place = rectilinear(kr, kt, centre)
    planes = [(*k, *kt) for k in kr]
    path = made(tmp_path, bent_by(place), three=listed(warp(1, planes, centre)))
    truth = smooth(X, Y)
    assert off(seen(path), truth) < 0.003 < off(seen(path, lens="off"), truth)


def test_warp_rectilinear_2_has_odd_terms_and_may_be_a_reciprocal(tmp_path: Path) -> None:
    terms = [1, 0.04, -0.1, 0.02] + [0] * 11

    def place(x, y, plane):
        mx, my, far = (WIDTH - 1) / 2, (HEIGHT - 1) / 2, radii()[2]
        r = np.hypot(x - mx, y - my) / far
        f = 1 / np.polynomial.polynomial.polyval(r, terms)
        return mx + (x - mx) * f, my + (y - my) * f

    body = struct.pack(">I", 1) + np.array([*terms, 0, 0, 0, 1], ">f8").tobytes() + struct.pack(">2dI", 0.5, 0.5, 1)
    path = made(tmp_path, bent_by(place), three=listed(opcode(14, body, (1, 6, 0, 0))))
    assert off(seen(path), smooth(X, Y)) < 0.003


def test_warp_fisheye(tmp_path: Path) -> None:
    k = (1.02, -0.05, 0.01, 0)

    def place(x, y, plane):
        mx, my, far = (WIDTH - 1) / 2, (HEIGHT - 1) / 2, radii()[2]
        r = np.maximum(np.hypot(x - mx, y - my) / far, 1e-9)
        t = np.arctan(r)
        f = t * (k[0] + k[1] * t**2 + k[2] * t**4) / r
        return mx + (x - mx) * f, my + (y - my) * f

    path = made(tmp_path, bent_by(place), three=listed(warp(2, [k])))
    assert off(seen(path), smooth(X, Y)) < 0.003


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_warp_comes_before_the_picture_is_turned_and_cropped(tmp_path: Path, orientation: int) -> None:
    from exposure_app.io.orientation import upright

    crop = ((50719, "2I", 2, (20, 1, 10, 1), True), (50720, "2I", 2, (280, 1, 200, 1), True))
    content = listed(warp(1, [(1, -0.12, 0, 0, 0, 0)]))
    light = bent_by(rectilinear([(1, -0.12, 0, 0)]))
    mosaic = np.round(mosaic_of(light, "RGGB") * (WHITE - BLACK) + BLACK).astype(np.uint16)
    extra = (*crop, (TAGS[3], "B", len(content), content, True))
    path = write_dng(tmp_path / "a.dng", mosaic, black=(BLACK,) * 4, white=WHITE, orientation=orientation, extra=extra)
    truth = upright(smooth(X, Y)[10:210, 20:300], orientation)
    for develop in ({}, {"demosaic": "ahd"}):
        pixels = seen(path, **develop)
        assert pixels.shape == truth.shape
        assert off(pixels, truth, 4) < 0.004
    assert photo_size(path) == truth.shape[1::-1]


def test_a_warp_that_changes_nothing_changes_nothing(tmp_path: Path) -> None:
    plain = seen(made(tmp_path, scene(HEIGHT, WIDTH)))
    same = seen(made(tmp_path, scene(HEIGHT, WIDTH), three=listed(warp(1, [(1, 0, 0, 0, 0, 0)]))))
    np.testing.assert_allclose(same, plain, atol=1e-5)


def test_distortion_and_lateral_colour_can_be_switched_off_apart(tmp_path: Path) -> None:
    kr = [(1.01, -0.1, 0, 0), (1, -0.1, 0, 0), (0.99, -0.1, 0, 0)]
    path = made(tmp_path, bent_by(rectilinear(kr)), three=listed(warp(1, [(*k, 0, 0) for k in kr])))
    plain, common = seen(path, lens="off"), bent_by(rectilinear(kr[1:2]))
    np.testing.assert_array_equal(seen(path, lens_distortion=False, lens_fringes=False), plain)
    green_only = seen(path, lens_fringes=False)
    assert off(green_only[..., 1], smooth(X, Y)[..., 1]) < 0.003 < off(green_only[..., 0], smooth(X, Y)[..., 0])
    assert off(seen(path, lens_distortion=False), common) < 0.004 < off(plain, common)


# --- light ---


@pytest.mark.parametrize("where", ["two", "three"])
def test_fix_vignette_radial(tmp_path: Path, where: str) -> None:
    k = (0.5, 0.2, 0.1, 0, 0.05)
    x, y, far = radii((0.45, 0.55))
    r2 = (x * x + y * y) / far**2
    gain = 1 + sum(c * r2 ** (n + 1) for n, c in enumerate(k))
    body = np.array([*k, 0.45, 0.55], ">f8").tobytes()
    path = made(tmp_path, GREY / gain[..., None], **{where: listed(opcode(3, body))})
    np.testing.assert_allclose(seen(path), 0.3, atol=0.004)
    assert seen(path, lens_vignetting=False).min() < 0.2


def test_what_is_clipped_stays_neutral(tmp_path: Path) -> None:
    body = np.array([1.0, 0, 0, 0, 0, 0.5, 0.5], ">f8").tobytes()
    content = listed(opcode(3, body))
    mosaic = np.full((HEIGHT, WIDTH), WHITE, np.uint16)
    extra = ((TAGS[3], "B", len(content), content, True),)
    path = write_dng(tmp_path / "a.dng", mosaic, black=(BLACK,) * 4, white=WHITE, neutral=(0.5, 1, 0.7), extra=extra)
    for highlights in ("clip", "reconstruct"):
        pixels = seen(path, highlights=highlights)
        assert np.abs(pixels - pixels[..., :1]).max() < 1e-3
    assert seen(path).min() == pytest.approx(1)


def gain_map(gains: NDArray, planes: int = 1, **where) -> bytes:
    down, across = gains.shape[:2]
    body = area(planes=planes, **where) + struct.pack(">2I", down, across)
    body += struct.pack(">4dI", 1 / (down - 1), 1 / (across - 1), 0, 0, gains.shape[2])
    return opcode(9, body + gains.astype(">f4").tobytes())


def test_a_gain_map_of_the_colours(tmp_path: Path) -> None:
    v, h = np.mgrid[0:1:9j, 0:1:9j]
    gains = np.stack([1 + v, 1 + h, 1 + v * h], axis=-1)
    y, x = (Y + 0.5) / HEIGHT, (X + 0.5) / WIDTH
    light = GREY / np.stack([1 + y, 1 + x, 1 + y * x], axis=-1)
    path = made(tmp_path, light, three=listed(gain_map(gains, planes=3)))
    assert off(seen(path), GREY) < 0.003


# --- values ---


@pytest.mark.parametrize("where", ["two", "three"])
def test_map_table_and_map_polynomial(tmp_path: Path, where: str) -> None:
    truth = smooth(X, Y)
    planes = 3 if where == "three" else 1
    table = np.round((np.arange(65536) / 65535) ** 2 * 65535)
    found = seen(
        made(tmp_path, np.sqrt(truth), **{where: listed(opcode(7, area(planes=planes) + numbers(table, ">u2")))})
    )
    assert off(found, truth) < 0.004
    body = area(planes=planes) + struct.pack(">I3d", 2, 0, 0, 1)
    assert off(seen(made(tmp_path, np.sqrt(truth), **{where: listed(opcode(8, body))})), truth) < 0.004


def test_a_short_table_goes_on_with_its_last_entry(tmp_path: Path) -> None:
    body = area() + numbers(np.array([0, 30000]), ">u2")
    np.testing.assert_allclose(seen(made(tmp_path, GREY, two=listed(opcode(7, body)))), 30000 / 65535, atol=1e-3)


@pytest.mark.parametrize("unit", [1.0, 65535.0])
def test_delta_per_row_and_column(tmp_path: Path, unit: float) -> None:
    down, across = 0.1 * np.sin(np.arange(HEIGHT) / 7), 0.1 * np.cos(np.arange(WIDTH) / 9)
    light = GREY - (down[:, None] + across)[..., None]
    lines = (opcode(10, area() + numbers(down * unit)), opcode(11, area() + numbers(across * unit)))
    np.testing.assert_allclose(seen(made(tmp_path, light, two=listed(*lines))), 0.3, atol=1e-3)


@pytest.mark.parametrize("where", ["two", "three"])
def test_scale_per_row_and_column(tmp_path: Path, where: str) -> None:
    planes = 3 if where == "three" else 1
    light = GREY / (LINE_Y[:, None] * LINE_X)[..., None]
    lines = (opcode(12, area(planes=planes) + numbers(LINE_Y)), opcode(13, area(planes=planes) + numbers(LINE_X)))
    assert off(seen(made(tmp_path, light, **{where: listed(*lines)})), GREY) < 0.004


def test_an_area_with_a_pitch_is_one_colour_of_the_pattern(tmp_path: Path) -> None:
    light = GREY * (0.5, 1, 1)
    body = area(down=2, across=2) + numbers(np.full(HEIGHT // 2, 2.0))
    np.testing.assert_allclose(seen(made(tmp_path, light, two=listed(opcode(12, body)))), 0.3, atol=1e-3)


def test_the_first_list_is_of_the_files_codes(tmp_path: Path) -> None:
    mosaic = np.round(mosaic_of(GREY, "RGGB") * (WHITE - BLACK) + BLACK)
    codes = (mosaic - 300).astype(np.uint16)
    body = area() + struct.pack(">I2d", 1, 300, 1)
    np.testing.assert_allclose(seen(written(tmp_path, codes, one=listed(opcode(8, body)))), 0.3, atol=1e-3)


# --- bad pixels ---


def test_bad_pixels_by_value_and_by_list(tmp_path: Path) -> None:
    truth = smooth(X, Y)
    mosaic = np.round(mosaic_of(truth, "RGGB") * (WHITE - BLACK) + BLACK).astype(np.uint16)
    places = np.random.default_rng(1).integers((8, 8), (HEIGHT - 8, WIDTH - 8), (200, 2))
    dead = mosaic.copy()
    dead[places[:, 0], places[:, 1]] = 0
    dead[100:103, 50:60] = 0
    usual = seen(written(tmp_path, mosaic))
    listing = (
        struct.pack(">3I", 0, len(places), 1) + places.astype(">i4").tobytes() + struct.pack(">4i", 100, 50, 103, 60)
    )
    for content in (opcode(4, struct.pack(">2I", 0, 0)), opcode(5, listing)):
        found = seen(written(tmp_path, dead, one=listed(content)))
        assert np.abs(found - usual).max() < 0.06
    assert np.abs(seen(written(tmp_path, dead)) - usual).max() > 0.2


# --- lists ---


def test_trim_bounds_is_all_there_is_of_the_picture(tmp_path: Path) -> None:
    body = struct.pack(">4i", 10, 20, 210, 300)
    path = made(tmp_path, scene(HEIGHT, WIDTH), three=listed(opcode(6, body)))
    whole = seen(made(tmp_path, scene(HEIGHT, WIDTH)))
    path = made(tmp_path, scene(HEIGHT, WIDTH), three=listed(opcode(6, body)))
    assert photo_size(path) == (280, 200)
    np.testing.assert_allclose(seen(path)[12:-12, 12:-12], whole[22:198, 32:288], atol=1e-5)


def test_opcodes_are_done_in_their_order(tmp_path: Path) -> None:
    square = opcode(8, area(planes=3) + struct.pack(">I3d", 2, 0, 0, 1))
    double = opcode(12, area(planes=3) + numbers(np.full(HEIGHT, 2.0)))
    np.testing.assert_allclose(seen(made(tmp_path, GREY, three=listed(square, double))), 0.18, atol=2e-3)
    np.testing.assert_allclose(seen(made(tmp_path, GREY, three=listed(double, square))), 0.36, atol=2e-3)


@pytest.mark.parametrize(("flags", "told"), [(0, ("opcode 99",)), (1, ()), (3, ())])
def test_an_unknown_opcode_is_told_unless_it_is_optional(
    tmp_path: Path, flags: int, told: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    square = opcode(8, area(planes=3) + struct.pack(">I3d", 2, 0, 0, 1))
    image = read_image(made(tmp_path, GREY, three=listed(opcode(99, b"12345", flags=flags), square)))
    np.testing.assert_allclose(image.pixels, 0.09, atol=1e-3)  # the others are done
    assert image.lens.unknown == told
    assert ("opcode 99" in caplog.text) == bool(told)


def test_an_opcode_for_a_newer_reader_is_left_out() -> None:
    body = area() + struct.pack(">I3d", 2, 0, 0, 1)
    found = read_opcodes(listed(opcode(8, body, (2, 0, 0, 0)), opcode(8, body)))
    assert len(found.opcodes) == 1
    assert found.unknown == ("MapPolynomial",)


@given(st.binary(max_size=200))
def test_no_list_is_worse_than_damaged(content: bytes) -> None:
    with suppress(ValueError):
        read_opcodes(content)


@given(st.integers(1, 14), st.binary(max_size=300))
def test_no_opcode_keeps_the_others_from_being_done(kind: int, body: bytes) -> None:
    good = opcode(8, area() + struct.pack(">I2d", 1, 0, 1))
    assert len(read_opcodes(listed(opcode(kind, body), good)).opcodes) >= 1


@pytest.mark.parametrize("kind", range(1, 15))
def test_numbers_that_cannot_be_meant_are_left_out(kind: int) -> None:
    for filler in (b"\xff", b"\x7f"):
        assert read_opcodes(listed(opcode(kind, filler * 400))).opcodes in ((),) or kind in (4,)
