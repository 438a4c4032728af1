"""Learning with masks on, from the switch to the card."""

from dataclasses import replace
from math import inf
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from exposure_app.agent.header import read_header
from exposure_app.agent.style import load_style
from exposure_app.cli.commands import app
from exposure_app.training.algorithm.config import CONFIGS, PAPER, TrainConfig
from exposure_app.training.evaluation.evaluate import HeldOut, edits_of, evaluate_style
from exposure_app.training.runs.material import Material, shown_photos
from exposure_app.training.runs.run import Run

Folders = tuple[list[Path], list[Path]]


def masked(config: TrainConfig) -> TrainConfig:
    return replace(config, net=replace(config.net, masks=True))


def test_the_switch_is_off_and_then_no_word_of_it_is_written() -> None:
    """Otherwise nobody could go on from a checkpoint of before."""
    for config in CONFIGS.values():
        assert not config.net.masks
        assert "masks" not in config.to_json()["net"]
    assert masked(PAPER).to_json()["net"]["masks"]


@pytest.mark.parametrize("switch", [[], ["--masks"]])
def test_the_command_learns_with_masks_when_told(
    switch: list[str], tiny: TrainConfig, folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CONFIGS, "small", replace(tiny, iterations=6))
    inputs, targets = (str(paths[0].parent) for paths in folders)
    order = [
        "train",
        "--from",
        "scratch",
        "--inputs",
        inputs,
        "--targets",
        targets,
        "--name",
        "mine",
        "--output",
        str(tmp_path),
    ]
    result = CliRunner().invoke(app, [*order, *switch])
    assert result.exit_code == 0, result.output
    path = tmp_path / "mine.safetensors"
    assert read_header(path).net.masks is bool(switch)
    load_style(path)
    card = path.with_suffix(".md").read_text(encoding="utf-8")
    assert ("with a mask" in card) is bool(switch)


@pytest.mark.parametrize("unroll", [True, False])
def test_masks_are_learned(unroll: bool, tiny: TrainConfig, material: Material, tmp_path: Path) -> None:
    run = Run(material, "mine", masked(replace(tiny, unroll=unroll, iterations=3)), tmp_path)
    outputs = run.learner.networks.policy.value_outputs
    before = [output.bias[-6:].detach().clone() for output in outputs]
    assert run.train(inf)
    moved = [not torch.equal(output.bias[-6:], there) for output, there in zip(outputs, before, strict=True)]
    assert any(moved)
    assert all(bool(output.bias.isfinite().all()) for output in outputs)


def test_masked_steps_are_measured_like_others(tiny: TrainConfig, material: Material, tmp_path: Path) -> None:
    style = Run(material, "mine", masked(tiny), tmp_path).best_style()
    with torch.no_grad():  # lines through the middle of the picture
        for output in style.networks.policy.value_outputs:
            output.bias[-4] = -1.0
    targets = shown_photos(material.targets)[:6]
    found = evaluate_style(style, HeldOut(material.test, [photo.pixels for photo in targets]))
    for entry in found.retouched:
        assert entry.recipe.has_masks
        assert [effect.id for effect, _ in edits_of(entry.recipe)] == [step.filter for step in entry.recipe.steps]
    assert found.figures["masks"]
    for figures in found.figures["masks"].values():
        assert 0 < figures["share"] <= 1
        assert 0 < figures["covers"] < 1
