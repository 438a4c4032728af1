"""The commands about styles and people."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from exposure_app.cli.commands import app
from exposure_app.pipeline.recipe import Recipe, Step, read_recipe
from exposure_app.styles.tweaks import LEAST_PHOTOS, Ledger, read_ledger, write_ledger
from tests.helpers.editor import make_photo, save_untrained_style


def run(*words: object, status: int = 0) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == status, result.output
    return result.output if status else result.stdout


def test_a_study_from_the_command_line(tmp_path):
    make_photo(tmp_path / "photos.jpg", 60, 40)
    save_untrained_style("plain")
    assert "1 photos, 10 steps each" in run("study", "new", tmp_path / "study", tmp_path / "photos.jpg")
    assert "style plain, seed 2" in run("study", "style", tmp_path / "study", "plain", "--seed", "2")
    found = json.loads(run("study", "report", tmp_path / "study", "--json"))
    assert found["authors"][0]["photos"] == 1
    assert "raters: none yet" in run("study", "report", tmp_path / "study")
    assert "no study" in run("study", "report", tmp_path, status=1)


def test_habits_are_listed_adopted_and_dropped():
    proposed = Recipe((Step("exposure", {"ev": 1.0}),), style="plain")
    ledger = Ledger("plain")
    for number in range(LEAST_PHOTOS):
        ledger = ledger.with_photo(Path(str(number)), proposed, Recipe((Step("exposure", {"ev": 0.5}),), style="plain"))
    write_ledger(ledger)
    assert "habits 1: Exposure: -0.50 EV, in 100 % of 8 photos" in run("tweaks", "plain")
    assert "adopted 1: Exposure: -0.50 EV" in run("tweaks", "plain", "--adopt", 1)
    assert json.loads(run("tweaks", "plain", "--json"))["adopted"][0]["shift"] == [-0.5]
    assert "There is no habit 1" in run("tweaks", "plain", "--adopt", 1, status=1)
    run("tweaks", "plain", "--drop", 1)
    assert not read_ledger("plain").biases
    run("tweaks", "plain", "--forget")
    assert read_ledger("plain") == Ledger("plain")


def test_a_study_is_begun_and_a_style_joins_in_json(tmp_path):
    photo = make_photo(tmp_path / "a.jpg", 60, 40)
    save_untrained_style("plain")
    begun = json.loads(run("study", "new", tmp_path / "study", photo, "--json"))
    assert (begun["steps"], begun["photos"]) == (10, [str(photo)])
    joined = json.loads(run("study", "style", tmp_path / "study", "plain", "--json"))
    assert joined["author"] == "style plain, seed 0"
    assert read_recipe(Path(joined["results"][0])).style == "plain"


def test_a_styles_card_in_words_and_in_json():
    told = run("card", "vivid")
    assert "photos it never saw" in told and " %  " in told
    found = json.loads(run("card", "vivid", "--json"))
    assert found["likeness"][0]["of"] == "results"
    assert 0 < found["likeness"][0]["values"]["contrast"] <= 100
    assert sum(usage["share"] for usage in found["usage"]) == pytest.approx(1, abs=0.01)
    save_untrained_style("plain")
    assert json.loads(run("card", "plain", "--json"))["likeness"] == []


def test_the_nearest_photos_of_a_folder(tmp_path):
    (tmp_path / "liked").mkdir()
    photos = [make_photo(tmp_path / "liked" / f"{seed}.jpg", 60 + 30 * seed, 40, seed) for seed in range(3)]
    (first,) = json.loads(run("nearest", photos[1], "--liked", tmp_path / "liked", "--count", 1, "--json"))
    assert first["photo"] == str(photos[1])


@pytest.mark.parametrize("words", [(), ("--liked", ".", "--style", "plain")])
def test_nearest_wants_one_place_to_look(tmp_path, words):
    assert "Say whose photos" in run("nearest", make_photo(tmp_path / "a.jpg", 30, 20), *words, status=1)


def test_a_blend_is_a_recipe_that_can_be_applied(tmp_path):
    photo = make_photo(tmp_path / "a.jpg", 60, 40)
    save_untrained_style("plain")
    save_untrained_style("other", seed=1)
    run("blend", "plain", "other", photo, "--share", 30, "-o", tmp_path / "between.json")
    assert read_recipe(tmp_path / "between.json").style == "plain 70 % + other 30 %"
    told = json.loads(run("blend", "plain", "other", photo, "-o", tmp_path / "half.json", "--json"))
    assert told["recipe"]["style"] == "plain 50 % + other 50 %"
    run("apply", tmp_path / "between.json", photo, "-o", tmp_path / "b.jpg")
    assert (tmp_path / "b.jpg").is_file()
