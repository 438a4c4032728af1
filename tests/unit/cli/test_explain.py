"""The commands that look into a recipe."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from exposure_app.agent.header import NetConfig
from exposure_app.agent.style import new_style, save_style
from exposure_app.cli.commands import app
from exposure_app.pipeline import recipe as recipes
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.pipeline.sidecar import write_sidecar
from tests.helpers.editor import make_photo


def run(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def style(tmp_path: Path) -> Path:
    path = tmp_path / "beginner.safetensors"
    save_style(path, new_style("beginner", NetConfig(channels=4, hidden=8)))
    return path


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return make_photo(tmp_path / "harbour.jpg", 90, 60)


def test_explain_tells_of_every_step_in_a_table_and_sentences(photo: Path, style: Path):
    result = run("explain", photo, "--style", style)
    assert result.exit_code == 0, result.output
    for number in range(1, 6):
        assert any(line.startswith(f"{number}.") for line in result.stdout.splitlines())
    assert "Finished" in result.stdout
    assert "beginner" in result.stdout.lower()


def test_explain_in_json_adds_up(photo: Path, style: Path):
    found = json.loads(run("explain", photo, "--style", style, "--json").stdout)
    assert sum(step["share"] for step in found["steps"]) == pytest.approx(found["gain"], abs=1e-12)
    assert recipes.from_json(found["recipe"]).style == "beginner"
    assert found["input"] == str(photo)


def test_explain_takes_the_recipe_beside_the_photo_then_a_given_one(photo: Path, style: Path, tmp_path: Path):
    write_sidecar(photo, Recipe((Step("contrast", {"amount": 0.2}),)))
    beside = json.loads(run("explain", photo, "--style", style, "--json").stdout)
    assert [step["filter"] for step in beside["steps"]] == ["contrast"]
    given = tmp_path / "given.json"
    given.write_text(recipes.dumps(Recipe((Step("gamma", {"gamma": 0.5}), Step("exposure", {"ev": 0.0})))))
    result = run("explain", photo, "--style", style, "--recipe", given, "--leaner", tmp_path / "lean.json", "--json")
    assert [step["filter"] for step in json.loads(result.stdout)["steps"]] == ["gamma", "exposure"]
    weak = json.loads(result.stdout)["weak"]
    assert len(recipes.read_recipe(tmp_path / "lean.json").steps) == 2 - len(weak)


def test_an_unknown_style_is_one_line(photo: Path):
    result = run("explain", photo, "--style", "nobody")
    assert result.exit_code == 1
    assert "nobody" in result.stderr
    assert "Traceback" not in result.output


def test_replan_keeps_the_first_steps_and_writes_the_recipe(photo: Path, style: Path, tmp_path: Path):
    given, out = tmp_path / "given.json", tmp_path / "out.json"
    mine = (Step("gamma", {"gamma": 0.5}), Step("contrast", {"amount": 0.1}), Step("exposure", {"ev": 0.3}))
    given.write_text(recipes.dumps(Recipe(mine)))
    result = run("replan", photo, "--recipe", given, "--after", 2, "--style", style, "-o", out)
    assert result.exit_code == 0, result.output
    recipe = recipes.read_recipe(out)
    assert recipe.steps[:2] == mine[:2]
    assert (len(recipe.steps), recipe.style) == (5, "beginner")
    assert result.stdout.count("(new)") == 3
    found = json.loads(run("replan", photo, "--recipe", out, "--after", 2, "--style", style, "--json").stdout)
    assert recipes.from_json(found["recipe"]) == recipe, "planned again from the same steps it is the same plan"
    assert found["planned"] == [2, 3, 4]


def test_replan_where_nothing_is_left_says_what_to_do(photo: Path, style: Path):
    result = run("replan", photo, "--after", 5, "--style", style)
    assert result.exit_code == 1
    assert "nothing left to plan" in result.stderr


def test_variations_are_few_and_their_seeds_can_be_used(photo: Path, style: Path, tmp_path: Path):
    result = run("variations", photo, "--style", style, "--samples", 5, "--seed", 3, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert sorted(seed for one in found["alternatives"] for seed in one["seeds"]) == [3, 4, 5, 6, 7]
    first = found["alternatives"][0]
    again = run("retouch", photo, "-o", tmp_path / "out.jpg", "--style", style, "--seed", first["seed"], "--json")
    assert json.loads(again.stdout)[0]["recipe"] == first["recipe"]
    assert run("variations", photo, "--style", style, "--samples", 2).stdout.startswith("Usual (seed")


def test_recipes_of_the_alternatives_are_written_when_a_folder_is_named(photo: Path, style: Path, tmp_path: Path):
    result = run("variations", photo, "--style", style, "--samples", 3, "-o", tmp_path / "all", "--json")
    alternatives = json.loads(result.stdout)["alternatives"]
    written = {recipes.read_recipe(path).seed for path in (tmp_path / "all").iterdir()}
    assert written == {one["seed"] for one in alternatives}


@pytest.mark.parametrize("spelling", ["-o", "--output", "--leaner"])
def test_the_leaner_recipe_is_an_output_by_any_name(photo: Path, style: Path, tmp_path: Path, spelling: str):
    assert run("explain", photo, "--style", style, spelling, tmp_path / "lean.json").exit_code == 0
    assert recipes.read_recipe(tmp_path / "lean.json").style == "beginner"


@pytest.mark.parametrize("command", ["explain", "replan", "variations"])
def test_they_develop_as_they_are_told(photo: Path, style: Path, command: str):
    after = ("--after", 0) if command == "replan" else ()
    result = run(command, photo, "--style", style, "--white-balance", "tungsten", "--json", *after)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    recipe = found["alternatives"][0]["recipe"] if command == "variations" else found["recipe"]
    assert recipe["develop"]["white_balance"] == "tungsten"
