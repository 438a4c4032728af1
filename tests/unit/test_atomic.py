import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from exposure_app.atomic import atomic_path, backup_name, write_bytes_atomic, write_text_atomic
from exposure_app.errors import ExposureError
from tests.helpers.shared import ROOT


def test_the_file_appears_with_its_content_and_nothing_is_left_over(tmp_path: Path) -> None:
    write_text_atomic(tmp_path / "a.txt", "grün\n")
    assert (tmp_path / "a.txt").read_bytes() == "grün\n".encode()
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_the_temporary_file_is_hidden_in_the_same_folder_and_has_the_same_suffix(tmp_path: Path) -> None:
    with atomic_path(tmp_path / "a.jpg") as temporary:
        assert temporary.parent == tmp_path
        assert temporary.name.startswith(".")
        assert temporary.suffix == ".jpg"


def test_a_failure_leaves_the_old_file_and_no_temporary_one(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), atomic_path(target) as temporary:
        temporary.write_bytes(b"half")
        raise ZeroDivisionError
    assert target.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


KILLED = """
import os, sys
from exposure_app.atomic import atomic_path

with atomic_path(sys.argv[1]) as temporary:
    temporary.write_bytes(b"half")
    print(temporary.name, flush=True)
    sys.stdin.readline()
    os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells the dead by their age")
def test_what_a_killed_process_was_writing_goes_with_the_next_write_and_what_a_living_one_writes_stays(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path / "a.jpg")]
    writer = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert writer.stdout is not None
    left = tmp_path / writer.stdout.readline().strip()
    foreign = tmp_path / left.name.replace(left.name[10:18], "0" * 8)
    foreign.write_bytes(b"written by another computer")
    (tmp_path / ".a.jpg").write_bytes(b"a hidden file of the user")
    write_bytes_atomic(tmp_path / "b.jpg", b"x")
    assert left.read_bytes() == b"half"
    writer.communicate("die\n")
    write_bytes_atomic(tmp_path / "b.jpg", b"x")
    assert {path.name for path in tmp_path.iterdir()} == {".a.jpg", "b.jpg", foreign.name}


@pytest.mark.parametrize(
    "name", [b"n" * 255, b"n" * 251 + b".jpg", b"n." + b"s" * 253, "ü".encode() * 127, b"\xff" * 255]
)
def test_the_longest_and_the_strangest_names_can_be_written(tmp_path: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    try:
        path.touch()
    except OSError:
        pytest.skip("this disk has no such names")
    write_bytes_atomic(path, b"x")
    backup = backup_name(path)
    write_bytes_atomic(backup, b"y")
    assert path.read_bytes() == b"x" and backup.read_bytes() == b"y" and len(list(tmp_path.iterdir())) == 2


def test_a_missing_folder_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ExposureError, match="Create the folder"):
        write_bytes_atomic(tmp_path / "none" / "a.bin", b"x")


def test_a_folder_in_the_way_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ExposureError, match="folder has that name"):
        write_bytes_atomic(tmp_path, b"x")


def test_a_full_disk_is_explained_and_cleaned_up(tmp_path: Path) -> None:
    with pytest.raises(ExposureError, match="disk is full"), atomic_path(tmp_path / "a.bin"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_new_files_get_the_usual_permissions_and_replaced_ones_keep_theirs(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_bytes_atomic(tmp_path / "new", b"x")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode
    (tmp_path / "new").chmod(0o640)
    write_bytes_atomic(tmp_path / "new", b"y")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o640
