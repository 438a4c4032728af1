import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exposure_app.errors import ExposureError
from exposure_app.image import Metadata
from exposure_app.interop.cube import parse_cube, read_cube
from exposure_app.interop.hald import read_hald, write_hald
from exposure_app.interop.lut import Lut, bake, cube_text, write_cube
from exposure_app.io.export import write_image
from exposure_app.pipeline.color_difference import delta_e_2000, lab
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.mask import Mask
from exposure_app.pipeline.recipe import Recipe, Step
from tests.helpers.steps import five_steps

IDENTITY = "LUT_3D_SIZE 2\n" + "\n".join(f"{i & 1} {i >> 1 & 1} {i >> 2}" for i in range(8)) + "\n"
LINE = "0 0 0\n1 1 1\n"


def photo(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((40, 50, 3)).astype(np.float32) ** 2


def mean_error(some: np.ndarray, others: np.ndarray) -> float:
    return float(delta_e_2000(lab(some), lab(others)).mean())


@pytest.mark.parametrize("encoding", ["srgb", "linear"])
def test_a_table_renders_what_the_recipe_renders_and_a_finer_one_more_exactly(encoding):
    expected = render(photo(), five_steps(), depth=32)
    coarse, fine = (mean_error(bake(five_steps(), size, encoding).render(photo()), expected) for size in (33, 65))
    assert fine < coarse < 0.6
    assert fine < 0.3


@pytest.mark.parametrize("encoding", ["srgb", "linear"])
def test_a_cube_file_gives_the_table_back(tmp_path, encoding):
    lut = bake(five_steps(), 5, encoding, 'Évening "look"')
    write_cube(tmp_path / "look.cube", lut)
    found = read_cube(tmp_path / "look.cube")
    assert (found.encoding, found.title) == (encoding, "?vening 'look'")
    assert np.abs(found.table - lut.table).max() < 1e-6
    assert (found.curves is None) is (encoding == "srgb")
    assert np.abs(found.render(photo()) - lut.render(photo())).max() < 1e-5


def test_a_cube_file_says_what_goes_in_and_red_runs_fastest():
    lines = cube_text(bake(Recipe(), 2)).splitlines()
    assert "# Input: display-referred sRGB (encoded, 0 to 1)" in lines
    assert {"LUT_3D_SIZE 2", "DOMAIN_MIN 0 0 0", "DOMAIN_MAX 1 1 1"} <= set(lines)
    assert lines[-7] == "1.000000 0.000000 0.000000"


def test_a_masked_step_is_not_in_a_table():
    masked = Recipe((*five_steps().steps, Step("exposure", {"ev": 2}, mask=Mask("gradient"))))
    assert np.array_equal(bake(masked, 5).table, bake(five_steps(), 5).table)


def test_a_one_dimensional_table_bends_each_channel():
    lut = parse_cube("LUT_1D_SIZE 3\n0 0 0\n0.25 0.5 0.75\n1 1 1")
    assert lut.look_up(np.full((1, 3), 0.25, np.float32))[0] == pytest.approx([0.125, 0.25, 0.375])


def test_the_domain_says_which_input_the_first_and_last_entry_stand_for():
    lut = parse_cube("DOMAIN_MIN -1 0 0\nDOMAIN_MAX 1 2 4\n" + IDENTITY)
    assert lut.look_up(np.array([[0, 1, 1], [-5, 9, 9]], np.float32)).tolist() == [[0.5, 0.5, 0.25], [0, 1, 1]]


def test_a_shaper_has_a_range_of_its_own():
    text = "LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 0 2\nLUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0.5 1\n0.5 0.5 0.5\n1 1 1\n"
    lut = parse_cube(text + IDENTITY.partition("\n")[2])
    assert lut.look_up(np.full((1, 3), 1.0, np.float32))[0] == pytest.approx([0.5, 0.5, 0.5])


def test_comments_blank_lines_windows_line_ends_and_a_byte_order_mark_are_taken(tmp_path):
    text = '\ufeff# by someone\r\n\r\nTITLE "x"\r\n' + IDENTITY.replace("\n", "\r\n\r\n")
    (tmp_path / "a.cube").write_bytes(text.encode())
    assert read_cube(tmp_path / "a.cube").title == "x"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "does not say LUT_1D_SIZE"),
        ("LUT_3D_SIZE 2\n" + LINE, "2 rows of numbers instead of 8"),
        ("LUT_3D_SIZE 1\n", "line 1: the size of a 3D table must be 2 to 256"),
        ("LUT_3D_SIZE 999999\n", "must be 2 to 256"),
        ("LUT_3D_SIZE two\n", "must be 2 to 256"),
        ("LUT_1D_SIZE 2\nLUT_1D_SIZE 2\n" + LINE, "line 2 gives the size of the 1D table again"),
        ("LUT_1D_SIZE 2\n0 0\n1 1 1", "line 2 has 2 numbers instead of 3"),
        ("LUT_1D_SIZE 2\n0 0 0\n1 1 1x", "not all of its entries are numbers"),
        ("LUT_1D_SIZE 2\n0 0 0\n1 1 nan", "not finite"),
        ("LUT_1D_SIZE 2\nDOMAIN_MIN 0 0\n" + LINE, "line 2 must give 3 numbers"),
        ("LUT_1D_SIZE 2\nDOMAIN_MAX 0 0 0\n" + LINE, "domain ends before it begins"),
        ("LUT_1D_SIZE 2\nLUT_IN_VIDEO_RANGE\n" + LINE, "unknown keyword LUT_IN_VIDEO_RANGE"),
        ("LUT_1D_SIZE 2\n0 0 0\nTITLE late\n1 1 1", "line 3 has the keyword TITLE among the numbers"),
        ("{}", "unknown keyword"),
    ],
)
def test_a_broken_cube_file_is_refused_with_the_reason(tmp_path, text, words):
    (tmp_path / "a.cube").write_text(text)
    with pytest.raises(ExposureError, match=words) as caught:
        read_cube(tmp_path / "a.cube")
    assert str(tmp_path / "a.cube") in caught.value.message


