"""The agent with masks: what it learns with is what the recipe renders."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from exposure_app import filters
from exposure_app.agent.actions import FULL, MASK, Masked, actions, is_full, mask_for, weights
from exposure_app.agent.header import NetConfig, read_header
from exposure_app.agent.rollout import DECIMALS, retouch
from exposure_app.agent.style import Style, load_style, new_style, save_style
from exposure_app.explain.fork import continue_from
from exposure_app.explain.scene import AnalysisSample
from exposure_app.export.retouch import plan
from exposure_app.image import Image
from exposure_app.pipeline import mask
from exposure_app.pipeline.execute import mask_weights, render
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.proxy import view
from exposure_app.pipeline.recipe import Recipe, Step, dumps, loads
from exposure_app.pipeline.resample import place
from exposure_app.training.evaluation.validate import Retoucher, recipes
from exposure_app.training.evaluation.validate import render as render_edits
from tests.helpers.geometries import GEOMETRIES

FILTERS = tuple(filters.registry().values())
MASKED = tuple(action for action in actions(FILTERS, True) if isinstance(action, Masked))
NET = NetConfig(channels=4, hidden=16, masks=True)
SIZES = ((120, 80), (80, 120), (100, 100), (90, 80))  # width and height; none longer than 3 : 2
sizes, geometries = st.sampled_from(SIZES), st.sampled_from(GEOMETRIES)
outputs = st.lists(st.floats(-2, 2), min_size=len(MASK), max_size=len(MASK)).filter(
    lambda raw: abs(raw[0]) + abs(raw[1]) > 0.1  # of outputs near 0, which point nowhere, nothing is asked
)


def photo(width: int, height: int, seed: int = 0) -> np.ndarray:
    """Smooth enough that its small versions are like it, some of it above white."""
    x, y = np.meshgrid(np.linspace(0, 6, width), np.linspace(0, 5, height))
    shift = np.random.default_rng(seed).random((3, 1, 1)) * 6
    return np.ascontiguousarray(
        (0.35 + 0.3 * np.sin(x + shift) + 0.3 * np.cos(y * shift)).clip(0).transpose(1, 2, 0), np.float32
    )


def squashed(raw: list[float]) -> torch.Tensor:
    """Values of ``MASK`` from network outputs."""
    return MASKED[0].squash(torch.tensor([[0.0] * MASKED[0].filter.width + raw], dtype=torch.float64))[:, -len(MASK) :]


def wild(seed: int = 1) -> Style:
    """An untrained style with masks whose outputs are far from their start, so that masks differ."""
    made = new_style("wild", NET, seed=seed)
    with torch.no_grad():
        for parameter in made.networks.policy.parameters():
            parameter.mul_(3)
    return made


# --- off ---


def test_without_masks_the_actions_are_the_filters() -> None:
    assert actions(FILTERS, False) == FILTERS
    assert new_style("plain", replace(NET, masks=False)).actions == FILTERS


def test_a_style_without_masks_is_written_as_ever(tmp_path: Path) -> None:
    plain = new_style("plain", replace(NET, masks=False))
    assert "masks" not in plain.header.dumps()
    save_style(tmp_path / "plain.safetensors", plain)
    assert load_style(tmp_path / "plain.safetensors").header.net == plain.header.net


# --- on ---


def test_every_head_gets_six_outputs_more() -> None:
    plain, masked = (new_style("one", replace(NET, masks=masks)).networks.policy for masks in (False, True))
    pairs = zip(plain.value_outputs, masked.value_outputs, strict=True)
    assert [there.out_features - here.out_features for here, there in pairs] == [6] * len(FILTERS)


def test_outputs_of_zero_are_a_step_that_works_everywhere() -> None:
    values, rgb = squashed([0.0] * 6), torch.rand(1, 3, 64, 64)
    assert torch.equal(weights(rgb, values), torch.ones(1, 1, 64, 64, dtype=torch.float64))
    assert mask_for(values[0], Grid.guessed(Geometry(), 64, 64), DECIMALS) is None


def test_a_style_with_masks_comes_back_from_its_file(tmp_path: Path) -> None:
    made, path = wild(), tmp_path / "wild.safetensors"
    save_style(path, made)
    assert read_header(path).net.masks
    pixels = view(photo(90, 60), Grid.of(Geometry(), (90, 60)))
    here, there = (retouch(pixels[0], style, 3, grid=pixels[1]) for style in (made, load_style(path)))
    assert here == there
    assert here[0].has_masks
    assert loads(dumps(here[0])) == here[0]


def test_the_gradient_reaches_every_number_of_a_mask() -> None:
    rgb = torch.rand(4, 3, 64, 64, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    for action, start in itertools.product(MASKED, (0.02, 0.7)):  # with 0.02 there is no mask yet
        raw = torch.full((4, action.width), start, dtype=torch.float64, requires_grad=True)
        (action.apply(rgb, action.squash(raw)) * torch.linspace(0, 1, 64)).sum().backward()
        assert raw.grad is not None
        assert bool(is_full(action.squash(raw)[:, -len(MASK) :]).all()) is (start == 0.02)
        assert bool(raw.grad.isfinite().all())
        assert bool((raw.grad[:, -len(MASK) :].abs() > 0).all()), action.id


@pytest.mark.parametrize("direction", [(0, -1), (0, 1), (1, 0), (-1, 0), (1, 1)])
@pytest.mark.parametrize("brightness", [0.0, 2.0])
def test_a_mask_is_learned_from_none_wherever_it_lies(direction: tuple[float, float], brightness: float) -> None:
    (action,) = (action for action in MASKED if action.id == "exposure")
    rgb = torch.rand(4, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    target = action.apply(rgb, torch.tensor([[1.5, *direction, 0.0, brightness, 0.5, 1.0]]))
    raw = torch.zeros(1, action.width, requires_grad=True)
    optimizer = torch.optim.Adam([raw], lr=0.05)
    for _ in range(150):
        loss = (action.apply(rgb, action.squash(raw)) - target).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) < 1e-3


@settings(max_examples=60)
@given(outputs, sizes, geometries, st.sampled_from(MASKED))
def test_what_the_agent_learns_with_is_what_the_recipe_renders(
    raw: list[float], size: tuple[int, int], geometry: Geometry, action: Masked
) -> None:
    pixels, grid = place(photo(*size), geometry), Grid.of(geometry, size)
    proxy, its_grid = view(pixels, grid)
    own = action.filter.squash(torch.full((1, action.filter.width), 0.7, dtype=torch.float64))
    values = torch.cat([own, squashed(raw)], dim=1)
    learned = action.apply(torch.from_numpy(proxy).double()[None], values)[0].clamp(0, 1)

    where = mask_for(values[0, -len(MASK) :], its_grid, DECIMALS)
    step = Step(action.id, action.filter.unpack(own[0].tolist()), mask=where)
    recipe = Recipe((step,), geometry=geometry)
    shown = render(np.ascontiguousarray(proxy.transpose(1, 2, 0)), recipe, grid=its_grid, device="cpu")
    assert np.abs(learned.permute(1, 2, 0).numpy() * 255 - shown).max() < 1
    # And at full size the mask lies where it does in the view.
    whole = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1))).double()[None]
    there = weights(whole, squashed(raw))[0, 0].numpy()
    assert np.abs(there - mask_weights(pixels, recipe, 0, grid=grid)).max() < 2e-3


@given(outputs, st.sampled_from([(400, 80), (80, 400)]))
def test_a_mask_on_a_panorama_is_one_that_people_can_set(raw: list[float], size: tuple[int, int]) -> None:
    _, its_grid = view(np.zeros((size[1], size[0], 3), np.float32), Grid.of(Geometry(), size))
    found = mask_for(squashed(raw)[0], its_grid, DECIMALS)
    assert found is None or mask.from_json(mask.to_json(found)) == found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", SIZES)
def test_a_whole_recipe_renders_as_training_judged_it(seed: int, size: tuple[int, int]) -> None:
    style, pixels = wild(seed), photo(*size, seed)
    (edits,) = recipes(Retoucher(style.networks.policy, style.actions, NET.steps), [pixels])
    judged = render_edits(pixels, edits)[0]
    proxy, its_grid = view(pixels, Grid.of(Geometry(), size))
    recipe, _ = retouch(proxy, style, grid=its_grid)
    assert [step.filter for step in recipe.steps] == [effect.id for effect, _ in edits]
    assert np.abs(render(pixels, recipe, depth=32, device="cpu") - judged).max() * 255 < 1


def test_planning_knows_where_the_view_lies() -> None:
    pixels = photo(120, 80)
    recipe, _ = plan(Image(pixels), wild(), 0, GEOMETRIES[2])
    square, _ = retouch(view(place(pixels, GEOMETRIES[2]), Grid.of(GEOMETRIES[2], (120, 80)))[0], wild(), 0)
    pairs = [(step.mask, other.mask) for step, other in zip(recipe.steps, square.steps, strict=True)]
    assert all(first != other for first, other in pairs if first is not None)
    assert recipe.has_masks


# --- readable recipes ---


def full(style: Style) -> Style:
    """The same with masks that leave hardly anything out."""
    with torch.no_grad():
        for output in style.networks.policy.value_outputs:
            output.weight[-len(MASK) :] *= 0.02
            output.bias[-len(MASK) :] = torch.tensor([0, 0, 0.3, 0, 0, 0.3])
    return style


@given(outputs)
def test_only_masks_that_leave_hardly_anything_out_are_none(raw: list[float]) -> None:
    values, black_and_white = squashed(raw), torch.zeros(1, 3, 64, 128, dtype=torch.float64)
    black_and_white[..., ::2] = 1
    found = weights(black_and_white, values)
    assert bool(is_full(values)) is bool((found == 1).all())
    assert bool(is_full(values)) or float(found.min()) < FULL + 0.02


def test_a_mask_that_is_full_everywhere_is_left_out_of_the_recipe() -> None:
    style, pixels = full(wild()), photo(100, 100)
    (edits,) = recipes(Retoucher(style.networks.policy, style.actions, NET.steps), [pixels])
    recipe, _ = retouch(view(pixels, Grid.of(Geometry(), (100, 100)))[0], style)
    assert not recipe.has_masks
    assert np.abs(render(pixels, recipe, depth=32, device="cpu") - render_edits(pixels, edits)[0]).max() * 255 < 1


# --- forks ---


@settings(max_examples=25)
@given(
    st.integers(0, 5), st.integers(0, 2**63 - 1), st.integers(0, 4), st.sampled_from(SIZES), st.sampled_from(GEOMETRIES)
)
def test_a_fork_with_nothing_changed_is_the_original(
    weights_seed: int, seed: int, after: int, size: tuple[int, int], geometry: Geometry
) -> None:
    style = wild(weights_seed)
    pixels = place(photo(*size, weights_seed), geometry)
    scene = AnalysisSample.of(pixels, Grid.of(geometry, size))
    original, trace = retouch(scene.proxy, style, seed, grid=scene.grid)
    fork = continue_from(original, after, style, scene)
    assert fork.recipe == original
    assert fork.trace == trace
