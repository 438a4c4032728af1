"""The cache of photos at training size."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage

from exposure_app.training.photos import data
from exposure_app.training.photos.data import Photo
from exposure_app.training.photos.small_photos import SmallPhotos, quantised
from tests.unit.training.conftest import picture

Folders = tuple[list[Path], list[Path]]


def entries(home: Path) -> list[Path]:
    return sorted((home / "cache" / "training").rglob("*.rgb"))


def never(path: Path) -> Photo:
    raise AssertionError(f"{path} was read again")


def test_a_second_reading_opens_no_photo_and_sees_the_same(
    folders: Folders, exposure_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = data.read_photos(folders[0])
    assert len(entries(exposure_home)) == len(folders[0])
    monkeypatch.setattr(data, "read_photo", never)
    second = data.read_photos(folders[0])
    for one, other in zip(first, second, strict=True):
        assert (one.path, one.scene_referred) == (other.path, other.scene_referred)
        np.testing.assert_array_equal(one.pixels, other.pixels)


@pytest.mark.parametrize("damage", [b"", b"short", bytes(100), None])
def test_a_damaged_entry_is_made_again(folders: Folders, exposure_home: Path, damage: bytes | None) -> None:
    (photo,) = data.read_photos(folders[0][:1])
    (entry,) = entries(exposure_home)
    whole = entry.read_bytes()
    flipped = whole[:-1] + bytes([whole[-1] ^ 1])
    entry.write_bytes(flipped if damage is None else damage)
    (again,) = data.read_photos(folders[0][:1])
    np.testing.assert_array_equal(photo.pixels, again.pixels)
    assert entry.read_bytes() == whole


def test_a_changed_photo_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    for seed in (1, 2):
        PillowImage.fromarray((picture(seed) * 255).astype(np.uint8)).save(path)
        os.utime(path, (seed, seed))
        (photo,) = data.read_photos([path])
        np.testing.assert_allclose(photo.pixels, picture(seed), atol=1 / 255)


def test_other_reading_code_reads_again(folders: Folders, exposure_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data.read_photos(folders[0][:1])
    monkeypatch.setattr("exposure_app.training.photos.small_photos._readers", lambda: "newer")
    data.read_photos(folders[0][:1])
    assert len(entries(exposure_home)) == 2


def test_the_cache_is_bounded(exposure_home: Path, folders: Folders) -> None:
    kept = SmallPhotos("test", max_bytes=300_000)
    for path in folders[0]:
        kept.keep(path, picture(1), False)
    assert 0 < sum(entry.stat().st_size for entry in entries(exposure_home)) <= 300_000


def test_what_is_kept_is_what_was_seen() -> None:
    pixels = picture(3)
    assert np.abs(quantised(pixels) - pixels).max() <= 0.51 / 65535
    np.testing.assert_array_equal(quantised(quantised(pixels)), quantised(pixels))


def test_photos_of_all_kinds_in_folders_of_folders_are_read(tmp_path: Path, sample_dng: Path) -> None:
    from exposure_app.io.formats import find_photos

    for number, suffix in enumerate(("jpg", "PNG", "tif", "webp")):
        folder = tmp_path / "deep" / str(number)
        folder.mkdir(parents=True)
        PillowImage.fromarray((picture(number) * 255).astype(np.uint8)).save(folder / f"x.{suffix}")
    (tmp_path / "deep" / sample_dng.name).write_bytes(sample_dng.read_bytes())
    (tmp_path / "notes.txt").write_text("no photo")
    found = data.read_photos(find_photos([tmp_path], recursive=True))
    assert sorted(photo.scene_referred for photo in found) == [False] * 4 + [True]
