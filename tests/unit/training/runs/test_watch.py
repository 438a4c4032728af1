"""Each way in which training breaks down, brought about for real, and the way back."""

from dataclasses import replace
from math import inf
from pathlib import Path

import pytest
import torch

from exposure_app.errors import ExposureError
from exposure_app.training.algorithm.config import TrainConfig
from exposure_app.training.evaluation.validate import Validation
from exposure_app.training.runs import run as running
from exposure_app.training.runs import watch as watching
from exposure_app.training.runs.events import Event
from exposure_app.training.runs.material import Material
from exposure_app.training.runs.run import Run
from exposure_app.training.runs.watch import Watch


@pytest.fixture(autouse=True)
def looks_at_every_iteration_and_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LOOK_EVERY", 1)
    monkeypatch.setattr(running.curves, "curves", lambda *_: None)
    monkeypatch.setattr(running.report, "contact_sheet", lambda *_: None)


class Sabotage:
    """Breaks a run once it has come to an iteration."""

    def __init__(self, at: int, times: int = 1) -> None:
        self.at, self.left = at, times
        self.run: Run

    def __call__(self) -> bool:
        """Asked between iterations whether to stop."""
        if self.run.learner.iteration >= self.at and self.left:
            self.left -= 1
            with torch.no_grad():
                self.do()
        return False

    def do(self) -> None:
        raise NotImplementedError


class OneFilter(Sabotage):
    def do(self) -> None:
        for policy in (self.run.learner.networks.policy, self.run.learner.averaged):
            policy.select_output.weight.zero_()
            policy.select_output.bias.zero_()
            policy.select_output.bias[2] = 40.0


class LoudCritic(Sabotage):
    def do(self) -> None:
        self.run.learner.networks.critic.output.weight.mul_(1e5)
        self.run.learner.networks.critic.output.bias.add_(1e4)


class NoNumbers(Sabotage):
    def do(self) -> None:
        self.run.learner.networks.policy.select_output.bias.fill_(float("nan"))


def sabotaged(sabotage: Sabotage, material: Material, config: TrainConfig, folder: Path) -> tuple[Run, list[Event]]:
    events: list[Event] = []
    run = sabotage.run = Run(material, "mine", config, folder, events.append)
    run.train(inf, sabotage)
    return run, [event for event in events if event.kind == "rollback"]


@pytest.mark.parametrize(
    ("sabotage", "reason"),
    [(OneFilter, "stopped choosing"), (LoudCritic, "exploded"), (NoNumbers, "no longer finite")],
)
def test_a_breakdown_is_undone_and_the_run_ends_well(
    tiny: TrainConfig,
    material: Material,
    tmp_path: Path,
    sabotage: type[Sabotage],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watching, "EARLY", 1.0)
    config = replace(tiny, iterations=20, validate_every=3)
    run, (event,) = sabotaged(sabotage(at=7), material, config, tmp_path)
    assert reason in event.facts["reason"]
    assert event.facts["to"] in (0, 3, 6)
    assert event.iteration is not None
    assert 7 < event.iteration <= 12
    assert run.learner.iteration == config.iterations
    assert all(torch.isfinite(value).all() for value in run.learner.networks.state_dict().values())
    rate = run.learner.optimizers["policy"].param_groups[1]["lr"]  # of pi_2: pi_1 has settled by now
    assert rate == pytest.approx(running.ROLLBACK * config.policy_rate * config.decay ** (19 / 20))
    assert [entry["iteration"] for entry in run.history] == list(range(0, 20, 3)), "what was undone is forgotten"


def test_a_policy_that_keeps_to_one_filter_is_given_up_after_one_more_try(
    tiny: TrainConfig, material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "UNTRAINED_UPDATES", 5)
    monkeypatch.setattr(watching, "EARLY", 0.0)
    config = replace(tiny, iterations=30, validate_every=3)
    with pytest.raises(ExposureError, match=r"at iteration 12: the policy uses .* alone"):
        sabotaged(OneFilter(at=0, times=1000), material, config, tmp_path)


def test_an_absurd_rate_is_reported_after_one_more_try(tiny: TrainConfig, material: Material, tmp_path: Path) -> None:
    events: list[Event] = []
    config = replace(tiny, iterations=40, critic_rate=1e4)
    run = Run(material, "mine", config, tmp_path, events.append)
    with pytest.raises(ExposureError, match="broke down again") as caught:
        run.train(inf)
    assert caught.value.hint
    assert [event.kind for event in events].count("rollback") == 1
    assert not run.checkpoint.exists(), "a wreck is not worth a checkpoint"


def test_a_run_resumed_after_a_breakdown_ends_like_the_one_that_was_not_interrupted(
    tiny: TrainConfig, material: Material, tmp_path: Path
) -> None:
    config = replace(tiny, iterations=14, validate_every=3)
    straight, _ = sabotaged(LoudCritic(at=7), material, config, tmp_path)
    first = Run(material, "other", config, tmp_path)
    sabotage = LoudCritic(at=7)
    sabotage.run = first
    first.train(inf, lambda: sabotage() or bool(first.rollbacks and first.learner.iteration == 8))
    second = Run(material, "other", config, tmp_path)
    assert second.resume()
    assert second.learner.iteration == 8
    assert second.train(inf)
    assert second.rollbacks == straight.rollbacks
    for name, value in straight.learner.networks.state_dict().items():
        assert torch.equal(value, second.learner.networks.state_dict()[name])
    assert second.watch.state_dict() == straight.watch.state_dict()


def healthy(level: float = 1.0) -> dict[str, float]:
    return {
        "D(target)": level, "D(finished)": -level, "penalty": 0.1, "H(pi_1)": 1.5, "blown": 0.0, "r": 0.1,
    }  # fmt: skip


def found(**changes: float) -> Validation:
    health = {"highlights": 0.5, "shadows": 0.5} | changes
    return Validation(70.0, {}, health, {"exposure": 0.6, "gamma": 0.4})


@pytest.mark.parametrize("growth", [1.0, 1.2, 0.7])
def test_a_critic_that_grows_as_it_learns_is_let_alone(tiny: TrainConfig, growth: float) -> None:
    watch = Watch(tiny, 8)
    for number in range(30):
        assert watch.figures(number, healthy(0.01 * growth**number)) is None


def test_black_white_and_blown_pictures_are_a_breakdown(tiny: TrainConfig) -> None:
    watch = Watch(tiny, 8)
    assert watch.validation(5, found()) is None
    assert "black" in (watch.validation(5, found(shadows=95.0)) or "")
    assert "white" in (watch.validation(5, found(highlights=95.0)) or "")
    assert "blown" in (watch.figures(5, healthy() | {"blown": 0.95}) or "")


def test_certainty_is_a_breakdown_early_but_not_late(tiny: TrainConfig) -> None:
    config = replace(tiny, iterations=1000)
    certain = healthy() | {"H(pi_1)": 0.266}  # all but the share of exploration
    early, late = Watch(config, 8), Watch(config, 8)
    assert [early.figures(25 * n, certain) for n in range(1, 5)][-1] is not None
    assert [late.figures(800 + n, certain) for n in range(1, 9)][-1] is None
