"""Whole batches, in real processes."""

import errno
import os
import threading
from pathlib import Path

import pytest

from exposure_app.batch.batch import Batch, BatchEvent, make_batch
from exposure_app.batch.inputs import find_inputs
from exposure_app.batch.journal import Journal, read_journal
from exposure_app.batch.planning import Folder, plan_jobs
from exposure_app.errors import ExposureError
from exposure_app.export.photo import export_photo
from exposure_app.export.settings import ExportSettings
from exposure_app.pipeline.sidecar import read_sidecar, sidecar_path, write_sidecar
from tests.helpers.batches import CRASHES, CRASHES_ONCE, RECIPE, contents, folder, fragile, photo, run_here, spec
from tests.helpers.patience import PATIENCE


def states(batch: Batch) -> dict[str, str]:
    return {Path(job.photo).name: batch.states[job.number] for job in batch.jobs}


def row_of(batch: Batch, name: str):
    return next(row for row in batch.rows.values() if Path(row.photo).name == name)


def bad_files(place: Path) -> list[str]:
    """Seven, each wrong in its own way."""
    whole = (place / "IMG_001.jpg").read_bytes()
    made = {
        "empty.jpg": b"",
        "text.jpg": b"not a picture",
        "truncated.jpg": whole[: len(whole) // 2],
        "garbage.nef": b"garbage" * 100,
        "wrong_kind.png": whole[:20] + bytes(50),
        "crashes.dng": CRASHES,
        "header_only.tif": b"II*\0\x08\0\0\0",
    }
    for name, data in made.items():
        (place / name).write_bytes(data)
    return list(made)


@pytest.mark.slow
def test_193_of_200_are_done_whatever_the_number_of_processes(tmp_path):
    place = folder(tmp_path / "in", 193)
    bad = bad_files(place)
    results = []
    for workers in (1, 3):
        made = make_batch([place], tmp_path / f"out{workers}", spec())
        batch = Batch(made.spec, made.output, made.jobs, made.rows.values(), work=fragile)
        batch.run(workers)
        assert (batch.count("done"), batch.count("failed"), len(batch.jobs)) == (193, 7, 200)
        for name in bad:
            row = row_of(batch, name)
            assert row.state == "failed" and name in row.reason and row.hint
        results.append(contents(batch.output))
    assert results[0] == results[1]
    assert len(results[0]) == 193


def test_results_are_those_of_exposure_apply_and_folders_are_mirrored(tmp_path):
    place = folder(tmp_path / "in", 4)
    batch = make_batch([place], tmp_path / "out", spec())
    batch.run(1)
    for name in ("below/IMG_000", "IMG_001", "IMG_002", "below/IMG_003"):
        export_photo(place / f"{name}.jpg", RECIPE, ExportSettings(), tmp_path / "applied.jpg")
        assert (tmp_path / "out" / f"{name}.jpg").read_bytes() == (tmp_path / "applied.jpg").read_bytes()


def test_a_photo_that_crashes_a_worker_is_tried_again_alone(tmp_path):
    place = folder(tmp_path / "in", 6)
    (place / "a.jpg").write_bytes(CRASHES)
    (place / "b.jpg").write_bytes(CRASHES_ONCE)
    made = make_batch([place], tmp_path / "out", spec())
    started: list[str] = []

    def note(event: BatchEvent) -> None:
        if event.state == "running":
            started.append(Path(event.job.photo).name)

    batch = Batch(made.spec, made.output, made.jobs, on_event=note, work=fragile)
    batch.run(2)
    assert sorted(started[-2:]) == ["a.jpg", "b.jpg"] and len(started) == 10
    assert states(batch)["a.jpg"] == "failed" and "crash" in row_of(batch, "a.jpg").reason
    assert states(batch)["b.jpg"] == "done" and batch.count("done") == 7


def test_pause_and_cancel_from_another_thread(tmp_path):
    batch = make_batch([folder(tmp_path / "in", 30)], tmp_path / "out", spec())
    paused, cancelled = threading.Event(), threading.Event()

    def steer(event: BatchEvent) -> None:
        if batch.count("done") == 3 and not paused.is_set():
            batch.pause()
            paused.set()
        if batch.count("done") == 8 and not cancelled.is_set():
            batch.cancel()
            cancelled.set()

    batch.on_event = steer
    thread = threading.Thread(target=run_here, args=(batch, 2))
    thread.start()
    assert paused.wait(PATIENCE)
    thread.join(0.3)
    assert thread.is_alive() and batch.count("done") <= 5  # those in hand were finished
    batch.go_on()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert 8 <= batch.count("done") <= 10 and batch.count("cancelled") == 30 - batch.count("done")
    resumed = make_batch([tmp_path / "in"], tmp_path / "out", spec(), resume=True)
    assert resumed.taken_over == batch.count("done")
    run_here(resumed)
    assert resumed.count("done") == 30


def test_dropping_leaves_nothing_half_done(tmp_path):
    batch = make_batch([folder(tmp_path / "in", 12)], tmp_path / "out", spec())
    batch.on_event = lambda event: batch.cancel(drop=True) if event.state == "done" else None
    batch.run(2)
    assert batch.count("done") < 12
    assert len(contents(tmp_path / "out")) in range(batch.count("done"), batch.count("done") + 3)
    resumed = make_batch([tmp_path / "in"], tmp_path / "out", spec(), resume=True)
    run_here(resumed)
    assert resumed.count("done") == 12 and len(contents(tmp_path / "out")) == 12


def test_an_edited_photo_keeps_its_recipe_and_the_others_get_one(tmp_path):
    place = folder(tmp_path / "in", 3)
    edited = place / "IMG_001.jpg"
    own = type(RECIPE)((), style="own")
    write_sidecar(edited, own)
    batch = make_batch([place], tmp_path / "out", spec(sidecars=True, pattern="{name} {style}"))
    run_here(batch)
    assert (tmp_path / "out" / "IMG_001 own.jpg").exists()
    assert (tmp_path / "out" / "IMG_002 vivid.jpg").exists()
    assert read_sidecar(edited) == own
    assert read_sidecar(place / "IMG_002.jpg") == RECIPE
    plain = make_batch([place], tmp_path / "plain", spec())
    run_here(plain)
    export_photo(edited, RECIPE, ExportSettings(), tmp_path / "applied.jpg")
    assert (tmp_path / "plain" / "IMG_001.jpg").read_bytes() == (tmp_path / "applied.jpg").read_bytes()


def test_warnings_of_a_worker_reach_the_row(tmp_path):
    place = folder(tmp_path / "in", 2)
    sidecar_path(place / "IMG_001.jpg").write_text("{}")
    batch = make_batch([place], tmp_path / "out", spec(sidecars=True))
    run_here(batch)
    assert any("could not be understood" in note for note in row_of(batch, "IMG_001.jpg").notes)


# --- names and what is there already ----------------------------------------------------------------------------------


def test_two_photos_of_one_name_both_get_a_file_and_a_note(tmp_path):
    place = tmp_path / "in"
    photo(place / "a.jpg", 1)
    photo(place / "a.png", 2)
    batch = make_batch([place], tmp_path / "out", spec())
    run_here(batch)
    assert sorted(contents(tmp_path / "out")) == ["a (2).jpg", "a.jpg"]
    assert row_of(batch, "a.png").notes == ("The name without a number went to a.jpg",)


@pytest.mark.parametrize("existing", ["skip", "overwrite", "rename"])
def test_what_happens_to_files_that_exist(tmp_path, existing):
    place = folder(tmp_path / "in", 2)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "IMG_001.jpg").write_bytes(b"older")
    batch = make_batch([place], tmp_path / "out", spec(existing=existing))
    run_here(batch)
    assert states(batch)["IMG_001.jpg"] == ("skipped" if existing == "skip" else "done")
    assert ((tmp_path / "out" / "IMG_001.jpg").read_bytes() == b"older") == (existing != "overwrite")
    assert (tmp_path / "out" / "IMG_001 (2).jpg").exists() == (existing == "rename")


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path):
    place = folder(tmp_path / "in", 2)
    batch = make_batch([place], tmp_path / "out", spec())
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "IMG_001.jpg").write_bytes(b"somebody else's")
    run_here(batch)
    assert "has appeared meanwhile" in row_of(batch, "IMG_001.jpg").reason
    assert (tmp_path / "out" / "IMG_001.jpg").read_bytes() == b"somebody else's"
    assert not list((tmp_path / "out" / ".exposure-batch").glob("work-*"))


