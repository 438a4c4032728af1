"""What a style proposes as a person likes it: around locked steps, with the habits adopted for it."""

import numpy as np
import pytest

from exposure_app.agent import rollout
from exposure_app.agent.rollout import propose
from exposure_app.agent.style import NetConfig, Style, new_style
from exposure_app.image import Image
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.photo import Photo
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.styles.replan import propose_around
from exposure_app.styles.tweaks import AMOUNT, Habit

LOCKED = Step("exposure", {"ev": 1.5}, locked=True)
GENTLER = Habit(AMOUNT, (-0.4,), 1.0, 9)


@pytest.fixture
def style() -> Style:
    return new_style("plain", NetConfig(channels=4, hidden=8), seed=0)


@pytest.fixture
def photo() -> Photo:
    pixels = np.random.default_rng(0).random((90, 130, 3), np.float32) / 4
    return Photo(Image(pixels, scene_referred=True), Geometry(turns=1))


def test_without_locked_steps_it_is_the_styles_own_proposal_and_habits_change_it(style: Style, photo: Photo) -> None:
    own = propose(photo, style, 3)[0]
    assert propose_around(Recipe((Step("contrast", {"amount": 0.1}),)), style, photo, 3) == own
    assert propose_around(Recipe(), style, photo, 3, [GENTLER]).amount == pytest.approx(0.6)


def test_locked_steps_stay_and_the_agent_plans_once(
    style: Style, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = propose(photo, style, 3)[0]
    plans, retouch = [], rollout.retouch
    monkeypatch.setattr(rollout, "retouch", lambda *given: plans.append(given) or retouch(*given))
    shown = Recipe((Step("contrast", {"amount": 0.1}), LOCKED), amount=1.7, geometry=photo.geometry)
    found = propose_around(shown, style, photo, 3, [GENTLER])
    assert len(plans) == 1 and found.steps[1] == LOCKED and found.steps[0] == own.steps[0]
    assert (found.style, found.seed, found.neutral_ev) == (own.style, own.seed, own.neutral_ev)
    assert (found.amount, found.geometry) == (pytest.approx(0.6), photo.geometry), (
        "the amount of a proposal, not of now"
    )
