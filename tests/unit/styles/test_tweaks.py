"""The tweak ledger: only habits become proposals, and what is adopted can be dropped again."""

from dataclasses import replace
from pathlib import Path

import pytest

from exposure_app import paths
from exposure_app.params import Curve, Scalar
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.styles.tweaks import (
    AMOUNT,
    LEAST_PHOTOS,
    SWITCH,
    Ledger,
    biased,
    forget_all,
    read_ledger,
    write_ledger,
)

PROPOSED = Recipe(
    (
        Step("exposure", {"ev": 1.0}),
        Step("contrast", {"amount": 0.5}),
        Step("tone_curve", {"slopes": (1.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)}),
    ),
    style="vivid",
)


def changed(index: int, **changes) -> Recipe:
    steps = list(PROPOSED.steps)
    steps[index] = replace(steps[index], **changes)
    return replace(PROPOSED, steps=tuple(steps))


def ledger(finals: list[Recipe]) -> Ledger:
    made = Ledger("vivid")
    for number, final in enumerate(finals):
        made = made.with_photo(Path(f"{number}.dng"), PROPOSED, final)
    return made


def test_the_same_correction_on_most_photos_is_a_habit():
    softer = [changed(1, params={"amount": 0.5 - 0.1 - 0.01 * n}) for n in range(7)]
    (habit,) = ledger([*softer, PROPOSED, PROPOSED]).habits()
    assert habit.key == ("contrast", "amount")
    assert habit.shift == pytest.approx((-0.13,))
    assert (habit.share, habit.photos) == (pytest.approx(7 / 9), 9)
    assert habit.words() == "Contrast: contrast -13 %"


def test_few_small_or_mixed_corrections_are_no_habit():
    softer, harder = (changed(1, params={"amount": value}) for value in (0.3, 0.7))
    assert not ledger([softer] * (LEAST_PHOTOS - 1)).habits()
    assert not ledger([softer, harder] * 8).habits()
    assert not ledger([softer] * 5 + [PROPOSED] * 5).habits()
    assert not ledger([changed(1, params={"amount": 0.49})] * 20).habits()


def test_a_photo_counts_once_however_often_it_is_edited():
    made = Ledger("vivid")
    for _ in range(20):
        made = made.with_photo(Path("a.dng"), PROPOSED, changed(0, params={"ev": 0.0}))
    assert not made.habits()
    assert len(made.corrections) == 1


@pytest.mark.parametrize(
    ("final", "key", "words"),
    [
        (replace(PROPOSED, amount=0.6), AMOUNT, "Amount -40 %"),
        (changed(1, enabled=False), ("contrast", SWITCH), "Contrast off"),
        (replace(PROPOSED, steps=PROPOSED.steps[:1] + PROPOSED.steps[2:]), ("contrast", SWITCH), "Contrast off"),
        (changed(0, amount=0.5), ("exposure", "ev"), "Exposure: -0.50 EV"),
        (changed(2, params={"slopes": (1.0,) * 8}), ("tone_curve", "slopes"), None),
    ],
)
def test_every_way_of_correcting_is_seen_and_adopting_it_repeats_it(final, key, words):
    made = ledger([final] * LEAST_PHOTOS)
    (habit,) = made.habits()
    assert habit.key == key
    assert words is None or habit.words() == words
    adopted = made.adopt(habit)
    repeated = biased(PROPOSED, adopted.biases)
    assert similar(repeated, final)
    assert not adopted.habits(), "it begins anew"
    assert biased(PROPOSED, adopted.drop(key).biases) == PROPOSED


def similar(one: Recipe, other: Recipe) -> bool:
    from exposure_app.styles.tweaks import corrections

    return all(max(map(abs, shift)) < 1e-9 for shift in corrections(one, other).values())


def test_a_second_habit_adds_to_the_first():
    habit = ledger([changed(0, params={"ev": 0.5})] * LEAST_PHOTOS).habits()[0]
    twice = Ledger("vivid").adopt(habit).adopt(habit)
    assert biased(PROPOSED, twice.biases).steps[0].params["ev"] == pytest.approx(0.0)


def test_it_is_read_as_it_was_written():
    made = ledger([changed(0, params={"ev": 0.5})] * 3 + [replace(PROPOSED, amount=0.5)])
    made = made.adopt(ledger([changed(1, enabled=False)] * LEAST_PHOTOS).habits()[0])
    write_ledger(made)
    assert read_ledger("vivid") == made
    assert "dng" not in (paths.tweaks_dir() / "vivid.json").read_text(), "photos are not named"
    forget_all("vivid")
    assert read_ledger("vivid") == Ledger("vivid")


@pytest.mark.parametrize("text", ["", "[]", '{"version": 2}', '{"version": 1, "photos": {"a": [["x"]]}, "biases": []}'])
def test_a_file_that_cannot_be_understood_is_set_aside(text):
    paths.tweaks_dir().mkdir(parents=True)
    (paths.tweaks_dir() / "vivid.json").write_text(text)
    assert read_ledger("vivid") == Ledger("vivid")
    assert (paths.tweaks_dir() / "vivid.json.bak").read_text() == text


def test_filters_that_are_gone_are_passed_over():
    paths.tweaks_dir().mkdir(parents=True)
    text = '{"version": 1, "photos": {"a": [["sparkle", "", [0.0]], ["gamma", "", [0.0]]]}, "biases": []}'
    (paths.tweaks_dir() / "vivid.json").write_text(text)
    assert read_ledger("vivid").corrections == {"a": {("gamma", SWITCH): (0.0,)}}


def test_styles_may_be_called_anything():
    write_ledger(Ledger("../../etc/passwd"))
    assert [path.parent for path in paths.tweaks_dir().iterdir()] == [paths.tweaks_dir()]


@pytest.mark.parametrize(
    ("param", "one", "other"),
    [
        (Scalar("a", "A", (-1, 1), (-2, 2), 0, 0), -0.5, 1.2),
        (Scalar("g", "G", (0.5, 2), (0.1, 10), 1, 1, scale="log"), 0.5, 3.0),
        (Curve("c", "C", (0.5, 2), (0, 5), 1, 4), (1.0, 1.0, 1.0, 1.0), (0.5, 1.5, 1.2, 0.8)),
    ],
)
def test_a_value_moved_by_the_difference_is_the_other_value(param, one, other):
    assert param.shifted(one, param.difference(one, other)) == pytest.approx(other)
    assert param.mixed(one, other, 0) == pytest.approx(one)
    assert param.mixed(one, other, 1) == pytest.approx(other)