def test_photos_beside_their_results_are_never_overwritten_nor_results_retouched_again(tmp_path):
    place = tmp_path / "in"
    before = photo(place / "a.jpg").read_bytes()
    batch = make_batch([place], place, spec(pattern="{name} new"))
    run_here(batch)
    assert sorted(contents(place)) == ["a new.jpg", "a.jpg"]
    again = make_batch([place], place, spec(pattern="{name} new"))
    assert [Path(job.photo).name for job in again.jobs] == ["a.jpg"]
    same = make_batch([place], place, spec(existing="overwrite"))
    assert "is one of the photos themselves" in next(iter(same.rows.values())).reason
    assert (place / "a.jpg").read_bytes() == before


def test_results_of_another_batch_below_the_photos_are_no_photos(tmp_path):
    place = folder(tmp_path / "in", 3)
    run_here(make_batch([place], place / "small", spec()))
    photo(place / "small" / "added by hand.jpg")
    again = make_batch([place], tmp_path / "large", spec())
    assert len(again.jobs) == 4 and "added by hand.jpg" in {Path(job.photo).name for job in again.jobs}
    chosen = make_batch([place / "small" / "IMG_001.jpg"], tmp_path / "large", spec())
    assert len(chosen.jobs) == 1


def test_a_photo_that_vanishes_and_one_that_changes_while_it_is_read(tmp_path, monkeypatch):
    from exposure_app.batch import work
    from exposure_app.pipeline import photo as photos

    place = folder(tmp_path / "in", 3)
    batch = make_batch([place], tmp_path / "out", spec())
    (place / "IMG_002.jpg").unlink()
    whole = photos.read_image

    def slow(path: Path, **options: object):
        image = whole(path, **options)
        if path.name == "IMG_001.jpg":
            photo(path, 99, size=(60, 60))
        return image

    monkeypatch.setattr(photos, "read_image", slow)
    rows = [work.process(batch.spec, tmp_path, job) for job in batch.jobs]
    reasons = {Path(row.photo).name: row.reason for row in rows}
    assert "has changed while it was read" in reasons["IMG_001.jpg"]
    assert "does not exist" in reasons["IMG_002.jpg"]
    assert reasons["IMG_000.jpg"] == ""
    assert [file.name for file in (tmp_path / "out").rglob("*.jpg")] == ["IMG_000.jpg"]


