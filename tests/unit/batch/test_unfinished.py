"""Batches that have stopped before their end."""

import os
import sys
from pathlib import Path

import pytest

from exposure_app import paths
from exposure_app.agent.style import NetConfig, new_style, save_style
from exposure_app.batch import unfinished
from exposure_app.batch.batch import make_batch
from exposure_app.batch.models import BatchSpec
from exposure_app.batch.workers import Workers
from exposure_app.errors import ExposureError
from exposure_app.export.settings import ExportSettings
from tests.helpers.batches import contents, folder, photo, run_here, spec


def stopped(tmp_path: Path, after: int = 2, **options: object):
    """A batch of five that was cancelled on the way."""
    batch = make_batch([folder(tmp_path / "in", 5)], tmp_path / "out", spec(**options))
    batch.on_event = lambda event: batch.cancel() if batch.count("done") == after else None
    return run_here(batch)


def test_a_stopped_batch_is_finished_from_its_journal_alone(tmp_path):
    stopped(tmp_path)
    assert unfinished.count_left(tmp_path / "out") == 3
    resumed = unfinished.resume_batch(tmp_path / "out")
    assert (resumed.taken_over, len(resumed.jobs), resumed.spec) == (2, 5, spec())
    run_here(resumed)
    assert unfinished.count_left(tmp_path / "out") == 0
    run_here(make_batch([tmp_path / "in"], tmp_path / "whole", spec()))
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_what_failed_is_tried_again(tmp_path):
    place = folder(tmp_path / "in", 2)
    good = (place / "IMG_001.jpg").read_bytes()
    (place / "IMG_001.jpg").write_bytes(b"")
    assert run_here(make_batch([place], tmp_path / "out", spec())).count("failed") == 1
    (place / "IMG_001.jpg").write_bytes(good)
    assert run_here(unfinished.resume_batch(tmp_path / "out")).count("done") == 2


def test_only_batches_with_photos_left_are_kept_in_mind(tmp_path):
    assert unfinished.remembered() == []
    out = tmp_path / "out"
    batch = make_batch([folder(tmp_path / "in", 5)], out, spec())
    unfinished.remember(batch)
    assert unfinished.remembered() == []  # nothing has been begun there
    stopped(tmp_path)
    unfinished.remember(make_batch([tmp_path / "in"], tmp_path / "gone", spec()))
    assert unfinished.remembered() == [unfinished.UnfinishedBatch(out, 3, 5)]
    unfinished.forget(out)
    assert unfinished.remembered() == [] and unfinished.count_left(out) == 3


@pytest.mark.parametrize("text", ["[1", "[1]", '{"/a": 1}', "9" * 5000, "[" * 100_000])
def test_a_damaged_list_is_an_empty_one_and_is_set_aside(tmp_path, caplog, text):
    batch = make_batch([folder(tmp_path / "in", 1)], tmp_path / "out", spec())
    unfinished.remember(batch)
    kept = paths.user_config_dir() / "batches.json"
    kept.write_text(text)
    assert unfinished.remembered() == [] and len(caplog.records) == 1
    assert kept.with_name("batches.json.bak").read_text() == text
    unfinished.remember(batch)


def test_a_journal_that_is_not_the_one_that_was_begun_is_refused(tmp_path):
    batch = stopped(tmp_path)
    unfinished.remember(batch)
    assert unfinished.resume_batch(tmp_path / "out").taken_over == 2
    other = photo(tmp_path / "elsewhere" / "secret.jpg")
    journal = tmp_path / "out" / ".exposure-batch" / "journal.jsonl"
    text = journal.read_text()
    for changed in (text.replace("IMG_004.jpg", "../../elsewhere/secret.jpg"), text.replace('"ev": 0.5', '"ev": 1.5')):
        assert changed != text and other.exists()
        journal.write_text(changed)
        with pytest.raises(ExposureError, match="not that of the batch"):
            unfinished.resume_batch(tmp_path / "out")


def test_a_style_that_has_changed_is_refused(tmp_path):
    style = tmp_path / "mine.safetensors"
    save_style(style, new_style("mine", NetConfig(channels=4, hidden=8)))
    made = BatchSpec.for_style(style, export=ExportSettings(folder="", existing="skip"))
    batch = make_batch([folder(tmp_path / "in", 2)], tmp_path / "out", made)
    batch.cancel()
    run_here(batch)
    assert unfinished.resume_batch(tmp_path / "out").spec == made
    style.write_bytes(b"another")
    with pytest.raises(ExposureError, match="has changed"):
        unfinished.resume_batch(tmp_path / "out")
    with pytest.raises(ExposureError, match="no batch"):
        unfinished.resume_batch(tmp_path / "elsewhere")


@pytest.mark.skipif(sys.platform == "win32", reason="niceness is POSIX")
def test_gentle_workers_step_back_and_killed_ones_take_nothing_more():
    with Workers(1, low_priority=True) as gentle:
        assert gentle.submit(os.nice, 0).result() > os.nice(0)
        gentle.kill()
        assert gentle.submit(os.getpid).exception() is not None
