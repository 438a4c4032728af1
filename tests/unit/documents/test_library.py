import os
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from exposure_app.documents import library as module
from exposure_app.documents.library import RATINGS_FILE, Library, PhotoEntry
from exposure_app.documents.thumbnails import LONG_EDGE, ThumbnailCache
from exposure_app.errors import ExposureError
from exposure_app.io.formats import find_photos
from tests.helpers.shared import raw_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(3):
        save(folder / f"a{number}.jpg", (60, 40))
    return folder


def save(path: Path, size: tuple[int, int], **options) -> Path:
    width, height = size
    ramp = np.zeros((height, width, 3), np.uint8)
    ramp[..., 0] = np.linspace(0, 255, width)
    ramp[: height // 2, :, 1] = 200
    Image.fromarray(ramp).save(path, **options)
    return path


def test_marks_come_back_and_only_the_marked_photos_are_stored(folder):
    photos = find_photos([folder])
    library = Library()
    assert library.open(photos) == [PhotoEntry(photo) for photo in photos]
    library.set_rating(photos[:2], 4)
    library.set_flag(photos[1:], "reject")
    library.set_rating(photos[:1], 0)
    (folder / "a2.jpg.exposure.json").write_text("{}")
    assert Library().open(photos) == [
        PhotoEntry(photos[0]),
        PhotoEntry(photos[1], 4, "reject"),
        PhotoEntry(photos[2], 0, "reject", edited=True),
    ]
    assert "a0.jpg" not in (folder / RATINGS_FILE).read_text()


def test_marks_move_with_the_folder_and_outlive_the_absence_of_a_photo(folder, tmp_path):
    photos = find_photos([folder])
    library = Library()
    library.open(photos)
    library.set_rating(photos, 5)
    moved = folder.rename(tmp_path / "elsewhere")
    hidden = (moved / "a0.jpg").rename(tmp_path / "a0.jpg")
    library.open(find_photos([moved]))
    library.set_rating([moved / "a1.jpg"], 1)
    hidden.rename(moved / "a0.jpg")
    assert [entry.rating for entry in Library().open(find_photos([moved]))] == [5, 1, 5]


def test_two_libraries_do_not_undo_each_other(folder):
    photos = find_photos([folder])
    one, other = Library(), Library()
    one.open(photos)
    other.open(photos)
    one.set_rating(photos[:1], 3)
    other.set_flag(photos[1:2], "pick")
    assert [(e.rating, e.flag) for e in Library().open(photos)] == [(3, "none"), (0, "pick"), (0, "none")]


def test_a_damaged_file_is_set_aside_and_reported(folder):
    (folder / RATINGS_FILE).write_text("{ damaged")
    library = Library()
    photos = find_photos([folder])
    assert [entry.rating for entry in library.open(photos)] == [0, 0, 0]
    assert len(library.problems) == 1 and f"{RATINGS_FILE}.bak" in library.problems[0].hint
    library.set_rating(photos, 2)
    assert (folder / f"{RATINGS_FILE}.bak").read_text() == "{ damaged"


@pytest.mark.parametrize("photos", [{"a0.jpg": 3}, {"a0.jpg": {"rating": 9, "flag": []}}, {"a0.jpg": None}])
def test_marks_edited_by_hand_into_nonsense_count_as_none(folder, photos):
    import json

    (folder / RATINGS_FILE).write_text(json.dumps({"format": "exposure-ratings", "version": 1, "photos": photos}))
    assert Library().open([folder / "a0.jpg"]) == [PhotoEntry(folder / "a0.jpg")]


def test_where_the_folder_cannot_be_written_the_marks_are_kept_with_the_programs_files(folder, monkeypatch):
    photos = find_photos([folder])
    Library().set_rating(photos, 2)
    write = module.write_text_atomic

    def read_only(path, text):
        if Path(path).parent == folder:
            raise ExposureError("read-only")
        write(path, text)

    with monkeypatch.context() as card:
        card.setattr(module, "write_text_atomic", read_only)
        library = Library()
        library.open(photos)
        library.set_rating(photos[:1], 5)
        library.set_rating(photos[1:2], 0)
        assert [entry.rating for entry in Library().open(photos)] == [5, 0, 2]
    Library().set_flag(photos[2:], "pick")  # now it can: everything goes back
    assert not list((Path(os.environ["EXPOSURE_HOME"]) / "config" / "ratings").glob("*"))
    assert [(e.rating, e.flag) for e in Library().open(photos)] == [(5, "none"), (0, "none"), (2, "pick")]


def test_a_file_that_cannot_be_read_is_never_replaced(folder, monkeypatch):
    (folder / RATINGS_FILE).mkdir()
    (folder / RATINGS_FILE / "precious").touch()
    photos = find_photos([folder])
    library = Library()
    library.open(photos)
    assert library.problems
    library.set_rating(photos[:1], 5)
    assert Library().open(photos)[0].rating == 5
    assert (folder / RATINGS_FILE / "precious").exists()


def test_wrong_marks_are_refused(folder):
    with pytest.raises(ExposureError):
        Library().set_rating([folder / "a0.jpg"], 6)
    with pytest.raises(ExposureError):
        Library().set_flag([folder / "a0.jpg"], "maybe")  # type: ignore[arg-type]


def test_two_thousand_photos_are_listed_without_being_read(tmp_path):
    for number in range(2000):
        (tmp_path / f"DSC_{number:04}.NEF").write_bytes(b"x")
    photos = find_photos([tmp_path])
    Library().set_rating(photos, 3)
    entries = Library().open(photos)
    assert len(entries) == 2000 and all(entry.rating == 3 for entry in entries)


# --- thumbnails -------------------------------------------------------------------------------------------------------


@pytest.fixture
def cache(tmp_path: Path) -> ThumbnailCache:
    return ThumbnailCache(tmp_path / "thumbnails")


def files_in(cache: ThumbnailCache) -> list[Path]:
    return sorted(cache.folder.glob("*/*"))


def test_a_thumbnail_is_small_upright_and_kept(cache, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    photo = save(tmp_path / "big.jpg", (1200, 800), exif=exif)
    made = cache.thumbnail(photo).pixels
    assert made is not None and made.shape == (LONG_EDGE, 171, 3)
    assert made[10, 10, 1] < 60 < 150 < made[10, -10, 1]  # the green upper half is now the right one
    photo_bytes, state = photo.read_bytes(), photo.stat()
    photo.write_bytes(b"x" * len(photo_bytes))
    os.utime(photo, ns=(state.st_atime_ns, state.st_mtime_ns))
    kept = cache.thumbnail(photo).pixels  # same name, time and size: not looked at again
    assert kept is not None and np.abs(kept.astype(int) - made).mean() < 2


@pytest.mark.parametrize(
    ("name", "mode", "options"),
    [
        ("a.png", "RGBA", {}),
        ("a.png", "P", {}),
        ("a.webp", "RGB", {}),
        ("a.tif", "RGB", {}),
        ("a.jpg", "L", {}),
        ("a.jpg", "CMYK", {}),
    ],
)
def test_every_kind_of_picture_gets_one(cache, tmp_path, name, mode, options):
    photo = tmp_path / name
    Image.new("RGB", (600, 300), (200, 100, 50)).convert(mode).save(photo, **options)
    thumbnail = cache.thumbnail(photo)
    if mode == "CMYK":
        assert thumbnail.pixels is None and "CMYK" in thumbnail.reason
        return
    assert thumbnail.pixels is not None and thumbnail.pixels.shape == (128, 256, 3)


def test_a_sixteen_bit_picture_gets_one(cache, tmp_path):
    import imagecodecs

    photo = tmp_path / "deep.tif"
    photo.write_bytes(imagecodecs.tiff_encode(np.full((300, 600, 3), 30000, np.uint16)))
    pixels = cache.thumbnail(photo).pixels
    assert pixels is not None and np.abs(pixels.astype(int) - 30000 // 257).max() <= 2


def test_a_broken_photo_says_why_and_is_not_kept(cache, tmp_path):
    for name, content in (("a.jpg", b"\xff\xd8\xff\xe0 no"), ("b.nef", b"no"), ("c.png", b"")):
        (tmp_path / name).write_bytes(content)
        thumbnail = cache.thumbnail(tmp_path / name)
        assert thumbnail.pixels is None and thumbnail.reason
    assert cache.thumbnail(tmp_path / "gone.jpg").reason
    assert files_in(cache) == []


@pytest.mark.parametrize("content", [b"", b"\xff\xd8 damaged", bytes(5000)])
def test_a_damaged_entry_is_made_again(cache, tmp_path, content):
    photo = save(tmp_path / "big.jpg", (600, 400))
    cache.thumbnail(photo)
    (entry,) = files_in(cache)
    entry.write_bytes(content)
    assert cache.thumbnail(photo).pixels is not None
    assert files_in(cache) == [entry] and entry.stat().st_size > 1000


def test_a_changed_photo_gets_a_new_one(cache, tmp_path):
    photo = save(tmp_path / "big.jpg", (600, 400))
    cache.thumbnail(photo)
    save(photo, (400, 600))
    pixels = cache.thumbnail(photo).pixels
    assert pixels is not None and pixels.shape == (256, 171, 3)


def test_the_cache_is_bounded_and_the_longest_unseen_go_first(tmp_path):
    cache = ThumbnailCache(tmp_path / "thumbnails", max_bytes=40_000)
    photos = [save(tmp_path / f"{number}.jpg", (600, 400)) for number in range(12)]
    for age, photo in enumerate(photos):
        known = set(files_in(cache))
        cache.thumbnail(photo)
        for new in set(files_in(cache)) - known:
            os.utime(new, (1e9 + age, 1e9 + age))
    assert sum(file.stat().st_size for file in files_in(cache)) <= 40_000
    assert max(file.stat().st_mtime for file in files_in(cache)) >= 1e9 + 11


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(tmp_path):
    (tmp_path / "thumbnails").write_text("a file where the folder should be")
    cache = ThumbnailCache(tmp_path / "thumbnails")
    assert cache.thumbnail(save(tmp_path / "big.jpg", (600, 400))).pixels is not None


@raw_files("kodak_dc50_1.kdc", "nikon_crop768_1.dng")
def test_raw_files_get_one(cache, raw_file):
    pixels = cache.thumbnail(raw_file).pixels
    assert pixels is not None and max(pixels.shape) == LONG_EDGE and 20 < pixels.mean() < 220


def test_nothing_heavy_is_imported_to_list_photos():
    import subprocess

    code = "import sys, exposure_app.documents.library, exposure_app.documents.thumbnails, exposure_app.export.namer\n"
    code += "print([m for m in ('numba', 'torch', 'rawpy', 'PIL.Image', 'exposure_app.filters') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