def test_a_target_that_cannot_be_written_is_said(tmp_path):
    place = folder(tmp_path / "in", 4)
    (tmp_path / "file").write_text("")
    with pytest.raises(ExposureError, match="Cannot write to"):
        run_here(make_batch([place], tmp_path / "file" / "out", spec()))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "below").write_text("in the way")
    batch = make_batch([place], tmp_path / "out", spec())
    run_here(batch)
    assert states(batch) == {
        "IMG_000.jpg": "failed", "IMG_001.jpg": "done", "IMG_002.jpg": "done", "IMG_003.jpg": "failed",
    }  # fmt: skip
    assert "Cannot make the folder" in row_of(batch, "IMG_000.jpg").reason


def test_a_full_disk_is_a_row_and_leaves_no_half_file(tmp_path, monkeypatch):
    from exposure_app import atomic

    flush = atomic._flush_to_disk

    def full(path: Path) -> None:
        if path.suffix == ".jpg" and path.stat().st_size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        flush(path)

    monkeypatch.setattr(atomic, "_flush_to_disk", full)
    batch = run_here(make_batch([folder(tmp_path / "in", 2)], tmp_path / "out", spec()))
    assert batch.count("failed") == 2 and contents(tmp_path / "out") == {}
    assert "disk is full" in row_of(batch, "IMG_001.jpg").hint
    monkeypatch.undo()
    assert run_here(make_batch([tmp_path / "in"], tmp_path / "out", spec(), resume=True)).count("done") == 2


# --- resuming ---------------------------------------------------------------------------------------------------------


def test_resuming_does_what_is_missing_changed_or_new_and_nothing_else(tmp_path):
    place = folder(tmp_path / "in", 6)
    (place / "bad.jpg").write_bytes(b"")
    run_here(make_batch([place], tmp_path / "out", spec()))
    photo(place / "IMG_001.jpg", 50)
    photo(place / "IMG_new.jpg", 51)
    photo(place / "bad.jpg", 52)
    (tmp_path / "out" / "IMG_002.jpg").unlink()
    started: list[str] = []
    batch = make_batch([place], tmp_path / "out", spec(), resume=True)
    batch.on_event = lambda event: started.append(Path(event.job.photo).name) if event.state == "running" else None
    run_here(batch)
    assert sorted(started) == ["IMG_001.jpg", "IMG_002.jpg", "IMG_new.jpg", "bad.jpg"]
    assert batch.count("done") == 8
    fresh = make_batch([place], tmp_path / "fresh", spec())
    run_here(fresh)
    assert contents(tmp_path / "fresh") == contents(tmp_path / "out")


