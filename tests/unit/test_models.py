"""The styles that come with the program."""

import json
from pathlib import Path

import numpy as np
import pytest

from exposure_app import paths
from exposure_app.agent.header import read_header
from exposure_app.agent.rollout import retouch
from exposure_app.agent.style import load_style
from exposure_app.image import Image
from exposure_app.io.formats import read_image
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.proxy import make_proxy
from exposure_app.pipeline.recipe import neutral_recipe

MODELS = sorted(paths.models_dir().glob("*.safetensors"))
every_style = pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)


@pytest.fixture(scope="session")
def sample(sample_dng: Path) -> Image:
    return read_image(sample_dng)


def test_they_come_with_the_program():
    assert {path.stem for path in MODELS} == {
        *("natural", "vivid", "soft", "muted", "moody"),
        *("lowkey", "editorial", "film-bw", "faded", "velvia"),
    }


@every_style
def test_it_is_small_and_has_a_card_with_its_figures(path):
    assert path.stat().st_size < (1e6 if read_header(path).base else 5e6)
    assert path.with_suffix(".md").read_text(encoding="utf-8").startswith("# ")
    assert json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


@every_style
def test_it_makes_a_picture_of_the_sample_that_is_neither_blown_nor_black(path, sample):
    style = load_style(path)
    recipe, trace = retouch(make_proxy(sample.pixels), style)
    assert recipe.style == path.stem
    assert len(recipe.steps) == len(trace.steps) == style.header.length
    small = np.ascontiguousarray(sample.pixels[::4, ::4])
    codes, plain = render(small, recipe), render(small, neutral_recipe(sample))
    in_the_sun = (plain == 255).any(axis=-1).mean()  # it stands in the picture
    assert (codes == 255).all(axis=-1).mean() < 0.05 + in_the_sun
    assert (codes == 0).all(axis=-1).mean() < 0.05
    assert 40 < codes.mean() < 200
