"""`exposure decompile`: from two pictures to the steps between them."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from exposure_app.cli import app
from exposure_app.io.formats import read_image
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.recipe import Recipe, Step, from_json
from tests.helpers.editor import make_photo

LOOK = Recipe((Step("contrast", {"amount": 0.4}), Step("gamma", {"gamma": 0.5}), Step("saturation", {"amount": 0.3})))


def run(*words: object, status: int = 0) -> str:
    result = CliRunner().invoke(app, ["decompile", *map(str, words)])
    assert result.exit_code == status, result.output
    return result.output if status else result.stdout


@pytest.fixture
def pair(tmp_path) -> tuple[Path, Path]:
    before, after = make_photo(tmp_path / "before.png", 120, 80), tmp_path / "after.png"
    Image.fromarray(render(read_image(before).pixels, LOOK)).save(after)
    return before, after


def test_our_own_steps_are_found_and_the_code_does_the_same_without_us(pair, tmp_path):
    out = tmp_path / "out"
    found = json.loads(run("--before", pair[0], "--after", pair[1], "-o", out, "--json"))
    assert found["delta_e"]["mean"] < 0.5
    assert {Path(path).suffix for path in found["paths"]} == {".json", ".py", ".frag", ".cube"}
    linear = read_image(pair[0]).pixels
    np.save(tmp_path / "linear.npy", linear)
    module = next(path for path in found["paths"] if path.endswith(".py"))
    program = (
        "import runpy, numpy as np; f = runpy.run_path({!r})['retouch'];"
        "np.save({!r}, np.rint(255 * f(np.load({!r}))).astype(int))"
    ).format(module, str(tmp_path / "theirs.npy"), str(tmp_path / "linear.npy"))
    subprocess.run([sys.executable, "-I", "-c", program], check=True, cwd=tmp_path)
    ours = render(linear, from_json(found["recipe"])).astype(int)
    assert np.abs(np.load(tmp_path / "theirs.npy") - ours).max() <= 1


@pytest.mark.parametrize("after", ["missing.png", "."])
def test_what_does_not_pair_up_is_said(pair, tmp_path, after):
    assert "error:" in run("--before", pair[0], "--after", tmp_path / after, "-o", tmp_path / "out", status=1)
    assert not (tmp_path / "out").exists()
