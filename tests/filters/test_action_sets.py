"""Which filters an agent may learn to use, by the name of a set."""

from dataclasses import replace
from pathlib import Path

import pytest

from exposure_app import filters
from exposure_app.errors import ExposureError
from exposure_app.training.algorithm import config as configs
from exposure_app.training.runs import command

PAPER = (
    "black_white", "color_curve", "contrast", "exposure", "gamma", "saturation", "tone_curve", "white_balance",
)  # fmt: skip


def test_the_set_of_the_paper_is_its_eight_and_the_studio_has_them_all() -> None:
    assert tuple(filter_.id for filter_ in filters.action_set("paper")) == PAPER
    assert filters.action_set("studio") == tuple(filters.registry().values())


def test_another_set_is_refused_in_words() -> None:
    with pytest.raises(ExposureError, match="no action set called everything"):
        filters.action_set("everything")


@pytest.mark.parametrize("asked", [None, "paper", "studio"])
def test_a_run_has_the_set_that_was_asked_for_or_that_of_its_configuration(
    asked: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = []
    monkeypatch.setattr(command, "photos_in", lambda folder: [])
    monkeypatch.setattr(
        command, "train", lambda _inputs, _targets, _name, config, *_rest, **_more: given.append(config)
    )
    order = command.Order(Path("inputs"), Path("targets"), "mine", command.SCRATCH, None, 1, filters=asked)
    command.in_terminal(order)
    assert given == [replace(configs.BASE, filters=asked or configs.BASE.filters)]