@given(st.text(alphabet="LUT_13DSIZE 012.-\n#nDOMAINX", max_size=120))
@settings(max_examples=150)
def test_no_text_makes_the_reader_stumble(text):
    try:
        assert isinstance(parse_cube(text), Lut)
    except ExposureError as error:
        assert error.hint


def test_a_missing_cube_file_is_named(tmp_path):
    with pytest.raises(ExposureError, match=r"no\.cube"):
        read_cube(tmp_path / "no.cube")


def test_a_hald_picture_gives_the_table_back_within_a_code_of_16_bits(tmp_path):
    lut = bake(five_steps(), 16)
    write_hald(tmp_path / "look.png", lut)
    found = read_hald(tmp_path / "look.png")
    assert np.abs(found.table - lut.table).max() < 2 / 65535


def test_red_runs_fastest_along_the_rows_of_a_hald_picture(tmp_path):
    write_hald(tmp_path / "identity.png", bake(Recipe((Step("gamma", {"gamma": 1 / 2.2}),)), 4))
    from imagecodecs import png_decode

    codes = png_decode((tmp_path / "identity.png").read_bytes())
    assert codes.dtype == np.uint16
    assert codes.shape == (8, 8, 3)
    assert codes[0, 3, 0] == 65535
    assert codes[0, :4, 1:].max() == 0
    assert codes[0, 4, 1] > 0


@pytest.mark.parametrize("shape", [(8, 9), (10, 10), (1, 1)])
def test_a_picture_of_another_size_is_no_hald(tmp_path, shape):
    write_image(tmp_path / "photo.png", np.zeros((*shape, 3), np.uint8), Metadata())
    with pytest.raises(ExposureError, match=f"is no HaldCLUT: it has {shape[1]} x {shape[0]} pixels"):
        read_hald(tmp_path / "photo.png")


def test_a_table_that_no_hald_can_hold_is_the_callers_mistake(tmp_path):
    with pytest.raises(ValueError, match="square number"):
        write_hald(tmp_path / "look.png", bake(Recipe(), 5))
