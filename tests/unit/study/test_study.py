"""A study: people and styles retouch the same photos, raters judge blindly, the report compares them."""

import json
from dataclasses import replace

import pytest
from PIL import Image

from exposure_app.errors import ExposureError
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.study.rating import Rating, report
from exposure_app.study.store import STEPS, Study, checked_name, create_study, read_lines, read_study
from exposure_app.study.work import EDGE, Sitting, add_style, make_missing_pictures
from tests.helpers.editor import make_photo, save_untrained_style

RECIPE = Recipe((Step("exposure", {"ev": 0.5}), Step("gamma", {"gamma": 0.45})))


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def study(tmp_path) -> Study:
    photos = [make_photo(tmp_path / f"{name}.jpg", 60, 40, seed) for seed, name in enumerate("abc")]
    return create_study(tmp_path / "study", photos)


def finish(study: Study, person: str, ev: float = 0.5) -> None:
    """A person finishes the next photo."""
    sitting = Sitting(study, person)
    sitting.begin(sitting.next_index(), RECIPE)
    sitting.finish(replace(RECIPE, steps=(Step("exposure", {"ev": ev}), RECIPE.steps[1])))


def test_it_is_read_as_it_was_begun(study):
    assert read_study(study.folder) == study
    assert study.authors() == study.raters() == []


def test_a_study_begins_in_an_empty_folder_with_photos(tmp_path, study):
    with pytest.raises(ExposureError, match="not empty"):
        create_study(study.folder, study.photos)
    with pytest.raises(ExposureError, match="needs photos"):
        create_study(tmp_path / "other", [])
    with pytest.raises(ExposureError, match="no study"):
        read_study(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "exposure-study", "version": "x"}'])
def test_a_file_that_is_no_study_is_an_error(tmp_path, text):
    (tmp_path / "study.json").write_text(text)
    with pytest.raises(ExposureError, match="not a study"):
        read_study(tmp_path)


@pytest.mark.parametrize("name", ["", "  ", "../x", ".hidden", "a/b", "x" * 41, "a\x00b"])
def test_names_are_parts_of_file_names(name):
    with pytest.raises(ExposureError, match="name may have"):
        checked_name(name)


def test_every_action_is_written_down_with_the_time_spent_on_it(study):
    clock = Clock()
    sitting = Sitting(study, "Ada", clock=clock)
    sitting.begin(0, Recipe())
    clock.now += 5
    sitting.act("Exposure", RECIPE)
    sitting.leave()
    clock.now += 1000
    sitting.come_back()
    clock.now += 2
    sitting.finish(RECIPE)
    lines = read_lines(study.actions("Ada"))
    assert [(line["event"], line["seconds"]) for line in lines] == [("begin", 0), ("edit", 5), ("finish", 7)]
    assert lines[1]["label"] == "Exposure"
    assert lines[1]["recipe"]["steps"][0]["params"] == {"ev": 0.5}
    assert study.recipe("person Ada", 0) == RECIPE


def test_one_photo_comes_after_the_other_and_none_twice(study):
    sitting = Sitting(study, "Ada")
    sitting.begin(0, RECIPE)
    sitting.skip()
    assert sitting.next_index() == 1
    sitting.begin(1, RECIPE)
    sitting.finish(RECIPE)
    assert Sitting(study, "Ada").next_index() == 2, "also in another sitting"
    finish(study, "Ada")
    assert sitting.next_index() is None
    assert Sitting(study, "Bob").next_index() == 0


def test_a_result_has_no_more_steps_than_the_agent(study):
    sitting = Sitting(study, "Ada")
    sitting.begin(0, RECIPE)
    many = Recipe((RECIPE.steps[0],) * (STEPS + 1))
    with pytest.raises(ExposureError, match=f"{STEPS + 1} steps, but {STEPS}"):
        sitting.finish(many)
    sitting.finish(replace(many, steps=(*many.steps[:STEPS], replace(many.steps[STEPS], enabled=False))))


