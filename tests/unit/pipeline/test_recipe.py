"""Recipes: amounts, JSON, and refusal of what is wrong."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure_app import filters
from exposure_app.errors import ExposureError
from exposure_app.image import Image
from exposure_app.io.develop import Develop
from exposure_app.io.transfer import srgb_to_linear
from exposure_app.pipeline import recipe as recipes
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.recipe import Recipe, Step, neutral_of, neutral_recipe, plain_exposure
from exposure_app.plain_text import printable

EXPOSURE = Step("exposure", {"ev": 1.5})
GAMMA = Step("gamma", {"gamma": 0.4})
CONTRAST = Step("contrast", {"amount": 0.4})


def dark_raw() -> Image:
    """A picture whose brightest pixels reach a quarter of white, as from a sensor."""
    pixels = np.random.default_rng(0).random((40, 60, 3)).astype(np.float32) * 0.25
    return Image(pixels, scene_referred=True)


@st.composite
def steps(draw):
    filter_ = draw(st.sampled_from(list(filters.registry().values())))
    params = {}
    for param in filter_.params:
        number = st.floats(*param.slider)
        params[param.name] = draw(number if param.width == 1 else st.tuples(*[number] * param.width))
    return Step(
        filter_.id,
        params,
        amount=draw(st.floats(0, 2)),
        enabled=draw(st.booleans()),
        name=draw(st.text(max_size=9).map(printable)),
        locked=draw(st.booleans()),
    )


@given(
    steps=st.lists(steps(), max_size=5),
    ev=st.floats(-6, 6),
    amount=st.floats(0, 2),
    style=st.text(max_size=9).map(printable),
    seed=st.integers(0, 2**63 - 1),
)
def test_any_recipe_survives_the_way_through_json(steps, ev, amount, style, seed):
    original = Recipe(tuple(steps), amount, ev, style, seed)
    assert recipes.loads(recipes.dumps(original)) == original


def test_a_development_is_kept_and_the_usual_one_is_not_written():
    recipe = Recipe(develop=Develop("custom", temperature=4321.5, tint=-7, denoise=20))
    assert recipes.loads(recipes.dumps(recipe)) == recipe
    assert "develop" not in recipes.to_json(Recipe())
    with pytest.raises(ExposureError, match="sharpness"):
        recipes.from_json({**recipes.to_json(recipe), "develop": {"sharpness": 3}})


FILM = Step("film_curve", {"amount": 0.9, "contrast": 1.4, "shoulder": 0.3, "toe": -0.2})
ORDERS = [
    (EXPOSURE, GAMMA, CONTRAST),
    (GAMMA, CONTRAST, EXPOSURE),
    (CONTRAST, Step("exposure", {"ev": -0.5}), GAMMA, Step("exposure", {"ev": 1.1}), Step("gamma", {"gamma": 1.2})),
    (Step("tone_curve", {"slopes": (2.0, 2.0, 1.5, 1.0, 0.8, 0.7, 0.6, 0.5)}), CONTRAST),
    (),
]


@pytest.mark.parametrize("steps_", [*ORDERS, (EXPOSURE, FILM, CONTRAST), (FILM, GAMMA)])
@pytest.mark.parametrize("is_raw", [True, False])
def test_amount_0_shows_the_neutral_rendering_and_1_exactly_the_steps(steps_, is_raw):
    image = replace(dark_raw(), scene_referred=is_raw)
    neutral = neutral_recipe(image)
    retouched = Recipe(steps_).from_neutral(neutral.neutral)
    at_zero = render(image.pixels, replace(retouched, amount=0)).astype(int)
    assert np.abs(at_zero - render(image.pixels, neutral)).max() <= 1
    assert retouched.edits() == [step.edit() for step in steps_]


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 2, 3), (3, 2, 1, 0), (1, 2, 0, 3)])
def test_stops_on_the_screen_are_proportional_to_the_amount(order):
    """However exposures and gammas follow one another: 200 % goes as far again from neutral, in stops."""
    some = (EXPOSURE, GAMMA, Step("exposure", {"ev": 0.3}), Step("gamma", {"gamma": 1.1}))
    steps_ = tuple(some[i] for i in order)

    def stops(amount):
        """What happens to linear white (in stops), and the logarithm of the whole gamma."""
        white, gamma = 0.0, 1.0
        for filter_id, params, _ in Recipe(steps_, amount, neutral_ev=1.0).edits():
            if filter_id == "exposure":
                white += params["ev"]
            else:
                white, gamma = white * params["gamma"], gamma * params["gamma"]
        return white, np.log(gamma)

    neutral, own = np.array(stops(0)), np.array(stops(1))
    for amount in (0.25, 0.5, 1.5, 2):
        assert stops(amount) == pytest.approx(neutral + amount * (own - neutral), abs=1e-6)


def test_amounts_of_recipe_and_step_multiply():
    half = Recipe((Step("contrast", {"amount": 0.8}, amount=0.5),), amount=0.5)
    assert half.edits()[-1] == ("contrast", {"amount": 0.2}, None)


def test_disabled_steps_and_steps_of_no_amount_are_not_rendered():
    assert Recipe((replace(EXPOSURE, enabled=False), replace(GAMMA, amount=0.0), CONTRAST)).edits() == [CONTRAST.edit()]


def test_a_photo_without_edits_is_exposed_and_goes_through_a_curve():
    image = dark_raw()
    neutral = neutral_recipe(image)
    assert [step.filter for step in neutral.steps] == ["exposure", "film_curve"]
    assert 2 < neutral.steps[0].params["ev"] < 3
    assert plain_exposure(image) == pytest.approx(2, abs=0.05)
    finished = neutral_recipe(replace(image, scene_referred=False))
    assert [step.filter for step in finished.steps] == ["exposure", "gamma"]


def test_a_subject_in_the_dark_gets_more_light_than_the_lamps_ask_for():
    lit = np.full((80, 80, 3), 0.2, np.float32)
    night = np.full((80, 80, 3), 0.004, np.float32)
    lit[:10, :10] = night[:10, :10] = 1
    some, more = (neutral_of(Image(pixels, scene_referred=True)).ev for pixels in (lit, night))
    assert plain_exposure(Image(night, scene_referred=True)) == 0
    assert more > some + 0.7


def test_shadows_are_no_lighter_than_srgbs_and_skies_roll_off():
    light = np.broadcast_to((2.0 ** np.linspace(-11, 1, 400))[None, :, None], (4, 400, 3)).astype(np.float32)
    recipe = Recipe((Step("exposure", {"ev": 0.0}), neutral_recipe(dark_raw()).steps[1]))
    codes = render(np.ascontiguousarray(light), recipe, depth=32)[0, :, 1]
    shown = srgb_to_linear(codes)
    x = light[0, :, 1]
    middle = np.median((shown / x)[(x > 0.2) & (x < 0.8)])
    assert ((shown / x / middle)[x < 0.01] < 1.2).all()
    assert (np.diff(codes) > 0).all(), "nothing is cut off, a stop above white neither"


@pytest.mark.parametrize("steps_", [(EXPOSURE, GAMMA, CONTRAST), (EXPOSURE, FILM), (GAMMA, EXPOSURE)])
def test_amounts_between_lie_between(steps_):
    image = dark_raw()
    recipe = Recipe(steps_).from_neutral(neutral_recipe(image).neutral)
    shown = [render(image.pixels, replace(recipe, amount=a), depth=32).mean() for a in np.linspace(0, 1, 9)]
    steps = np.diff(shown)
    assert np.abs(steps).max() < 0.5 * abs(shown[-1] - shown[0]) + 0.04


def test_the_neutral_curve_is_kept_and_recipes_without_one_are_of_before():
    film = Recipe((EXPOSURE,), neutral_curve="film", neutral_ev=0.5)
    assert recipes.loads(recipes.dumps(film)) == film
    assert "neutral_curve" not in recipes.to_json(Recipe((EXPOSURE,)))
    with pytest.raises(ExposureError, match="neutral_curve"):
        recipes.from_json({**recipes.to_json(film), "neutral_curve": "linear"})


def test_the_neutral_recipe_keeps_the_exposure_of_a_finished_picture():
    assert neutral_recipe(replace(dark_raw(), scene_referred=False)).steps[0].params["ev"] == 0


def test_the_neutral_recipe_of_a_black_frame_is_finite():
    assert neutral_recipe(Image(np.zeros((8, 8, 3), np.float32), scene_referred=True)).steps[0].params["ev"] == 0


def test_describe_says_each_enabled_step_in_words():
    described = Recipe((EXPOSURE, replace(GAMMA, enabled=False), CONTRAST)).describe()
    assert described == ["Exposure: +1.50 EV", "Contrast: contrast +40 %"]


GOOD = recipes.to_json(Recipe((EXPOSURE, GAMMA), neutral_ev=1.0, style="vivid", seed=3))


def changed(**entries):
    return json.dumps({**GOOD, **entries})


def step_with(**entries):
    return changed(steps=[GOOD["steps"][0], {**GOOD["steps"][1], **entries}])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not valid JSON"),
        ("{", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[]", "must be a JSON object"),
        ("{}", "not a recipe"),
        (changed(format="something"), "not a recipe"),
        (changed(version=99), "version 99"),
        (changed(version=0), "version"),
        (changed(version="1"), "version"),
        (changed(version=True), "version"),
        (changed(sparkle=1), "'sparkle'"),
        (changed(steps={}), "steps must be a list"),
        (changed(steps=[1]), "Step 1"),
        (changed(steps=GOOD["steps"] * 80), "100 steps"),
        (changed(amount=3), "between 0 and 2"),
        (changed(amount="much"), "amount"),
        (changed(amount=float("nan")), "NaN in place of a number"),
        (changed(amount=10**400), "a number of 401 digits"),
        (changed(seed=2**64), "seed"),
        (changed(style="a\nb"), "cannot be shown"),
        (changed(style="\ud800"), "no text can have"),
        (changed(seed=1.5), "seed"),
        (changed(style=1), "style"),
        (changed(neutral_ev=99), "between -6 and 6"),
        (step_with(filter="sparkle"), "Step 2.*no filter called 'sparkle'"),
        (step_with(filter=["gamma"]), "no filter called"),
        (step_with(version=7), "Step 2.*gamma has version 7|version 7"),
        (step_with(params=[]), "JSON object"),
        (step_with(params={}), "lacks its parameter gamma"),
        (step_with(params={"gamma": 99}), "between 0.2 and 5"),
        (step_with(params={"gamma": "1"}), "must be a number"),
        (step_with(params={"gamma": float("inf")}), "Infinity in place of a number"),
        (step_with(name="\x1b[2J"), "Step 2.*cannot be shown"),
        (step_with(params={"gamma": True}), "must be a number"),
        (step_with(enabled=1), "enabled"),
        (step_with(locked="yes"), "locked"),
        (step_with(name=1), "name"),
        (step_with(name="x" * 1000), "100 characters"),
        (step_with(amount=-1), "between 0 and 2"),
        (step_with(colour="red"), "'colour'"),
    ],
)
def test_what_is_wrong_with_a_recipe_is_said_in_words(text, says):
    with pytest.raises(ExposureError, match=says):
        recipes.loads(text)


def test_older_recipes_are_upgraded_version_by_version(monkeypatch):
    monkeypatch.setattr(recipes, "VERSION", 3)
    monkeypatch.setattr(
        recipes,
        "UPGRADES",
        {1: lambda data: {**data, "seed": data["seed"] + 1}, 2: lambda data: {**data, "seed": data["seed"] * 10}},
    )
    assert recipes.loads(changed(seed=3)).seed == 40


def test_reading_a_recipe_names_the_file(tmp_path):
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "missing.json", binary, tmp_path):
        with pytest.raises(ExposureError, match=path.name):
            recipes.read_recipe(path)
