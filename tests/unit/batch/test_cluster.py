"""A batch on several machines, here: processes that know each other by addresses alone."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from exposure_app.batch.batch import make_batch
from exposure_app.batch.journal import read_journal
from exposure_app.batch.remote import find_at
from exposure_app.errors import ExposureError
from exposure_app.pipeline.recipe import dumps
from tests.helpers.batches import RECIPE, contents, folder, photo, run_here, spec
from tests.helpers.patience import PATIENCE, wait_until

needs_cluster = pytest.mark.skipif(find_spec("distributed") is None, reason="needs the extra: exposure-app[cluster]")
PHOTOS = 60


def address(path: Path) -> str:
    return path.as_uri()


# --- addresses --------------------------------------------------------------------------------------------------------


def test_results_at_an_address_are_those_of_a_path(tmp_path):
    place = folder(tmp_path / "in", 4)
    (place / "bad.jpg").write_bytes(b"bad")
    run_here(make_batch([place], tmp_path / "out", spec()))
    batch = run_here(make_batch([address(place)], address(tmp_path / "there"), spec()))
    assert contents(tmp_path / "there") == contents(tmp_path / "out")
    assert (batch.count("done"), batch.count("failed")) == (4, 1)
    (row,) = [row for row in batch.rows.values() if row.state == "failed"]
    assert address(place / "bad.jpg") in row.reason and row.photo == address(place / "bad.jpg")


def test_a_batch_at_addresses_resumes(tmp_path):
    place = folder(tmp_path / "in", 3)
    run_here(make_batch([address(place)], address(tmp_path / "there"), spec()))
    photo(place / "IMG_001.jpg", 70)
    (tmp_path / "there" / "IMG_002.jpg").unlink()
    batch = make_batch([address(place)], address(tmp_path / "there"), spec(), resume=True)
    assert batch.taken_over == 1
    run_here(batch)
    run_here(make_batch([place], tmp_path / "out", spec()))
    assert contents(tmp_path / "there") == contents(tmp_path / "out")
    assert run_here(make_batch([address(place)], address(tmp_path / "there"), spec())).count("skipped") == 3


def test_photos_and_patterns_at_addresses(tmp_path):
    place = folder(tmp_path / "in", 3)
    photo(place / ".hidden.jpg")
    found = find_at([address(place)])
    assert [str(item.relative_dir / item.photo.name) for item in found] == [
        str(Path("below", "IMG_000.jpg")), "IMG_001.jpg", "IMG_002.jpg",
    ]  # fmt: skip
    assert len(find_at([address(place)], recursive=False)) == 2
    assert len(find_at([address(place) + "/**/*.jpg"])) == 3
    assert [item.relative_dir for item in find_at([address(place / "below" / "IMG_000.jpg")])] == [Path()]
    for wrong in (address(place / "gone.jpg"), "nonsense://x/y"):
        with pytest.raises(ExposureError):
            find_at([wrong])


def test_a_file_that_has_appeared_at_an_address_is_left_alone(tmp_path):
    batch = make_batch([address(folder(tmp_path / "in", 2))], address(tmp_path / "there"), spec())
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "IMG_001.jpg").write_bytes(b"somebody else's")
    run_here(batch)
    assert (batch.count("done"), batch.count("failed")) == (1, 1)
    assert (tmp_path / "there" / "IMG_001.jpg").read_bytes() == b"somebody else's"


# --- dask -------------------------------------------------------------------------------------------------------------


WORKERS = 2


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """The address of a scheduler, and its workers."""
    folder = tmp_path_factory.mktemp("cluster")
    file, local = folder / "scheduler.json", ["--local-directory", str(folder)]
    start, shared = [sys.executable, "-m"], ["--scheduler-file", str(file), "--no-dashboard"]
    commands = [[*start, "distributed.cli.dask_scheduler", *shared, "--port", "0"]]
    commands += [[*start, "distributed.cli.dask_worker", *shared, "--nthreads", "1", "--no-nanny", *local]] * WORKERS
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for command in commands]
    try:
        from distributed import Client

        with Client(scheduler_file=str(file), timeout=PATIENCE, set_as_default=False) as client:
            client.wait_for_workers(WORKERS, timeout=PATIENCE)
            yield client.scheduler.address, running[1:]
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()


@needs_cluster
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_style_travels_to_the_workers(cluster, tmp_path):
    place = folder(tmp_path / "in", 2)
    command = [sys.executable, "-m", "exposure_app", "batch", str(place), str(tmp_path / "out")]
    options = ["--style", "vivid", "--cluster", cluster[0]]
    done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    past = read_journal(tmp_path / "out")
    assert past is not None and [row.recipe["style"] for row in past.rows.values() if row.recipe] == ["vivid"] * 2


@needs_cluster
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills a process as POSIX does")
@pytest.mark.filterwarnings("ignore")  # dask's own, of which it has many
def test_with_a_worker_killed_half_way_every_photo_is_delivered_once(cluster, tmp_path):
    place, out = folder(tmp_path / "in", PHOTOS), tmp_path / "out"
    (tmp_path / "recipe.json").write_text(dumps(RECIPE))
    scheduler, workers = cluster
    options = ["--recipe", str(tmp_path / "recipe.json"), "--cluster", scheduler]
    batch = subprocess.Popen(
        [sys.executable, "-m", "exposure_app", "batch", address(place), str(out), *options, "--json"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: len(list(out.rglob("IMG*.jpg"))) >= PHOTOS // 3 or batch.poll() is not None)
    workers[0].kill()
    _, errors = batch.communicate(timeout=PATIENCE)
    assert batch.returncode == 0, errors
    assert "dashboard: " in errors
    run_here(make_batch([place], tmp_path / "alone", spec()))
    assert contents(out) == contents(tmp_path / "alone")
    assert len(contents(out)) == PHOTOS


@needs_cluster
@pytest.mark.filterwarnings("ignore")
def test_no_scheduler_is_said_in_one_sentence(tmp_path, monkeypatch):
    from exposure_app.batch import cluster

    monkeypatch.setattr(cluster, "_CONNECT", 0.2)
    batch = make_batch([folder(tmp_path / "in", 1)], tmp_path / "out", spec())
    with pytest.raises(ExposureError, match="no scheduler at") as error:
        batch.run_on_cluster("tcp://127.0.0.1:9")
    assert "dask scheduler" in error.value.hint
    assert contents(tmp_path / "out") == {}
