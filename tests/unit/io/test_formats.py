import subprocess
import sys
from pathlib import Path

import pytest

from exposure_app.errors import ExposureError
from exposure_app.io.formats import find_photos, is_raw, read_image


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def test_importing_the_module_loads_no_codec() -> None:
    code = (
        "import sys, exposure_app.io.formats\n"
        "print([m for m in ('rawpy', 'numba', 'torch', 'tifffile', 'imagecodecs', 'PIL') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_extensions_match_in_any_case() -> None:
    assert is_raw("a/B.CR2")
    assert is_raw("b.Dng")
    assert not is_raw("c.jpg")


def test_folders_give_their_photos_in_natural_order(tmp_path: Path) -> None:
    touch(tmp_path, "IMG_10.JPG", "IMG_2.cr2", "img_1.Png", "notes.txt", "._IMG_2.cr2", ".hidden.jpg", "sub/a.nef")
    assert [p.name for p in find_photos([tmp_path])] == ["img_1.Png", "IMG_2.cr2", "IMG_10.JPG"]
    assert [p.name for p in find_photos([tmp_path], recursive=True)][-1] == "a.nef"


def test_files_are_taken_as_named_and_only_once(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "odd.xyz")
    found = find_photos([tmp_path / "odd.xyz", tmp_path / "a.jpg", tmp_path])
    assert [p.name for p in found] == ["odd.xyz", "a.jpg"]


def test_paths_that_do_not_exist_are_errors(tmp_path: Path) -> None:
    with pytest.raises(ExposureError, match="does not exist"):
        find_photos([tmp_path / "none"])


@pytest.mark.parametrize("name", ["a.CR2", "a.dng", "a.jpg", "a.png", "a.tif", "a.webp"])
@pytest.mark.parametrize("content", [b"", b"Dear diary, ", b"\0" * 3000, b"II*\0\x08\0\0\0" + b"\xff" * 300])
def test_what_is_no_photo_gives_one_clear_error(
    tmp_path: Path, name: str, content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ExposureError) as caught:
        read_image(tmp_path / name)
    assert name in caught.value.message
    assert caught.value.hint.endswith(".")
    assert capfd.readouterr().err == ""


def test_missing_files_folders_and_unknown_kinds_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "folder.jpg").mkdir()
    touch(tmp_path, "a.gif")
    for name, words in (("none.jpg", "does not exist"), ("folder.jpg", "is a folder"), ("a.gif", "not of a kind")):
        with pytest.raises(ExposureError, match=words):
            read_image(tmp_path / name)
