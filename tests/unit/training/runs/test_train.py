import json
from dataclasses import replace
from math import inf
from pathlib import Path

import numpy as np
import pytest
import torch

from exposure_app import filters
from exposure_app.agent.header import NetConfig
from exposure_app.agent.style import load_style
from exposure_app.errors import ExposureError
from exposure_app.training.algorithm.config import TrainConfig, named
from exposure_app.training.algorithm.finishing import FinishingLearner
from exposure_app.training.algorithm.learner import Learner
from exposure_app.training.algorithm.paper import PaperLearner
from exposure_app.training.photos.data import Crops
from exposure_app.training.runs import run as running
from exposure_app.training.runs.events import Event
from exposure_app.training.runs.material import Material, gather
from exposure_app.training.runs.run import Run
from exposure_app.training.runs.train import train

FILTERS = filters.action_set("paper")
Folders = tuple[list[Path], list[Path]]


def learner(config: TrainConfig, seed: int = 0) -> Learner:
    generator = torch.Generator().manual_seed(9)
    inputs, targets = (torch.rand(6, 2, 3, 80, 80, generator=generator) * level for level in (0.2, 0.9))
    cpu = torch.device("cpu")
    algorithm = PaperLearner if config.algorithm == "paper" else FinishingLearner
    return algorithm(config, FILTERS, Crops(inputs, cpu), Crops(targets, cpu), cpu, seed)


def weights(made: Learner) -> torch.Tensor:
    return torch.cat([value.flatten() for value in made.networks.state_dict().values()])


@pytest.fixture(params=["paper", "finishing"])
def either(request: pytest.FixtureRequest, tiny: TrainConfig) -> TrainConfig:
    net = replace(tiny.net, look=request.param == "finishing")
    return replace(tiny, algorithm=request.param, net=net, critic_first=2, critic_updates=1)


def test_an_iteration_moves_all_three_networks_and_stays_finite(either: TrainConfig) -> None:
    made = learner(either)
    before = {name: value.clone() for name, value in made.networks.state_dict().items()}
    for _ in range(6):
        figures = made.iterate()
    assert all(torch.isfinite(value) for value in figures.values())
    for part in ("policy", "value", "critic"):
        changed = [
            n for n, v in made.networks.state_dict().items() if n.startswith(part) and not torch.equal(v, before[n])
        ]
        assert changed, part


def test_the_paper_s_configuration_has_the_paper_s_numbers() -> None:
    paper = named("paper")
    assert (paper.batch, paper.buffer, paper.critic_updates) == (64, 2048, 5)
    assert (paper.policy_rate, paper.critic_rate, paper.value_rate, paper.decay) == (1.5e-5, 5e-5, 5e-4, 1e-3)
    assert paper.net == NetConfig(channels=32, hidden=128, dropout=0.5, steps=5)
    with pytest.raises(ExposureError, match="paper"):
        named("unknown")


def test_the_paper_s_configuration_trains_at_a_smaller_size(material: Material, tmp_path: Path) -> None:
    net = replace(named("paper").net, channels=2, hidden=8)
    config = replace(
        named("paper"), net=net, batch=4, buffer=16, critic_first=2, critic_updates=2, iterations=4, validate_every=2
    )
    run = Run(material, "paper", config, tmp_path)
    assert isinstance(run.learner, PaperLearner)
    assert run.train(inf)
    assert run.learner.iteration == 4
    assert [entry["iteration"] for entry in run.history] == [0, 2, 4]


def test_the_same_seed_gives_the_same_training_another_seed_another(either: TrainConfig) -> None:
    runs = [learner(either, seed) for seed in (0, 0, 1)]
    for run in runs:
        for _ in range(3):
            run.iterate()
    assert torch.equal(weights(runs[0]), weights(runs[1]))
    assert not torch.equal(weights(runs[0]), weights(runs[2]))


def test_resuming_gives_exactly_what_going_on_would_have_given(either: TrainConfig) -> None:
    straight, other = learner(either), learner(either, seed=5)
    for _ in range(3):
        straight.iterate()
    other.load_state_dict({key: value for key, value in straight.state_dict().items()})
    other.load_state_dict(torch.load(_saved(straight), weights_only=True))
    for _ in range(3):
        first, second = straight.iterate(), other.iterate()
    assert torch.equal(weights(straight), weights(other))
    assert {name: float(value) for name, value in first.items()} == {
        name: float(value) for name, value in second.items()
    }


def _saved(made: Learner) -> "object":
    import io

    stream = io.BytesIO()
    torch.save(made.state_dict(), stream)
    stream.seek(0)
    return stream


def test_the_agent_learns_to_brighten_dark_pictures() -> None:
    # Targets differ from inputs in brightness alone, so that brightening is all there is to learn.
    net = NetConfig(channels=4, hidden=16, dropout=0.1, steps=2)
    rates = {"policy_rate": 1e-3, "critic_rate": 1e-3, "value_rate": 1e-3, "decay": 1.0}
    sizes = {"iterations": 45, "batch": 8, "buffer": 32, "critic_first": 1, "critic_updates": 1}
    made = learner(TrainConfig("brighten", net=net, **sizes, **rates))
    dark = made.inputs.draw(16, torch.Generator().manual_seed(0))
    for _ in range(45):
        made.iterate()
    finished = made.memory.finished(8, torch.Generator().manual_seed(0))
    assert float(finished.mean()) > 2 * float(dark.mean())


