"""The check of a folder before training."""

import json
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from typer.testing import CliRunner

from exposure_app.cli.commands import app
from exposure_app.errors import ExposureError
from exposure_app.learning.store import write_photo_list
from exposure_app.training.evaluation.audit import audit


def picture(path: Path, seed: int, *, light: float = 0.5, grey: bool = False, edge: int = 120) -> Path:
    """A picture with structure of its own, of a given mean brightness."""
    rng = np.random.default_rng(seed)
    small = rng.random((9, 12, 1 if grey else 3)) * np.ones(3)
    shown = np.clip(small - small.mean() + light, 0, 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    image = PIL.Image.fromarray((shown * 255).astype(np.uint8))
    image.resize((edge * 4 // 3, edge), PIL.Image.Resampling.BICUBIC).save(path, quality=95)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for seed in range(12):
        picture(tmp_path / "liked" / f"{seed}.jpg", seed)
    return tmp_path / "liked"


def test_a_small_clean_folder_is_told_how_many_more_would_help(folder):
    found = audit(folder)
    assert (found.photos, found.unreadable, found.duplicates, found.tiny) == (12, {}, [], [])
    assert found.more == 188
    assert len(found.advice) == 1
    assert "few" in found.advice[0]


def test_what_cannot_be_read_is_listed_with_its_reason(folder):
    (folder / "broken.jpg").write_bytes(b"no picture")
    found = audit(folder)
    assert list(found.unreadable) == [str(folder / "broken.jpg")]
    assert any("1 file cannot be read" in sentence for sentence in found.advice)


def test_versions_of_one_picture_are_found_though_retouched_and_resized(folder):
    with PIL.Image.open(folder / "3.jpg") as original:
        original.resize((200, 150)).point(lambda v: min(255, int(v * 1.2))).save(folder / "copy of 3.jpg")
    assert audit(folder).duplicates == [[str(folder / "3.jpg"), str(folder / "copy of 3.jpg")]]


def test_tiny_pictures_are_found(folder):
    picture(folder / "icon.png", 99, edge=30)
    assert audit(folder).tiny == [str(folder / "icon.png")]


def test_black_and_white_among_colour_is_called_two_styles(folder):
    for seed in range(4):
        picture(folder / "bw" / f"{seed}.jpg", 50 + seed, grey=True)
    found = audit(folder)
    assert found.monochrome == 4
    assert {Path(path).parent.name for path in found.rarer} == {"bw"}
    assert any("two styles" in sentence for sentence in found.advice)


def test_a_dark_and_a_bright_group_are_noticed(folder):
    assert not audit(folder).bimodal
    for seed in range(12):
        picture(folder / "dark" / f"{seed}.jpg", 100 + seed, light=0.12)
        picture(folder / "bright" / f"{seed}.jpg", 200 + seed, light=0.88)
    for path in folder.glob("*.jpg"):
        path.unlink()
    assert audit(folder).bimodal


def test_the_gap_to_the_inputs_is_measured_and_shared_pictures_counted(folder, tmp_path):
    for seed in range(10, 22):
        picture(tmp_path / "mine" / f"{seed}.jpg", seed)
    found = audit(folder, tmp_path / "mine")
    assert set(found.gap) == {"luminance", "contrast", "saturation"}
    assert found.gap["luminance"] > 60
    assert found.shared == 2


def test_an_empty_or_missing_folder_is_an_error_in_words(tmp_path):
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "missing"):
        with pytest.raises(ExposureError, match=path.name):
            audit(path)


def test_the_command_prints_json_or_sentences(folder):
    printed = CliRunner().invoke(app, ["audit", str(folder), "--json"])
    assert json.loads(printed.stdout)["photos"] == 12
    assert "few" in CliRunner().invoke(app, ["audit", str(folder)]).stdout


def test_chosen_photos_are_checked_like_a_folder(folder, tmp_path):
    chosen = sorted(folder.glob("*.jpg"))[:5]
    write_photo_list(tmp_path / "liked.json", chosen)
    assert audit(tmp_path / "liked.json").photos == 5


def test_another_program_follows_it_line_by_line(folder):
    (folder / "broken.jpg").write_bytes(b"no picture")
    lines = CliRunner().invoke(app, ["audit", str(folder), "--events"]).stdout.splitlines()
    told = [json.loads(line) for line in lines]
    assert {event["event"] for event in told[:-1]} == {"reading"}
    assert told[-1]["event"] == "done"
    assert told[-1]["audit"]["photos"] == 12


def test_another_program_is_told_what_went_wrong(tmp_path):
    printed = CliRunner().invoke(app, ["audit", str(tmp_path / "missing"), "--events"])
    assert printed.exit_code == 1
    last = json.loads(printed.stdout.splitlines()[-1])
    assert last["event"] == "error"
    assert "missing" in last["message"]