def test_resuming_with_other_options_is_refused(tmp_path):
    place = folder(tmp_path / "in", 1)
    run_here(make_batch([place], tmp_path / "out", spec()))
    with pytest.raises(ExposureError, match="quality") as error:
        make_batch([place], tmp_path / "out", spec(quality=50), resume=True)
    assert error.value.hint


def test_a_journal_cut_off_anywhere_is_understood(tmp_path):
    place = folder(tmp_path / "in", 3)
    batch = make_batch([place], tmp_path / "out", spec())
    run_here(batch)
    path = tmp_path / "out" / ".exposure-batch" / "journal.jsonl"
    text = path.read_text()
    start = text.index('{"row"')
    for length in range(start, len(text), 97):
        path.write_text(text[:length])
        past = read_journal(tmp_path / "out")
        assert past is not None and past.spec == batch.spec and len(past.jobs) == 3
        assert all(row.state == "done" for row in past.rows.values())
        jobs, rows = plan_jobs(find_inputs([place]), past.spec, Folder(tmp_path / "out"), past)
        assert len(jobs) == 3 and len(rows) == len(past.rows)
    path.write_text("nonsense\n")
    with pytest.raises(ExposureError, match="cannot be understood"):
        read_journal(tmp_path / "out")


def test_what_a_killed_run_was_writing_is_swept_away(tmp_path):
    batch = make_batch([folder(tmp_path / "in", 1)], tmp_path / "out", spec())
    (tmp_path / "out" / ".exposure-batch" / "work-x").mkdir(parents=True)
    for rubbish in ("work-x/1.jpg",):
        (tmp_path / "out" / ".exposure-batch" / rubbish).write_text("half")
    run_here(batch)
    assert list(contents(tmp_path / "out")) == [str(Path("below", "IMG_000.jpg"))]


def test_one_batch_at_a_time_writes_to_a_folder(tmp_path):
    batch = make_batch([folder(tmp_path / "in", 1)], tmp_path / "out", spec())
    with Journal(tmp_path / "out"), pytest.raises(ExposureError, match="Another batch"):
        run_here(batch)
    run_here(batch)
    assert batch.count("done") == 1


# --- inputs -----------------------------------------------------------------------------------------------------------


def names(found) -> list[str]:
    return [str(item.relative_dir / item.photo.name) for item in found]


def test_files_folders_and_patterns(tmp_path, monkeypatch):
    place = folder(tmp_path / "in", 3)
    (place / "notes.txt").write_text("no photo")
    photo(place / "IMG_10[1].jpg")
    inside = str(Path("below", "IMG_000.jpg"))
    assert names(find_inputs([place])) == [inside, "IMG_001.jpg", "IMG_002.jpg", "IMG_10[1].jpg"]
    assert names(find_inputs([place], recursive=False)) == ["IMG_001.jpg", "IMG_002.jpg", "IMG_10[1].jpg"]
    assert names(find_inputs([place / "below" / "IMG_000.jpg"])) == ["IMG_000.jpg"]
    assert names(find_inputs([str(place / "*_00*")])) == ["IMG_001.jpg", "IMG_002.jpg"]
    assert sorted(names(find_inputs([str(place / "**" / "*.jpg")]))) == sorted(names(find_inputs([place])))
    assert names(find_inputs([str(tmp_path / "i*" / "below")])) == [str(Path("in", inside))]
    assert names(find_inputs([place / "IMG_10[1].jpg"])) == ["IMG_10[1].jpg"]
    monkeypatch.chdir(place)
    assert names(find_inputs(["*1.jpg", "IMG_001.jpg"])) == ["IMG_001.jpg"]
    for wrong in ("nothing*.jpg", "gone.jpg"):
        with pytest.raises(ExposureError):
            find_inputs([wrong])


def test_results_that_lie_among_the_photos_are_no_photos(tmp_path):
    place = folder(tmp_path / "in", 2)
    photo(place / "out" / "IMG_001.jpg")
    assert names(find_inputs([place], place / "out")) == [str(Path("below", "IMG_000.jpg")), "IMG_001.jpg"]
    assert len(find_inputs([place / "below"], place)) == 1
