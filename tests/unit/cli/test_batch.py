"""``exposure batch`` as a user or a script meets it."""

import json
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from exposure_app.agent.header import NetConfig
from exposure_app.agent.style import new_style, save_style
from exposure_app.cli.commands import app
from exposure_app.io import develop as developing
from exposure_app.io.develop import Develop
from exposure_app.pipeline.recipe import Recipe, dumps
from exposure_app.pipeline.sidecar import write_sidecar
from tests.helpers.batches import RECIPE, contents, folder, photo


def run(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "recipe.json"
    path.write_text(dumps(RECIPE))
    return path


def test_a_style_gives_the_bytes_of_exposure_retouch(tmp_path, sample_dng):
    place = folder(tmp_path / "in", 1)
    (place / "sample.dng").symlink_to(sample_dng)
    save_style(tmp_path / "beginner.safetensors", new_style("beginner", NetConfig(channels=4, hidden=8)))
    options = ("--style", tmp_path / "beginner.safetensors", "--seed", 3, "--amount", 130, "--quality", 80)
    result = run("batch", place, tmp_path / "out", *options, "--jobs", 2, "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["counts"]["done"] == 2 and len(report["files"]) == 2
    for record in report["files"]:
        assert run("retouch", record["input"], "-o", tmp_path / "one.jpg", *options).exit_code == 0
        assert Path(record["output"]).read_bytes() == (tmp_path / "one.jpg").read_bytes()
        assert record["recipe"]["style"] == "beginner" and isinstance(record["score"], float)
        assert set(record["seconds"]) >= {"read", "plan"}


def test_photos_are_developed_as_by_exposure_retouch_and_as_their_sidecars_say(tmp_path):
    place = folder(tmp_path / "in", 2)
    first, second = sorted(place.rglob("*.jpg"))
    write_sidecar(first, Recipe(develop=Develop("custom", temperature=3000, tint=0)))
    save_style(tmp_path / "beginner.safetensors", new_style("beginner", NetConfig(channels=4, hidden=8)))
    options = ("--style", tmp_path / "beginner.safetensors", "--white-balance", "auto", "--denoise", 10)
    result = run("batch", place, tmp_path / "out", *options, "--jobs", 1, "--json")
    records = {Path(record["input"]).name: record for record in json.loads(result.stdout)["files"]}
    assert records[first.name]["recipe"]["develop"]["temperature"] == 3000
    assert records[second.name]["recipe"]["develop"] == developing.to_json(Develop("auto", denoise=10))
    for record in records.values():
        assert run("retouch", record["input"], "-o", tmp_path / "one.jpg", *options).exit_code == 0
        assert Path(record["output"]).read_bytes() == (tmp_path / "one.jpg").read_bytes()
    result = run(
        "batch", first, tmp_path / "kept", "--style", tmp_path / "beginner.safetensors", "--sidecars", "--json"
    )
    assert json.loads(result.stdout)["files"][0]["recipe"]["develop"]["temperature"] == 3000


def test_some_failed_is_exit_1_with_a_line_each(tmp_path, recipe):
    place = folder(tmp_path / "in", 2)
    (place / "bad.nef").write_bytes(b"bad")
    result = run("batch", place, tmp_path / "out", "--recipe", recipe, "--jobs", 1)
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: ") and "bad.nef" in line
    assert result.stdout.startswith("2 done, 1 failed in ")
    assert len(contents(tmp_path / "out")) == 2


def test_options_reach_the_files(tmp_path, recipe):
    photo(tmp_path / "in" / "a.jpg", size=(90, 60))
    options = ("--format", "png", "--bits", 8, "--resize", 45, "--profile", "display-p3", "--sharpen", "high")
    result = run("batch", tmp_path / "in", tmp_path / "out", "--recipe", recipe, "--name", "{n:04} {style}", *options)
    assert result.exit_code == 0, result.output
    with Image.open(tmp_path / "out" / "0001 vivid.png") as written:
        assert written.size == (45, 30) and b"Display P3" in written.info["icc_profile"]


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(tmp_path, recipe):
    place = folder(tmp_path / "in", 3)
    result = run("batch", place, tmp_path / "out", "--recipe", recipe, "--dry-run")
    assert result.exit_code == 0
    assert f"{place / 'IMG_001.jpg'} -> {tmp_path / 'out' / 'IMG_001.jpg'}" in result.stdout.splitlines()
    assert not (tmp_path / "out").exists()
    report = json.loads(run("batch", place, tmp_path / "out", "--recipe", recipe, "--dry-run", "--json").stdout)
    assert len(report["files"]) == 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--style", "sparkle"), "no style called sparkle"),
        (("--resize", "big"), "is no size"),
        (("--name", "{what}"), "not known"),
        (("--bits", 12), "8 or 16 bits"),
        (("--style", "vivid", "--recipe", "x.json"), "not both"),
    ],
)
def test_a_wrong_option_is_one_line_and_nothing_is_written(tmp_path, options, words):
    place = folder(tmp_path / "in", 1)
    result = run("batch", place, tmp_path / "out", *options)
    assert result.exit_code == 1
    assert words in result.stderr and len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_stopped_batch_is_pointed_at(tmp_path, recipe):
    place = folder(tmp_path / "in", 2)
    run("batch", place, tmp_path / "out", "--recipe", recipe, "--jobs", 1)
    journal = tmp_path / "out" / ".exposure-batch" / "journal.jsonl"
    journal.write_text("".join(journal.read_text().splitlines(keepends=True)[:-1]))
    result = run("batch", place, tmp_path / "out", "--recipe", recipe, "--jobs", 1)
    assert "left 1 photos" in result.stderr and "--resume" in result.stderr
    assert result.stdout.startswith("2 skipped")
