"""`exposure decompile`: from two pictures to the steps between them."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from exposure_app.cli.commands import app
from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.recipe import Recipe, Step, from_json
from exposure_app.recover_edits import fit as search
from tests.helpers.editor import make_photo

LOOK = Recipe((Step("contrast", {"amount": 0.4}), Step("gamma", {"gamma": 0.5}), Step("saturation", {"amount": 0.3})))


def run(*words: object, status: int = 0) -> str:
    result = CliRunner().invoke(app, ["decompile", *map(str, words)])
    assert result.exit_code == status, result.output
    return result.output if status else result.stdout


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A narrow search, where it does not matter what is found."""
    whole, budget = search.search, search.Budget(steps=2, beam=1)
    monkeypatch.setattr(search, "search", lambda samples, starts, _, tell: whole(samples, starts, budget, tell))


def edited(before: Path, after: Path, look: Recipe = LOOK) -> Path:
    after.parent.mkdir(exist_ok=True)
    Image.fromarray(render(read_image(before).pixels, look)).save(after)
    return after


@pytest.fixture
def pair(tmp_path) -> tuple[Path, Path]:
    before = make_photo(tmp_path / "before.png", 240, 160)
    return before, edited(before, tmp_path / "after.png")


def test_our_own_steps_are_found_and_the_code_does_the_same_without_us(pair, tmp_path):
    out = tmp_path / "out"
    found = json.loads(run("--before", pair[0], "--after", pair[1], "-o", out, "--json"))
    assert found["delta_e"]["mean"] < 0.5
    assert found["causes"] == []
    assert {Path(path).name for path in found["paths"]} == {file.name for file in out.iterdir()}
    endings = {"look.recipe.json", "look.py", "look.frag", "look33.cube", "look.residual.png", "look.report.json"}
    assert {path.name.replace("look.33", "look33") for path in out.iterdir()} >= endings
    assert json.loads((out / "look.report.json").read_text()) == found
    linear = read_image(pair[0]).pixels
    np.save(tmp_path / "linear.npy", linear)
    module = next(path for path in found["paths"] if Path(path).name == "look.py")
    program = (
        "import runpy, numpy as np; f = runpy.run_path({!r})['retouch'];"
        "np.save({!r}, np.rint(255 * f(np.load({!r}))).astype(int))"
    ).format(module, str(tmp_path / "theirs.npy"), str(tmp_path / "linear.npy"))
    subprocess.run([sys.executable, "-I", "-c", program], check=True, cwd=tmp_path)
    ours = render(linear, from_json(found["recipe"])).astype(int)
    assert np.abs(np.load(tmp_path / "theirs.npy") - ours).max() <= 1


def test_the_written_test_runs_alone_and_fails_for_another_module(pair, narrow, tmp_path):
    out = tmp_path / "out"
    run("--before", pair[0], "--after", pair[1], "-o", out)
    command = [sys.executable, "-I", str(out / "test_look.py")]
    assert "within one" in subprocess.run(command, check=True, capture_output=True, text=True).stdout
    pytest_command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_look.py"]
    subprocess.run(pytest_command, check=True, cwd=out, capture_output=True)
    module = out / "look.py"
    module.write_text(module.read_text().replace("return np.clip(rgb, 0, 1)", "return np.clip(1.02 * rgb, 0, 1)"))
    assert subprocess.run(command, capture_output=True).returncode != 0


def test_folders_share_one_recipe_and_each_pair_has_its_own_error_and_map(narrow, tmp_path):
    befores, afters = tmp_path / "originals", tmp_path / "edited"
    befores.mkdir()
    for number, name in enumerate(("a", "b", "c")):
        edited(make_photo(befores / f"{name}.png", 160, 120, seed=number), afters / f"{name}.png")
    make_photo(befores / "alone.png", 160, 120)
    text = run("--before", befores, "--after", afters, "-o", tmp_path / "text")
    assert "alone.png" in text
    assert all(name in text for name in ("a.png", "b.png", "c.png"))
    found = json.loads(run("--before", befores, "--after", afters, "-o", tmp_path / "out", "--json"))
    assert [Path(row["before"]).name for row in found["pairs"]] == ["a.png", "b.png", "c.png"]
    assert all(row["delta_e"]["mean"] <= row["delta_e"]["p95"] <= row["delta_e"]["max"] for row in found["pairs"])
    assert [Path(path).name for path in found["without_counterpart"]] == ["alone.png"]
    assert len([path for path in found["paths"] if ".residual." in path]) == 3


def test_a_second_result_in_the_same_folder_overwrites_nothing(pair, narrow, tmp_path):
    words = ("--before", pair[0], "--after", pair[1], "-o", tmp_path / "out")
    run(*words)
    first = {file: file.read_bytes() for file in (tmp_path / "out").iterdir()}
    run(*words)
    assert (tmp_path / "out" / "look_2.py").exists()
    assert all(file.read_bytes() == content for file, content in first.items())


@pytest.mark.parametrize("after", ["missing.png", "."])
def test_what_does_not_pair_up_is_said(pair, tmp_path, after):
    assert "error:" in run("--before", pair[0], "--after", tmp_path / after, "-o", tmp_path / "out", status=1)
    assert not (tmp_path / "out").exists()


def test_folders_without_a_pair_point_to_the_other_way(tmp_path):
    for folder, name in (("one", "a"), ("other", "b")):
        (tmp_path / folder).mkdir()
        make_photo(tmp_path / folder / f"{name}.png", 120, 80)
    told = run("--before", tmp_path / "one", "--after", tmp_path / "other", "-o", tmp_path / "out", status=1)
    assert "--unpaired" in told


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("spelling", ["--output", "--out"])
def test_the_photo_before_is_developed_as_told_and_the_recipe_says_so(pair, tmp_path, spelling):
    options = ("--white-balance", "tungsten", spelling, tmp_path / "out", "--json")
    found = json.loads(run("--before", pair[0], "--after", pair[1], *options))
    assert from_json(found["recipe"]).develop == Develop("tungsten")
    assert (tmp_path / "out" / "look.report.json").exists()
