from pathlib import Path

import pytest

from exposure_app.errors import ExposureError
from exposure_app.interop.darktable import cube_of, darktable_text
from exposure_app.interop.pp3 import clut_of, pp3_text
from exposure_app.pipeline.geometry import Geometry, Rect


def test_a_profile_names_its_table_and_develops_plainly(tmp_path):
    path = tmp_path / "look.pp3"
    path.write_text(pp3_text(Path("/looks/100 % blue.png"), Geometry(), (600, 400), raw=True))
    assert clut_of(path) == Path("/looks/100 % blue.png")
    lines = path.read_text().splitlines()
    assert {"Compensation=0", "ToneCurve=false", "InputProfile=(camera)", "Setting=Camera"} <= set(lines)
    assert "[Crop]" not in lines


def test_the_crop_of_a_raw_file_leaves_out_the_border_that_rawtherapee_cuts_off():
    geometry = Geometry(mirror=True, turns=1, crop=Rect(0, 0, 1, 0.5))
    text = pp3_text(Path("a.png"), geometry, (600, 400), raw=True)
    assert "X=0\nY=0\nW=392\nH=296\n" in text
    assert "Rotate=90\nHorizontalFlip=false\nVerticalFlip=true\n" in text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no profile", "is no profile"),
        (b"\xff\xfe", "is no profile"),
        (b"[Exposure]\nAuto=true\n", "no film simulation"),
        (b"[Film Simulation]\nEnabled=false\nClutFilename=a.png\n", "no film simulation"),
    ],
)
def test_a_profile_without_a_table_is_refused(tmp_path, content, words):
    (tmp_path / "a.pp3").write_bytes(content)
    with pytest.raises(ExposureError, match=words):
        clut_of(tmp_path / "a.pp3")


def test_a_darktable_sidecar_names_its_table_in_its_own_folder(tmp_path):
    (tmp_path / "a.xmp").write_text(darktable_text("Düne.65.cube"))
    assert cube_of(tmp_path / "a.xmp") == tmp_path / "Düne.65.cube"


def test_a_name_that_darktable_has_no_room_for_is_refused():
    with pytest.raises(ExposureError, match="longer path"):
        darktable_text("x" * 512)


@pytest.mark.parametrize("text", ["", 'operation="lut3d" modversion="3" params="gz01AAAA"'])
def test_a_sidecar_without_that_module_is_refused(tmp_path, text):
    (tmp_path / "a.xmp").write_text(text)
    with pytest.raises(ExposureError, match=r"a\.xmp"):
        cube_of(tmp_path / "a.xmp")
