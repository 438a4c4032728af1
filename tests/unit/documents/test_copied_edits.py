"""A look goes from photo to photo: as it is, or merged into what is there."""

from dataclasses import replace

from exposure_app.documents.copied_edits import CopiedEdits
from exposure_app.io.develop import Develop
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.mask import Mask
from exposure_app.pipeline.recipe import Recipe, Step

CONTRAST = Step("contrast", {"amount": 0.2}, mask=Mask("gradient", {"y": -0.1}))


def recipe(ev: float = 0.0, *more: Step) -> Recipe:
    return Recipe((Step("exposure", {"ev": ev}), Step("gamma", {"gamma": 0.45}), *more))


LOOK = replace(
    recipe(), steps=(CONTRAST, *reversed(recipe(2.0).steps)), amount=0.6, style="faded", seed=3, neutral_ev=0.5
)


def test_a_look_is_the_same_look_on_a_photo_without_edits_and_on_one_with_others():
    for target in (recipe(0.5), recipe(0.5, Step("saturation", {"amount": 0.4}))):
        target = replace(target, neutral_ev=1.5)
        assert CopiedEdits(LOOK, LOOK.steps).on(target) == replace(LOOK, neutral_ev=1.5), "neutral is its own"


def test_some_of_the_steps_are_all_that_a_photo_gets():
    assert CopiedEdits(LOOK, LOOK.steps[:1]).on(recipe(0.5)).steps == (CONTRAST,)


def test_without_steps_only_what_comes_before_them_is_copied():
    target = replace(recipe(0.5), geometry=Geometry(turns=1))
    cold = Develop(white_balance="auto")
    assert CopiedEdits(LOOK, (), develop=cold).on(target) == replace(target, develop=cold)
    assert CopiedEdits(LOOK, (), geometry=Geometry()).on(target) == replace(target, geometry=Geometry())
    assert CopiedEdits(LOOK, ()).is_empty and not CopiedEdits(LOOK, (), Geometry()).is_empty


def test_locked_steps_stay_and_a_locked_one_is_brought_up_to_date():
    locked = replace(CONTRAST, params={"amount": -0.1}, locked=True)
    target = replace(recipe(), steps=(recipe().steps[0], locked))
    pasted = CopiedEdits(LOOK, LOOK.steps[1:]).on(target)
    assert [step.filter for step in pasted.steps] == ["gamma", "contrast", "exposure"] and pasted.steps[1] == locked
    ours = replace(CONTRAST, locked=True)
    assert CopiedEdits(LOOK, (ours,)).on(target).steps == (ours,), "not both"


def test_merging_replaces_the_counterpart_and_appends_the_rest():
    merged = CopiedEdits(LOOK, (Step("exposure", {"ev": 2.0}), CONTRAST), merge=True).on(recipe(0.5))
    assert [step.filter for step in merged.steps] == ["exposure", "gamma", "contrast"]
    assert merged.steps[0].params["ev"] == 2.0 and merged.amount == 1


def test_merging_two_of_a_kind_meets_two_of_a_kind():
    two = (Step("exposure", {"ev": 1.0}), Step("exposure", {"ev": 2.0}))
    merged = CopiedEdits(LOOK, two, merge=True).on(recipe(0.5))
    assert [step.params.get("ev") for step in merged.steps] == [1.0, None, 2.0]


def test_merging_leaves_locked_steps_alone():
    locked = replace(recipe().steps[0], locked=True)
    target = replace(recipe(), steps=(locked, recipe().steps[1]))
    merged = CopiedEdits(LOOK, (Step("exposure", {"ev": 1.0}),), merge=True).on(target)
    assert merged.steps[0] == locked and merged.steps[-1].params["ev"] == 1.0
