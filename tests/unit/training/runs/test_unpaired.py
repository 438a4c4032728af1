"""Without pairs: a style stands between the pictures, and its results are what the steps are read off."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from exposure_app.agent.style import load_style
from exposure_app.cli.commands import app
from exposure_app.errors import ExposureError
from exposure_app.pipeline.recipe import read_recipe
from exposure_app.recover_edits import fit as search
from exposure_app.training.runs import unpaired
from tests.helpers.editor import save_untrained_style


@pytest.fixture
def before(folders: tuple[list[Path], list[Path]]) -> Path:
    return folders[0][0].parent


def test_one_recipe_is_read_off_a_style_and_each_photo_keeps_its_own(before, exposure_home, tmp_path, monkeypatch):
    whole, budget = search.search, search.Budget(steps=2, beam=1)
    monkeypatch.setattr(search, "search", lambda samples, starts, _, tell: whole(samples, starts, budget, tell))
    save_untrained_style("plain", folder=tmp_path)
    file = tmp_path / "plain.safetensors"
    told: list[float] = []
    read = unpaired.read_off(load_style(file), file, before, tmp_path / "out", 0, 2, told.append)
    assert read.found.recipe.steps
    assert told == sorted(told)
    assert len(read.recipes) == len(read.found.rows) == 12, "of twenty some are taken, evenly spread"
    assert all(read_recipe(path).style == "plain" for path in read.recipes)
    facts = json.loads(json.dumps(read.facts()))
    assert facts["unpaired"] is True
    assert facts["style"] == str(file)

    def stop(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        unpaired.read_off(load_style(file), file, before, tmp_path / "other", 0, 2, stop)


def test_two_folders_are_needed(before, tmp_path):
    with pytest.raises(ExposureError, match="two folders"):
        unpaired.learn(before, next(before.iterdir()), tmp_path / "out", 1, 0)


def test_a_style_is_learned_from_both_folders(folders, tiny, exposure_home, tmp_path, monkeypatch):
    from exposure_app.training.runs import command

    monkeypatch.setattr(command.configs, "named", lambda name: tiny)
    befores, afters = (group[0].parent for group in folders)
    style = unpaired.learn(befores, afters, tmp_path / "out", 1, 0)
    assert style == tmp_path / "out" / "style" / "unpaired.safetensors"
    assert load_style(style).header.figures


def test_the_command_says_what_the_figures_are_worth(before, exposure_home, tmp_path, monkeypatch):
    whole, budget = search.search, search.Budget(steps=1, beam=1)
    monkeypatch.setattr(search, "search", lambda samples, starts, _, tell: whole(samples, starts, budget, tell))
    save_untrained_style("plain", folder=tmp_path)
    monkeypatch.setattr(unpaired, "learn", lambda *_: tmp_path / "plain.safetensors")
    words = ["decompile", "--before", before, "--after", before, "--out", tmp_path / "out", "--unpaired"]
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    assert "not to anybody's edit" in result.stdout
    report = json.loads((tmp_path / "out" / "look.report.json").read_text())
    assert report["unpaired"] is True
    assert len(report["recipes"]) == 12