def test_roles_share_no_picture(folders: Folders) -> None:
    found = gather(*folders)
    assert folders[0][0] not in [photo.path for photo in found.inputs], "it is a version of a target"
    assert len(found.inputs) + len(found.validation) + len(found.test) == 19
    assert len(found.targets) + len(found.comparison) == 20


def test_photos_that_are_to_be_kept_out_are_for_the_figures_alone(folders: Folders) -> None:
    found = gather(*folders, keep_out=lambda path: path.stem > "14")
    assert {photo.path.stem for photo in found.comparison} == {"15", "16", "17", "18", "19"}
    assert {photo.path.stem for photo in found.targets} == {f"{number:02d}" for number in range(15)}
    assert len(found.test) == 5
    assert len(found.inputs) + len(found.validation) == 14


def test_too_few_photos_are_refused(folders: Folders) -> None:
    with pytest.raises(ExposureError, match="too few"):
        gather(folders[0][:5], folders[1])


def test_a_whole_run_leaves_a_style_a_card_and_a_checkpoint(
    tiny: TrainConfig, folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "LOOK_EVERY", 5)  # also tells the progress
    events: list[Event] = []
    broken = tmp_path / "holiday" / "broken.jpg"
    broken.parent.mkdir()
    broken.write_bytes(b"no picture")
    path = train(
        [*folders[0], broken],
        folders[1],
        "mine",
        tiny,
        inf,
        tmp_path,
        events.append,
        title="Mine",
        facts={"licences": {"inputs": "CC0"}},
    )
    style = load_style(path)
    assert style.header.title == "Mine"
    assert set(style.header.figures["intersections"]) == {"results", "ceiling", "neutral", "auto levels"}
    card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert card["figures"] == json.loads(json.dumps(style.header.figures))
    text = path.with_suffix(".md").read_text(encoding="utf-8")
    assert str(tmp_path) not in text + path.with_suffix(".json").read_text(encoding="utf-8")
    assert "CC0" in text
    assert (tmp_path / "mine-sheet.png").is_file()
    assert {event.kind for event in events} == {
        "reading", "skipped", "progress", "validation", "checkpoint", "done",
    }  # fmt: skip
    assert list(card["facts"]["files left out"]) == ["holiday/broken.jpg"]
    skipped = next(event.to_json() for event in events if event.kind == "skipped")
    assert skipped["file"] == str(broken)
    again = train(*folders, "mine", tiny, inf, tmp_path, resume=True)
    assert load_style(again).header.facts["iterations"] == tiny.iterations


def test_being_told_to_stop_saves_what_is_there(tiny: TrainConfig, material: Material, tmp_path: Path) -> None:
    run = Run(material, "mine", tiny, tmp_path)
    assert not run.train(inf, should_stop=lambda: run.learner.iteration >= 2)
    again = Run(material, "mine", tiny, tmp_path)
    assert again.resume()
    assert again.learner.iteration == 2
    assert again.train(inf)
    assert again.learner.iteration == tiny.iterations


def test_stopping_while_photos_are_read_is_told(tiny: TrainConfig, folders: Folders, tmp_path: Path) -> None:
    events: list[Event] = []
    with pytest.raises(KeyboardInterrupt):
        train(*folders, "mine", tiny, inf, tmp_path, events.append, should_stop=lambda: len(events) > 1)
    assert events[-1].to_json() == {"event": "stopped", "iteration": 0, "checkpoint": None}


def test_checkpoints_come_as_often_as_asked_and_change_nothing(
    tiny: TrainConfig, material: Material, tmp_path: Path
) -> None:
    states, counts = [], []
    for number, interval in enumerate((0.0, 1e6)):
        events: list[Event] = []
        run = Run(material, f"run{number}", tiny, tmp_path, events.append)
        run.train(inf, checkpoint_every=interval)
        states.append(weights(run.learner))
        counts.append(sum(event.kind == "checkpoint" for event in events))
    assert torch.equal(*states)
    assert counts == [tiny.iterations + 1, 1]


def test_a_foreign_checkpoint_is_refused(tiny: TrainConfig, material: Material, tmp_path: Path) -> None:
    run = Run(material, "mine", tiny, tmp_path)
    run.checkpoint.write_bytes(b"nonsense")
    with pytest.raises(ExposureError, match="damaged"):
        run.resume()
    run.save()
    others = replace(material, inputs=material.inputs[1:])
    for other, what in (
        (Run(material, "mine", replace(tiny, entropy=3.0), tmp_path), "configuration"),
        (Run(material, "mine", tiny, tmp_path, seed=1), "seed"),
        (Run(others, "mine", tiny, tmp_path), "set of photos"),
    ):
        with pytest.raises(ExposureError, match=f"another {what}"):
            other.resume()


def test_validation_follows_the_recipes_of_retouch(tiny: TrainConfig) -> None:
    from exposure_app.agent.rollout import retouch
    from exposure_app.agent.style import new_style
    from exposure_app.pipeline.proxy import make_proxy
    from exposure_app.training.evaluation.validate import Retoucher, recipes

    style = new_style("x", tiny.net, seed=3)
    photos = [np.random.default_rng(seed).random((70, 90, 3), dtype=np.float32) for seed in range(2)]
    together = recipes(
        Retoucher(style.networks.policy, style.filters, tiny.net.steps, style.networks.taste), photos, seed=4
    )
    for photo, edits in zip(photos, together, strict=True):
        alone = retouch(make_proxy(photo), style, 4)[0]
        assert [filter_.id for filter_, _ in edits] == [step.filter for step in alone.steps]
