import errno
import os
import sys
from pathlib import Path

import pytest

from exposure_app.atomic import atomic_path, write_bytes_atomic, write_text_atomic
from exposure_app.errors import ExposureError


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
