"""A journal lies in a folder that may be shared: it is read as if a stranger had written it."""

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exposure_app.batch import models as orders
from exposure_app.batch.batch import make_batch
from exposure_app.batch.journal import Journal, read_journal
from exposure_app.batch.models import BatchItem, BatchSpec, ItemResult
from exposure_app.errors import ExposureError
from tests.helpers.batches import contents, folder, photo, run_here, spec

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**19) | st.floats() | st.text("a/.\0\ud800\n", max_size=4),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inside, max_size=2),
    max_leaves=6,
)


def journal(home: Path) -> Path:
    return home / ".exposure-batch" / "journal.jsonl"


def rewrite(home: Path, change: Callable[[dict[str, Any]], None], kinds: tuple[str, ...] = ("job", "row")) -> None:
    """Change what a journal tells of its jobs and rows."""
    lines = [json.loads(line) for line in journal(home).read_text().splitlines()]
    for line in lines:
        for kind in kinds:
            if kind in line:
                change(line[kind])
    journal(home).write_text("".join(json.dumps(line) + "\n" for line in lines if set(line) & {"format", *kinds}))


@pytest.fixture
def done(tmp_path: Path) -> Path:
    """A finished batch, ``in`` to ``out``."""
    run_here(make_batch([folder(tmp_path / "in", 3)], tmp_path / "out", spec()))
    return tmp_path


@pytest.mark.parametrize(
    "target",
    ["victim/p.jpg", "out/../victim/p.jpg", "in/IMG_001.jpg", "out/other.jpg", "out/below/IMG_002.jpg", "out/IMG_002"],
)
@pytest.mark.parametrize("existing", ["skip", "rename", "overwrite"])
def test_a_journal_does_not_decide_where_results_go(tmp_path: Path, target: str, existing: str):
    place = folder(tmp_path / "in", 3)
    run_here(make_batch([place], tmp_path / "out", spec(existing=existing)))
    (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
    if not (tmp_path / target).exists():
        (tmp_path / target).write_text("precious")
    before = (tmp_path / target).read_bytes()
    inputs = contents(place)

    def point(job: dict[str, Any]) -> None:
        job.update(output=str(tmp_path / target), is_free=False)

    rewrite(tmp_path / "out", point, ("job",))
    run_here(make_batch([place], tmp_path / "out", spec(existing=existing), resume=True))
    assert (tmp_path / target).read_bytes() == before
    assert contents(place) == inputs


def test_a_journal_does_not_tell_that_a_foreign_file_is_its_own(done: Path):
    foreign = done / "out" / "precious.jpg"
    foreign.write_text("precious")

    def claim(record: dict[str, Any]) -> None:
        record.update(output=str(foreign))
        if "size" in record:
            record.update(size=foreign.stat().st_size, stamp=[1, 1])

    rewrite(done / "out", claim)
    run_here(make_batch([done / "in"], done / "out", spec(), resume=True))
    assert foreign.read_text() == "precious"


def test_a_journal_does_not_decide_which_photos_are_read(done: Path):
    secret = photo(done / "secret.jpg", 9)
    rewrite(done / "out", lambda job: job.update(photo=str(secret)) if job["photo"].endswith("IMG_002.jpg") else None)
    lines = journal(done / "out").read_text().splitlines()
    kept = [line for line in lines if '"row"' not in line]
    journal(done / "out").write_text("\n".join(kept) + "\n")
    batch = run_here(make_batch([done / "in"], done / "out", spec(), resume=True))
    assert str(secret) not in {job.photo for job in batch.jobs}
    assert {Path(job.photo).name for job in batch.jobs} == {"IMG_000.jpg", "IMG_001.jpg", "IMG_002.jpg"}


def test_a_file_that_is_in_the_way_now_is_not_replaced_because_it_was_not_then(done: Path):
    rewrite(done / "out", lambda job: None, ("job",))
    (done / "out" / "IMG_001.jpg").write_text("somebody else's")
    batch = run_here(make_batch([done / "in"], done / "out", spec(), resume=True))
    assert (done / "out" / "IMG_001.jpg").read_text() == "somebody else's"
    assert batch.count("failed") == 1 and batch.count("done") == 2


def test_two_photos_never_get_one_file_nor_one_number(done: Path):
    target = str(done / "out" / "IMG_001.jpg")
    rewrite(done / "out", lambda job: job.update(number=1, output=target), ("job",))
    batch = run_here(make_batch([done / "in"], done / "out", spec(), resume=True))
    assert len({job.number for job in batch.jobs}) == len({job.output for job in batch.jobs}) == 3


def test_the_folder_of_a_journal_is_no_link_to_another_place(done: Path):
    (done / "new").mkdir()
    (done / "victim").mkdir()
    (done / "new" / ".exposure-batch").symlink_to(done / "victim", target_is_directory=True)
    with pytest.raises(ExposureError, match="link"):
        Journal(done / "new")
    assert not list((done / "victim").iterdir())


BAD_LINES = [
    '{"job": 5}', '{"row": []}', "5", "[]", "null", "[" * 100_000, "9" * 5000, '{"job": {"number": NaN}}',
    '{"job": {"number": "x", "photo": "/a", "output": "/b"}}', '{"job": {"number": 1, "photo": 3.5, "output": "/b"}}',
    r'{"job": {"number": 1, "photo": "/a\u0000", "output": "/b"}}', '{"job": {"number": 1, "photo": "/a"}}',
    r'{"row": {"number": 1, "photo": "/a\ud800", "state": "done"}}', '{"row": {"number": 1, "photo": "/a"}}',
    '{"row": {"number": 1, "photo": "/a", "state": "eaten"}}', "\xff", "\x00" * 50,
]  # fmt: skip


@pytest.mark.parametrize("line", BAD_LINES, ids=lambda line: repr(line[:30]))
def test_a_damaged_journal_is_one_sentence_and_keeps_no_new_batch_from_running(done: Path, line: str):
    head = journal(done / "out").read_text().splitlines()[0]
    journal(done / "out").write_bytes(f"{head}\n{line}\n".encode("latin-1"))
    with pytest.raises(ExposureError, match="cannot be understood"):
        make_batch([done / "in"], done / "out", spec(), resume=True)
    assert run_here(make_batch([done / "in"], done / "out", spec())).count("skipped") == 3


@pytest.mark.parametrize("kind", ["order", "job", "row"])
def test_what_is_checked_is_all_that_there_is(kind: str):
    known = {"order": (orders._ORDER, BatchSpec), "job": (orders._JOB, BatchItem), "row": (orders._ROW, ItemResult)}
    checks, plain = known[kind]
    assert list(checks) == [field.name for field in fields(plain)]


def test_what_is_written_is_understood(done: Path):
    past = read_journal(done / "out")
    assert past is not None and past.spec == spec() and len(past.rows) == 3


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["order", "job", "row"]), st.data())
def test_any_other_value_is_understood_or_refused(done: Path, kind: str, data: st.DataObject):
    lines = [json.loads(line) for line in journal(done / "out").read_text().splitlines()]
    table = next(line[kind] for line in lines if kind in line)
    table[data.draw(st.sampled_from(sorted(table)))] = data.draw(ANYTHING)
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (done / "copy" / ".exposure-batch").mkdir(parents=True, exist_ok=True)
    journal(done / "copy").write_text(text)
    try:
        read_journal(done / "copy")
    except ExposureError as error:
        assert "cannot be understood" in error.message