def test_people_edit_links_so_that_nothing_lies_beside_the_photos(study):
    own = study.own_photo("Ada", 1)
    assert own.read_bytes() == study.photos[1].read_bytes()
    assert own.is_relative_to(study.folder)
    assert study.own_photo("Ada", 1) == own


def test_a_style_is_an_author_and_is_not_made_twice(study):
    save_untrained_style("plain")
    seen = []
    author = add_style(study, "plain", 3, lambda done, total: seen.append((done, total)))
    assert author == "style plain, seed 3"
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert study.done(author) == [0, 1, 2]
    before = study.picture(author, 0).stat().st_mtime_ns
    add_style(study, "plain", 3)
    assert study.picture(author, 0).stat().st_mtime_ns == before
    with Image.open(study.picture(author, 0)) as picture:
        assert max(picture.size) <= EDGE
        assert not picture.getexif(), "nothing tells who made it"


def test_raters_see_all_results_in_an_order_of_their_own(study):
    for person in ("Ada", "Bob"):
        for _ in study.photos:
            finish(study, person)
    make_missing_pictures(study)
    orders = []
    for rater in ("Cyd", "Dan"):
        rating, order = Rating(study, rater), []
        assert rating.total == 6
        while rating.current:
            order.append(rating.current)
            rating.rate(3, 1.0)
        assert sorted(order) == [(author, i) for author in ("person Ada", "person Bob") for i in range(3)]
        orders.append(order)
    assert orders[0] != orders[1]


def test_rating_goes_on_where_it_ended_and_can_be_taken_back(study):
    for _ in study.photos:
        finish(study, "Ada")
    make_missing_pictures(study)
    rating = Rating(study, "Cyd")
    first = rating.current
    rating.rate(2, 1.0)
    rating.rate(9, 1.0)
    assert rating.count == 1, "there are five grades"
    rating.back()
    assert rating.current == first
    rating.rate(5, 1.0)
    again = Rating(study, "Cyd")
    assert again.count == 1
    assert again.current == rating.current
    (row,) = report(study).authors
    assert row.rating is not None
    assert row.rating.value == 5, "the later rating counts"


def test_the_report_compares_photo_by_photo(study):
    save_untrained_style("plain")
    add_style(study, "plain")
    for _ in study.photos[:2]:
        finish(study, "Ada")
    make_missing_pictures(study)
    stars = {("person Ada", 0): 5, ("person Ada", 1): 3}
    for rater in ("Cyd", "Dan"):
        rating = Rating(study, rater)
        while rating.current:
            rating.rate(stars.get(rating.current, 2), 1.0)
    found = report(study)
    assert found.raters == ("Cyd", "Dan")
    ada, plain = found.authors
    assert (ada.author, ada.photos, ada.rating.value) == ("person Ada", 2, 4)
    assert ada.seconds is not None and ada.actions is not None and plain.seconds is None
    (pair,) = found.pairs
    assert (pair.one, pair.other, pair.photos, pair.difference.value) == ("person Ada", plain.author, 2, 2)
    assert pair.difference.low <= 2 <= pair.difference.high
    json.dumps(found.to_json())


def test_time_in_several_sittings_adds_up(study):
    clock = Clock()
    for seconds in (10, 20):
        sitting = Sitting(study, "Ada", clock=clock)
        sitting.begin(0, RECIPE)
        clock.now += seconds
        sitting.act("Exposure", RECIPE)
    sitting.finish(RECIPE)
    (row,) = report(study).authors
    assert (row.seconds.value, row.actions.value) == (30, 2)


def test_a_line_that_a_crash_cut_off_is_left_out(study):
    finish(study, "Ada")
    with study.actions("Ada").open("a") as stream:
        stream.write('{"photo": 0, "ev')
    assert [line["event"] for line in read_lines(study.actions("Ada"))] == ["begin", "finish"]
