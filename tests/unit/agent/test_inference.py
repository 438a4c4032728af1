"""The networks in use are those that learned, without torch."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from exposure_app import filters, paths
from exposure_app.agent import inference, statistics
from exposure_app.agent.chances import Chances
from exposure_app.agent.header import NetConfig
from exposure_app.agent.inference import shapes
from exposure_app.agent.looks import offset
from exposure_app.agent.nets import Networks
from exposure_app.agent.policy import State, decide
from exposure_app.agent.rollout import _rounded, retouch
from exposure_app.agent.style import Style, load_style, new_style, save_style
from exposure_app.pipeline.recipe import Step

PAPER = NetConfig(channels=4, hidden=16)
LOOK = NetConfig(channels=4, hidden=16, dropout=0.0, steps=6, look=True, coded=True, once=True, head=8)
NETS = {
    "paper": PAPER,
    "statistics": replace(PAPER, color_statistics=True, policy_statistics=True, shortcut=True, dropout=0.15),
    "look": replace(LOOK, color_statistics=True, policy_statistics=True, shortcut=True),
    "look and dropout": replace(LOOK, dropout=0.3),
    "wide": NetConfig(),
}
every_net = pytest.mark.parametrize("net", NETS.values(), ids=NETS)
SEEDS = (0, 3, 8, 9, 2**32 - 1, 2**32, 2**63 - 1)
NO_TORCH = """
import sys
import numpy as np
from exposure_app.agent.rollout import retouch
from exposure_app.agent.style import load_style
retouch(np.full((3, 64, 64), 0.2, np.float32), load_style(sys.argv[1]), 1)
assert "torch" not in sys.modules
"""


def wild(net: NetConfig, seed: int = 0) -> Style:
    """An untrained style whose outputs are far from their start."""
    style = new_style("wild", net, seed)
    with torch.no_grad():
        for parameter in style.networks.parameters():
            parameter.mul_(2)
    return style


def view(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((3, 64, 64), np.float32) ** 2 * 1.3


@every_net
def test_the_shapes_are_those_of_the_networks_that_learn(net: NetConfig) -> None:
    widths = [filter_.width for filter_ in filters.registry().values()]
    with torch.device("meta"):
        made = Networks(net, widths).state_dict()
    assert shapes(net, widths) == {name: tuple(weight.shape) for name, weight in made.items()}


@every_net
def test_what_is_used_computes_what_learned(net: NetConfig) -> None:
    style = wild(net)
    learned, used = style.networks.double(), inference.Networks(style.weights, net, style.widths)
    rgb_BCHW = torch.from_numpy(np.stack([view(seed) for seed in range(3)])).double()
    state = State.start(rgb_BCHW, len(style.filters), torch.randn(3, 4).double() if net.look else None)
    state = replace(state, step_B=state.step_B + 2, used_BF=(torch.rand(state.used_BF.shape) > 0.7).double())
    planes_BK = state.planes(net.steps)
    with torch.inference_mode():
        scores = learned.value(rgb_BCHW, planes_BK), learned.quality(rgb_BCHW)
        seen_BCHW = used.see(rgb_BCHW.numpy())
        found = used.value(seen_BCHW, planes_BK.numpy()), used.quality(seen_BCHW)
        np.testing.assert_allclose(found, [score.numpy() for score in scores], rtol=1e-10, atol=1e-11)
        if learned.taste is not None and used.taste is not None:
            looks = learned.taste(rgb_BCHW).numpy()
            found_looks = [used.taste(rgb) for rgb in rgb_BCHW.double().numpy()]
            np.testing.assert_allclose(found_looks, looks, rtol=1e-10, atol=1e-11)
        for number in range(3):
            alone = State(*(getattr(state, part)[number : number + 1] for part in State.__dataclass_fields__))
            generator, chances = torch.Generator().manual_seed(5), Chances(5)
            for _ in range(2):
                logits, values = decide(learned.policy, alone, style.filters, net.steps, generator)
                own, outputs = used.policy(seen_BCHW[number : number + 1], planes_BK[number].numpy(), chances)
                np.testing.assert_allclose(own, logits[0].numpy(), rtol=1e-10, atol=1e-11)
                for index, filter_ in enumerate(style.filters):
                    squashed = filter_.squash(outputs(index))
                    np.testing.assert_allclose(squashed, values[index][0].numpy(), rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("seed", SEEDS)
def test_chances_are_those_of_torch(seed: int) -> None:
    generator, chances = torch.Generator().manual_seed(seed), Chances(seed)
    for count in (1, 2048, 7, 4096):
        np.testing.assert_array_equal(chances.uniform(count), torch.rand(1, count, generator=generator)[0].numpy())
    for count in range(1, 16):
        generator = torch.Generator().manual_seed(seed)
        expected = torch.randn(count, generator=generator, dtype=torch.float64).numpy()
        np.testing.assert_allclose(Chances(seed).normal(count), expected, rtol=1e-14)


@pytest.mark.parametrize("height", [8, 64])
def test_statistics_are_the_same_for_both_kinds_of_arrays(height: int) -> None:
    rgb = np.random.default_rng(0).random((2, 3, height, 64)) * 1.4
    for form in (statistics.known, statistics.hsl_saturation):
        np.testing.assert_allclose(form(rgb.clip(0, 1)), form(torch.from_numpy(rgb.clip(0, 1))).numpy(), rtol=1e-12)


@pytest.mark.parametrize("seed", [0, 1, 10, 2**32 + 10])
@every_net
def test_recipes_are_those_of_the_networks_that_learn(net: NetConfig, seed: int) -> None:
    style, proxy = wild(net, seed % 7), view(seed % 5)
    recipe, _ = retouch(proxy, style, seed)
    assert recipe.steps == tuple(by_torch(style, proxy, seed))


def by_torch(style: Style, proxy: np.ndarray, seed: int) -> list[Step]:
    """The steps of a recipe as the networks that learn choose them in double precision."""
    networks, net = style.networks.double(), style.header.net
    rgb, generator = torch.from_numpy(proxy).double()[None], torch.Generator().manual_seed(seed)
    steps = []
    with torch.inference_mode():
        look = None if networks.taste is None else networks.taste(rgb) + torch.from_numpy(offset(seed))
        state = State.start(rgb, len(style.filters), look)
        for _ in range(net.steps):
            logits, values = decide(networks.policy, state, style.filters, net.steps, generator)
            choice = logits.argmax(1)
            filter_, value = style.filters[int(choice)], values[int(choice)][0]
            step = Step(filter_.id, _rounded(filter_.params, value.tolist()))
            packed = torch.from_numpy(filter_.pack(step.params)).double()[None]
            after = filter_.apply(state.rgb_BCHW, packed)
            steps.append(step)
            state = state.after(after, choice)
    return steps


def test_a_plan_loads_no_torch(tmp_path: Path) -> None:
    save_style(tmp_path / "wild.safetensors", wild(NETS["look and dropout"]))
    for style in (tmp_path / "wild.safetensors", paths.DEFAULT_STYLE):
        subprocess.run([sys.executable, "-c", NO_TORCH, str(style)], check=True)


def test_what_is_loaded_can_learn_again(tmp_path: Path) -> None:
    save_style(tmp_path / "wild.safetensors", style := wild(PAPER))
    found = load_style(tmp_path / "wild.safetensors").networks.state_dict()
    assert all(torch.equal(weight, found[name]) for name, weight in style.networks.state_dict().items())
