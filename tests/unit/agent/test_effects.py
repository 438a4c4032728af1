"""What the agent and the figures see of steps with masks is what their recipe renders."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exposure_app import filters
from exposure_app.agent.rollout import State, taken
from exposure_app.image import Pixels
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.mask import KINDS, Mask
from exposure_app.pipeline.proxy import view
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.pipeline.resample import place
from exposure_app.training.evaluation import validate
from exposure_app.training.evaluation.evaluate import edits_of
from tests.helpers.geometries import GEOMETRIES

masks = st.sampled_from(sorted(KINDS)).map(Mask)
geometries = st.sampled_from(GEOMETRIES)


def photo(width: int = 90, height: int = 60) -> Pixels:
    x, y = np.meshgrid(np.linspace(0, 6, width), np.linspace(0, 5, height))
    waves = 0.35 + 0.3 * np.sin(x + np.arange(3)[:, None, None]) + 0.3 * np.cos(y * np.arange(1, 4)[:, None, None])
    return np.ascontiguousarray(waves.clip(0).transpose(1, 2, 0), np.float32)


def masked(mask: Mask) -> Step:
    return Step("exposure", {"ev": 1.5}, mask=mask)


@settings(max_examples=20)
@given(masks, geometries)
def test_the_agent_sees_a_step_with_a_mask_as_it_is_rendered(mask: Mask, geometry: Geometry) -> None:
    pixels = photo()
    proxy, grid = view(place(pixels, geometry), Grid.of(geometry, pixels.shape[1::-1]))
    state = State(proxy.astype(float), np.zeros(len(filters.registry())), 0, np.zeros(0))
    seen = taken(state, masked(mask), tuple(filters.registry()), grid)
    recipe = Recipe((masked(mask),), geometry=geometry)
    shown = render(np.ascontiguousarray(proxy.transpose(1, 2, 0)), recipe, grid=grid, device="cpu")
    assert np.abs(seen.rgb_CHW.clip(0, 1).transpose(1, 2, 0) * 255 - shown).max() < 1
    assert seen.used_F.sum() == seen.step == 1


@given(masks)
def test_figures_are_measured_on_what_is_rendered(mask: Mask) -> None:
    recipe = Recipe((masked(mask), Step("gamma", {"gamma": 1.4})))
    (result,) = validate.render(photo(), edits_of(recipe))
    assert result == pytest.approx(render(photo(), recipe, depth=32, device="cpu"), abs=2e-3)
