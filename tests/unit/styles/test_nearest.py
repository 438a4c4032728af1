"""A style explained by the photos it was learned from."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from exposure_app.agent.header import read_header
from exposure_app.documents.thumbnails import make_thumbnail
from exposure_app.styles.nearest import LIKED, liked_photos, nearest
from tests.helpers.editor import save_untrained_style
from tests.helpers.shared import photos_in


def flat(path: Path, colour: tuple[int, int, int]) -> Path:
    noise = np.random.default_rng(0).normal(0, 4, (60, 90, 3))
    Image.fromarray((noise + colour).clip(0, 255).astype(np.uint8)).save(path, quality=95)
    return path


@pytest.fixture
def liked(tmp_path) -> list[Path]:
    colours = {"dark": (20, 20, 25), "bright": (220, 220, 215), "red": (170, 60, 60), "blue": (60, 60, 170)}
    return [flat(tmp_path / f"{name}.jpg", colour) for name, colour in colours.items()]


def test_the_most_alike_come_first(liked, tmp_path):
    found = nearest(make_thumbnail(flat(tmp_path / "mine.jpg", (150, 70, 65))), liked, 2)
    assert found[0].photo.stem == "red"
    assert [entry.distance for entry in found] == sorted(entry.distance for entry in found)
    same = nearest(make_thumbnail(liked[3]), liked, 1)
    assert same[0].photo == liked[3]
    assert same[0].distance < 0.1


def test_what_cannot_be_read_is_passed_over(liked, tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    picture = make_thumbnail(liked[0])
    assert len(nearest(picture, [*liked, tmp_path / "broken.jpg"], 9)) == 4
    assert nearest(picture, [tmp_path / "broken.jpg"]) == []


def test_a_style_knows_its_photos_only_where_it_was_learned(liked, exposure_home):
    from exposure_app import paths
    from exposure_app.learning.store import write_photo_list

    save_untrained_style("mine")
    style = read_header(paths.user_styles_dir() / "mine.safetensors")
    assert liked_photos(style) == []
    write_photo_list(paths.user_styles_dir() / f"mine{LIKED}", liked)
    liked[0].unlink()
    assert liked_photos(style) == liked[1:]


@pytest.mark.parametrize("size", [(64, 64), (33, 47)])
def test_pictures_of_the_window_come_back_as_they_went(size):
    from exposure_app.gui.editor.renderer import to_array, to_qimage

    codes = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    np.testing.assert_array_equal(to_array(to_qimage(codes)), codes)


def test_real_liked_photos_of_one_look_are_nearest_to_one_of_their_own():
    dark, muted = photos_in("target_moody_lowkey", 12), photos_in("target_unsplash_muted", 12)
    found = nearest(make_thumbnail(dark[0]), [*dark[1:], *muted], 3)
    assert sum("moody" in entry.photo.parent.name for entry in found) >= 2
