"""What a run of learning has come to, by what its process tells; and what of it is on the disk."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure_app import paths
from exposure_app.errors import ExposureError
from exposure_app.learning import store
from exposure_app.learning.check import understood
from exposure_app.learning.state import (
    LearningPhase,
    Plan,
    Progress,
    after,
    begun,
    ended,
    parse,
    stopping,
    style_name,
    thinned,
)

QUANTITIES = ("luminance", "contrast", "saturation")


def trial(iteration: int, score: float) -> dict:
    return {
        "event": "validation",
        "iteration": iteration,
        "share": iteration / 100,
        "score": score,
        "intersections": dict.fromkeys(QUANTITIES, score),
        "usage": {"gamma": 1.0},
    }


def told(*events: dict, progress: Progress | None = None) -> Progress:
    progress = begun(progress or Progress())
    for clock, event in enumerate(events):
        progress = after(progress, event, 10.0 * clock)
    return progress


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    photos = tuple(tmp_path / f"{number}.jpg" for number in range(4))
    return Plan("evening", "Evening", "Warm", photos[:2], photos[2:], 45)


# --- what the process tells ---


def test_a_run_reads_learns_and_is_done():
    reading = {"event": "reading", "what": "photos", "done": 20, "total": 80}
    progress = told(reading)
    assert (progress.phase, progress.done, progress.total) == (LearningPhase.READING, 20, 80)
    progress = after(progress, {"event": "progress", "iteration": 25, "share": 0.1, "eta_s": 90, "figures": {}}, 0)
    assert (progress.phase, progress.share, progress.seconds_left) == (LearningPhase.TRAINING, 0.1, 90)
    progress = after(progress, {"event": "done", "style": "x.safetensors", "card": "x.md", "figures": {"a": 1}}, 9)
    assert (progress.phase, progress.share, progress.style) == (LearningPhase.DONE, 1, Path("x.safetensors"))


def test_the_speed_counts_from_the_first_progress_of_this_process():
    steps = [{"event": "progress", "iteration": n, "share": 0.5, "eta_s": None} for n in (1000, 1025, 1050)]
    assert told(steps[0]).speed is None
    assert told(*steps).speed == 2.5


def test_the_best_trial_is_the_one_with_the_highest_score():
    progress = told(trial(0, 50), trial(100, 75), trial(200, 70))
    assert progress.best == 100
    assert [one.score for one in progress.trials] == [50, 75, 70]


def test_a_run_that_goes_on_repeats_what_came_after_its_checkpoint():
    before = told(trial(0, 50), trial(100, 60), trial(200, 70))
    progress = told(trial(200, 72), progress=before)
    assert [(one.iteration, one.score) for one in progress.trials] == [(0, 50), (100, 60), (200, 72)]


def test_going_back_forgets_the_trials_after_that_point():
    progress = told(trial(0, 50), trial(100, 60), {"event": "rollback", "iteration": 130, "to": 0, "reason": "nan"})
    assert [one.iteration for one in progress.trials] == [0]
    assert progress.went_back == (0, "nan")


def test_a_process_told_to_stop_says_nothing_of_learning_any_more_and_then_waits():
    progress = stopping(told(trial(0, 50)))
    progress = after(progress, {"event": "progress", "iteration": 25, "share": 0.1, "eta_s": 5}, 0)
    assert (progress.phase, progress.seconds_left) == (LearningPhase.STOPPING, None)
    assert after(progress, {"event": "stopped", "iteration": 30, "checkpoint": "c"}, 0).phase is LearningPhase.WAITING
    assert ended(progress, "gone", "").phase is LearningPhase.WAITING, "killed because it did not stop"


def test_a_process_that_ends_without_a_word_has_failed():
    progress = ended(told(trial(0, 50)), "It is gone", "Go on")
    assert (progress.phase, progress.message, progress.hint) == (LearningPhase.FAILED, "It is gone", "Go on")
    assert begun(progress).message == "", "and is forgotten when it is tried again"


def test_its_own_words_about_an_error_are_kept():
    progress = told({"event": "error", "message": "The disk is full", "hint": "Free some space."})
    assert ended(progress, "gone", "") == progress
    assert (progress.phase, progress.message) == (LearningPhase.FAILED, "The disk is full")


def test_news_of_a_later_version_changes_nothing():
    progress = told(trial(0, 50))
    assert after(progress, {"event": "something new", "x": 1}, 0) == progress


KINDS = ("reading", "skipped", "progress", "validation", "rollback", "stopped", "done", "error")
NAMES = ("iteration", "share", "what", "done", "total", "score", "usage", "intersections", "to", "message", "figures")
JSON = st.none() | st.booleans() | st.floats() | st.sampled_from(["", "x"]) | st.just({}) | st.just([1])


@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(NAMES), JSON))
def test_broken_news_are_refused_in_a_way_that_can_be_caught(kind, facts):
    try:
        progress = after(begun(Progress()), {"event": kind, **facts}, 0)
    except ValueError:
        return
    assert 0 <= progress.share <= 1


@given(st.text('{}[]"event: x1,', max_size=30))
def test_lines_that_are_no_news_are_told_apart(line):
    event = parse(line)
    assert event is None or isinstance(event["event"], str)


@pytest.mark.parametrize(
    ("title", "name"), [("Evening at the Sea", "evening-at-the-sea"), ("Été / 2", "ete-2"), ("夜", ""), ("...", "")]
)
def test_a_title_becomes_a_file_name(title, name):
    assert style_name(title) == name


def test_too_many_photos_are_thinned_evenly():
    photos = tuple(Path(str(number)) for number in range(1000))
    few = thinned(photos, 100)
    assert (len(few), few[0], few[50]) == (100, photos[0], photos[500])
    assert thinned(photos[:5], 100) == photos[:5]


# --- what the check found ---


def test_all_but_the_first_version_of_a_picture_can_be_left_out():
    check = understood(
        {
            "photos": 5,
            "monochrome": 0,
            "duplicates": [["a", "b"], ["c", "d", "e"]],
            "unreadable": {"x": "broken"},
            "rarer": [],
            "tiny": [],
            "gap": {"luminance": 70.0, "contrast": 60.0, "saturation": 50.0},
            "advice": [],
        }
    )
    unreadable, repeated = check.findings
    assert repeated.left_out == (Path("b"), Path("d"), Path("e"))
    assert unreadable.reasons == {Path("x"): "broken"}


# --- on the disk ---


def test_a_run_is_found_again_as_it_was(plan):
    run = store.create_run(plan)
    progress = replace(told(trial(0, 50), trial(100, 60)), phase=LearningPhase.WAITING, anchor=None)
    store.keep(replace(run, progress=progress))
    (found,) = store.read_runs()
    assert found.plan == plan
    assert found.progress == progress


def test_a_run_whose_program_was_killed_waits(plan):
    run = store.create_run(plan)
    store.keep(replace(run, progress=told(trial(0, 50))))
    (found,) = store.read_runs()
    assert found.progress.phase is LearningPhase.WAITING


def test_broken_runs_are_left_alone(plan):
    store.create_run(plan)
    for name, text in (("a", "no json"), ("b", "{}"), ("c", json.dumps({"version": 1}))):
        folder = paths.learning_dir() / name
        folder.mkdir()
        (folder / "run.json").write_text(text)
    assert [run.plan.name for run in store.read_runs()] == ["evening"]
    assert (paths.learning_dir() / "a" / "run.json").exists()


def test_two_runs_cannot_have_one_name(plan):
    store.create_run(plan)
    assert store.problem_with("evening") == "unfinished"
    with pytest.raises(ExposureError, match="already"):
        store.create_run(plan)


def test_an_accepted_style_is_among_the_styles_with_its_card_and_the_run_is_gone(plan):
    run = store.create_run(plan)
    for name in ("evening.safetensors", "evening.json", "evening.md", "evening-sheet.png", "evening.checkpoint"):
        (run.output / name).write_bytes(b"x")
    path = store.accept(run)
    kept = sorted(found.name for found in paths.user_styles_dir().iterdir())
    listed = "evening.liked.json"
    assert kept == ["evening-sheet.png", "evening.json", listed, "evening.md", "evening.safetensors"]
    assert path.parent == paths.user_styles_dir()
    assert store.read_runs() == []


def test_a_style_of_that_name_is_not_overwritten(plan):
    run = store.create_run(plan)
    (run.output / "evening.safetensors").write_bytes(b"new")
    paths.user_styles_dir().mkdir(parents=True)
    (paths.user_styles_dir() / "evening.safetensors").write_bytes(b"old")
    with pytest.raises(ExposureError, match="another style"):
        store.accept(run)
    assert (paths.user_styles_dir() / "evening.safetensors").read_bytes() == b"old"
    assert store.read_runs() != []


def test_a_discarded_run_is_gone(plan):
    store.discard(store.create_run(plan))
    assert store.read_runs() == []
    assert store.problem_with("evening") == ""


@given(st.lists(st.text('aé夜 \n"\\', min_size=1)))
def test_a_list_keeps_every_name_a_photo_may_have(tmp_path_factory, names):
    path = tmp_path_factory.getbasetemp() / "list.json"
    photos = [Path("/") / name for name in names]
    store.write_photo_list(path, photos)
    assert store.read_photo_list(path) == photos


@pytest.mark.parametrize("text", ["", "{}", "[1]", "[[]]"])
def test_what_is_no_list_of_photos_is_refused(tmp_path, text):
    (tmp_path / "list.json").write_text(text)
    with pytest.raises(ExposureError, match="list of photos"):
        store.read_photo_list(tmp_path / "list.json")
