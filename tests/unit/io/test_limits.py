"""Files that announce what they do not hold: refused before anything of it is read or allocated."""

import io
import os
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from exposure_app.documents.thumbnails import make_thumbnail
from exposure_app.errors import ExposureError
from exposure_app.export.naming import date_taken
from exposure_app.io.formats import find_photos, read_image
from exposure_app.io.limits import check_scans, check_size

on_unix = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")


def png(width: int, height: int, data: bytes = b"\0" * 99) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def jpeg(*, progressive: bool = False, size: tuple[int, int] = (48, 32)) -> bytes:
    stream = io.BytesIO()
    noise = np.random.default_rng(1).integers(0, 255, (size[1], size[0], 3), np.uint8)
    Image.fromarray(noise).save(stream, "JPEG", progressive=progressive)
    return stream.getvalue()


def announcing(content: bytes, width: int, height: int) -> bytes:
    """A JPEG with another size in its header."""
    at = next(content.index(marker) for marker in (b"\xff\xc0", b"\xff\xc2") if marker in content)
    return content[: at + 5] + struct.pack(">HH", height, width) + content[at + 9 :]


def tiff(width: int, height: int, samples: int = 3) -> bytes:
    """A header that promises, and nothing behind it."""
    tags = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 8), (262, 3, 2), (273, 4, 8), (277, 3, samples)]
    tags += [(278, 4, height), (279, 4, 4)]
    body = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return struct.pack("<2sHI", b"II", 42, 12) + b"\0" * 4 + struct.pack("<H", len(tags)) + body + b"\0" * 4


BOMBS = {
    "big.png": png(22000, 22000),
    "none.png": png(0, 5),
    "huge.png": png(2**31 - 1, 2**31 - 1),
    "baseline.jpg": announcing(jpeg(), 20000, 20000),
    "progressive.jpg": announcing(jpeg(progressive=True), 22000, 22000),
    "none.jpg": announcing(jpeg(), 0, 9),
    "big.tif": tiff(22000, 22000),
    "deep.tif": tiff(4000, 4000, 65535),
    "none.tif": tiff(0, 0),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_one_sentence_and_little_memory(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(BOMBS[name])
    for read in (read_image, make_thumbnail):
        tracemalloc.start()
        try:
            with pytest.raises(ExposureError):
                read(tmp_path / name)
            assert tracemalloc.get_traced_memory()[1] < 64 << 20
        finally:
            tracemalloc.stop()
    assert len(date_taken(tmp_path / name)) == 10  # that of the file


def test_a_picture_is_read_no_further_than_it_can_go(tmp_path: Path):
    file = tmp_path / "photo.jpg"
    file.write_bytes(jpeg())
    with file.open("r+b") as stream:
        stream.truncate(4 << 30)  # a hole
    tracemalloc.start()
    try:
        assert read_image(file).pixels.shape == (32, 48, 3)
        assert tracemalloc.get_traced_memory()[1] < 100 << 20
    finally:
        tracemalloc.stop()


def test_a_jpeg_of_very_many_scans_is_refused():
    content = jpeg(progressive=True)
    check_scans(content, 48 * 32)
    at = content.rindex(b"\xff\xda")
    with pytest.raises(ValueError, match="scans"):
        check_scans(content[:at] + content[at:-2] * 200 + b"\xff\xd9", 48 * 32)
    with pytest.raises(ValueError, match="scans"):
        check_scans(content, 500_000_000)
    check_scans(jpeg(), 500_000_000)


def test_large_photos_of_few_bytes_a_pixel_are_taken(tmp_path: Path):
    check_size(tmp_path, 20000, 20000, 800_000)  # a frugal JPEG of the night sky
    check_size(tmp_path, 8000, 8000, 100)
    for size in ((0, 5), (5, -1)):
        with pytest.raises(ValueError, match="no pixels"):
            check_size(tmp_path, *size, 100)


@on_unix
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.dng", "a.heic"])
def test_a_named_pipe_is_no_photo(tmp_path: Path, name: str):
    os.mkfifo(tmp_path / name)
    for read in (read_image, make_thumbnail):
        with pytest.raises(ExposureError):
            read(tmp_path / name)
    assert len(date_taken(tmp_path / name)) == 10
    assert find_photos([tmp_path]) == []


def test_a_thumbnail_starts_no_other_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Pillow hands PostScript to Ghostscript, whatever the file is called."""
    script = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 300 300\n%%EndComments\n(/tmp/x) (w) file\n%%EOF\n"
    (tmp_path / "photo.jpg").write_bytes(script)
    monkeypatch.setattr("subprocess.Popen", lambda *_, **__: pytest.fail("a program was started"))
    monkeypatch.setattr("subprocess.check_call", lambda *_, **__: pytest.fail("a program was started"))
    with pytest.raises(ExposureError):
        make_thumbnail(tmp_path / "photo.jpg")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="needs a folder that cannot be read")
def test_a_folder_below_that_cannot_be_read_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    (tmp_path / "closed").mkdir(mode=0)
    (tmp_path / "a.jpg").write_bytes(b"")
    assert find_photos([tmp_path], recursive=True) == [tmp_path / "a.jpg"]
    assert "Cannot list the folder" in caplog.text


def test_a_folder_below_that_cannot_be_listed_is_a_warning_and_the_one_that_was_named_an_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "closed").mkdir()
    (tmp_path / "a.jpg").write_bytes(b"")
    listed = Path.iterdir

    def refuse(path: Path):
        if path.name == "closed":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert find_photos([tmp_path], recursive=True) == [tmp_path / "a.jpg"]
    assert "Cannot list the folder" in caplog.text
    with pytest.raises(ExposureError, match="Cannot list"):
        find_photos([tmp_path / "closed"])
