import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from exposure_app.cli.commands import app
from exposure_app.image import Metadata
from exposure_app.interop.lut import bake, write_cube
from exposure_app.io.export import write_image
from exposure_app.pipeline.recipe import Recipe, Step, dumps, from_json, read_recipe
from tests.helpers.steps import five_steps


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def recipe_file(tmp_path) -> Path:
    path = tmp_path / "soft.json"
    path.write_text(dumps(five_steps()))
    return path


@pytest.fixture
def photo(tmp_path) -> Path:
    codes = (np.random.default_rng(1).random((20, 30, 3)) * 255).astype(np.uint8)
    write_image(tmp_path / "photo.png", codes, Metadata())
    return tmp_path / "photo.png"


def test_a_look_is_written_in_the_forms_asked_for_with_the_error_of_each(recipe_file, photo, tmp_path):
    result = run(
        "export-look", recipe_file, "--photo", photo, "-o", tmp_path / "out", "--as", "json, cube,xmp", "--json"
    )
    forms = json.loads(result.stdout)
    assert [form["format"] for form in forms] == ["json", "cube", "xmp"]
    assert all(Path(path).is_file() for form in forms for path in form["files"])
    assert forms[0]["delta_e"]["mean"] < 0.01 < forms[1]["delta_e"]["mean"] < forms[2]["delta_e"]["mean"]
    assert set(forms[0]["delta_e"]) == {"mean", "p95", "max"}


def test_in_words_each_form_says_what_it_needs(recipe_file, tmp_path):
    result = run("export-look", recipe_file, "-o", tmp_path, "--as", "python")
    assert result.exit_code == 0
    assert result.stdout.startswith("Python: mean 0.00")
    assert "numpy" in result.stdout
    assert str(tmp_path / "soft.py") in result.stdout


def test_an_unknown_form_fails_in_one_line(recipe_file, tmp_path):
    result = run("export-look", recipe_file, "-o", tmp_path, "--as", "psd")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: There is no format called 'psd'.")


def test_a_recipe_is_imported_as_it_is_and_written(recipe_file, tmp_path):
    result = run("import-look", recipe_file, "-o", tmp_path / "mine.json", "--json")
    told = json.loads(result.stdout)
    assert (told["kind"], told["delta_e"]) == ("recipe", None)
    assert read_recipe(tmp_path / "mine.json") == five_steps()


def test_a_table_is_imported_as_the_nearest_recipe_for_a_photo(photo, tmp_path):
    recipe = Recipe((Step("exposure", {"ev": 0.5}), Step("gamma", {"gamma": 0.5})))
    write_cube(tmp_path / "soft.cube", bake(recipe, 17))
    result = run("import-look", tmp_path / "soft.cube", "--photo", photo, "--json")
    told = json.loads(result.stdout)
    assert told["kind"] == "table" and told["photo"] == str(photo)
    assert 0 < told["delta_e"]["mean"] < 1
    assert from_json(told["recipe"]).steps
    assert "hardly visibly" in told["verdict"]


def test_in_words_the_steps_come_first_and_then_how_near_they_are(recipe_file):
    lines = run("import-look", recipe_file).stdout.splitlines()
    assert lines[0].startswith("1. ")
    assert lines[-1] == "The recipe itself: nothing is lost."


def test_a_file_without_a_look_fails_in_one_line(photo):
    result = run("import-look", photo)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: There is no look in {photo}")
