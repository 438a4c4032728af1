"""What is trusted because of where it lies: private folders, compiled kernels."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from exposure_app import jit
from exposure_app.kernel_cache import PORTABLE, portable
from exposure_app.private import make_private
from tests.helpers.shared import ROOT

on_unix = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="folders have no mode here")


@on_unix
def test_a_new_folder_is_this_users_alone_whatever_the_umask(tmp_path: Path):
    before = os.umask(0)
    try:
        assert make_private(tmp_path / "a" / "b")
    finally:
        os.umask(before)
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


@on_unix
def test_a_folder_that_others_could_read_is_closed(tmp_path: Path):
    tmp_path.chmod(0o755)
    assert make_private(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o700


@on_unix
@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o770, 0o702])
def test_a_folder_that_others_could_write_to_is_left_alone(tmp_path: Path, mode: int):
    tmp_path.chmod(mode)
    assert not make_private(tmp_path)
    assert tmp_path.stat().st_mode & 0o1777 == mode


@on_unix
def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    assert not make_private(tmp_path)


def test_a_file_in_its_place_is_no_folder(tmp_path: Path):
    (tmp_path / "file").write_text("")
    assert not make_private(tmp_path / "file")
    assert not make_private(tmp_path / "file" / "below")


KERNEL = """
import sys
from exposure_app.jit import jit
@jit
def triple(x):
    return 3 * x
assert triple(5) == 15
print(sum(triple._cache_hits.values()))
"""


def run_kernel(folder: Path) -> int:
    """How many compiled kernels a process takes from the cache in this folder."""
    script = folder / "kernel.py"
    script.write_text(KERNEL)
    environment = os.environ | {
        "EXPOSURE_HOME": str(folder), "PYTHONPATH": str(Path(jit.__file__).parents[1]), "NUMBA_CACHE_DIR": ""
    }  # fmt: skip
    done = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=True)
    return int(done.stdout)


def damaged(content: bytes) -> list[bytes]:
    """What a power cut or a bad disk makes of a file."""
    flipped = bytearray(content)
    flipped[len(flipped) // 2] ^= 4
    return [b"", content[:10], content[:-1], bytes(len(content)), bytes(flipped)]


@pytest.mark.slow
def test_compiled_kernels_are_kept_and_a_damaged_file_of_them_costs_time_only(tmp_path: Path):
    assert run_kernel(tmp_path) == 0
    assert run_kernel(tmp_path) == 1
    kept = [path for path in (tmp_path / "cache" / "kernels").rglob("*") if path.is_file()]
    assert [path.suffix for path in kept] == [".kernel"]
    for path in kept:
        for content in damaged(path.read_bytes()):
            path.write_bytes(content)
            assert run_kernel(tmp_path) == 0
            assert run_kernel(tmp_path) == 1


@on_unix
@pytest.mark.slow
def test_kernels_in_a_folder_that_others_can_write_to_are_not_loaded(tmp_path: Path):
    (tmp_path / "cache" / "kernels").mkdir(parents=True)
    (tmp_path / "cache" / "kernels").chmod(0o777)
    assert run_kernel(tmp_path) == 0
    assert run_kernel(tmp_path) == 0
    assert not list((tmp_path / "cache" / "kernels").iterdir())


# Where packages lie is told to a process by its prefix alone, here a folder of the test.
PROGRAM = """
import sys
sys.prefix = sys.argv.pop(1)
from exposure_app.__main__ import main
main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("processor", ["this one", "most"])
def test_with_the_kernels_that_set_up_compiles_a_photo_waits_for_no_compiler(tmp_path: Path, processor: str):
    kind = PORTABLE.get(platform.machine().lower())
    if processor == "most" and portable()[1] != kind:
        pytest.skip("this processor is too old for them")
    few = {"NUMBA_CPU_NAME": kind or "", "NUMBA_CPU_FEATURES": ""} if processor == "most" else {}
    environment = os.environ | {"EXPOSURE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": ""}

    def run(*words: str, **more: str) -> None:
        program = [sys.executable, "-c", PROGRAM, str(tmp_path / "prefix"), *words]
        subprocess.run(program, env=environment | more, capture_output=True, check=True)

    run("kernels", **few)
    shipped = list((tmp_path / "prefix").rglob("*.kernel"))
    assert shipped
    for name in ("a.jpg", "a.png"):
        run("retouch", str(ROOT / "resources" / "sample.dng"), "-o", str(tmp_path / name))
    assert not list((tmp_path / "cache").rglob("*.kernel"))
    for path in shipped:  # what is damaged is compiled, and kept in the user's cache
        if "exposure._kernel" in path.name:
            path.write_bytes(path.read_bytes()[:-1])
    run("retouch", str(ROOT / "resources" / "sample.dng"), "-o", str(tmp_path / "b.jpg"))
    assert {path.name.split("-")[0] for path in (tmp_path / "cache").rglob("*.kernel")} == {
        "exposure_app.filters.exposure._kernel"
    }
    assert (tmp_path / "a.jpg").read_bytes() == (tmp_path / "b.jpg").read_bytes()
