"""The frozen program: what its specification collects, checked without building it."""

import runpy
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from exposure_app import filters, jit
from exposure_app.cli.commands import app
from exposure_app.gui.learn import child
from tests.helpers.patience import PATIENCE
from tests.helpers.shared import ROOT
from tools import frozen

SPEC = ROOT / "exposure.spec"


@pytest.fixture
def analysis(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """What the specification asks PyInstaller to collect."""
    asked: dict[str, Any] = {}

    def analyse(scripts: list[str], **options: Any) -> SimpleNamespace:
        asked.update(scripts=scripts, **options)
        return SimpleNamespace(scripts=[], pure=[], binaries=[], datas=[])

    hooks = ModuleType("PyInstaller.utils.hooks")
    hooks.copy_metadata = hooks.collect_data_files = lambda name: []
    for name in ("PyInstaller", "PyInstaller.utils"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, hooks.__name__, hooks)
    monkeypatch.setattr(sys, "platform", "win32")  # makes no link, strips nothing
    monkeypatch.setattr(subprocess, "run", lambda command, **options: asked.update(then=command))
    given = dict.fromkeys(("PYZ", "EXE", "COLLECT"), lambda *args, **options: None)
    runpy.run_path(str(SPEC), {**given, "Analysis": analyse, "SPECPATH": str(ROOT), "DISTPATH": str(tmp_path)})
    return asked


def test_every_filter_is_collected_and_none_is_named(analysis: dict[str, Any]):
    modules = {type(filter_).__module__ for filter_ in filters.registry().values()}
    assert modules <= set(analysis["hiddenimports"])
    written = SPEC.read_text(encoding="utf-8") + Path(frozen.__file__).read_text(encoding="utf-8")
    assert not [filter_id for filter_id in filters.registry() if f"filters.{filter_id}" in written]


def test_everything_collected_by_name_exists(analysis: dict[str, Any]):
    assert not [name for name in analysis["hiddenimports"] if find_spec(name) is None]
    assert all(Path(script).is_file() for script in analysis["scripts"])
    assert all(Path(source).is_dir() for source, _ in analysis["datas"])


def test_the_program_compiles_its_kernels_when_it_is_made(analysis: dict[str, Any]):
    program, word = analysis["then"]
    assert Path(program).stem == "exposure"
    assert word in {function.callback.__wrapped__.__name__ for function in app.registered_commands}


def test_sources_are_collected_because_compiled_kernels_are_kept_under_their_state(analysis: dict[str, Any]):
    assert analysis["module_collection_mode"] == {"exposure_app": "pyz+py"}


def test_kernels_of_a_frozen_program_are_kept_though_their_code_names_no_place(exposure_home: Path):
    def halve(values):
        values *= 0.5

    halve.__code__ = halve.__code__.replace(co_filename="exposure_app/filters/exposure.py")
    before = set(jit.places.kept_in.glob("*halve*")) if jit.places.kept_in else set()
    compiled = jit.jit(halve)
    compiled(np.ones(3, np.float32))
    assert jit.places.kept_in is not None
    assert before or set(jit.places.kept_in.glob("*halve*"))


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("torch/lib/libtorch_cpu.so", True),
        ("torch/bin/torch_shm_manager", True),
        ("torch/bin/test_jit", False),
        ("torch\\bin\\protoc.exe", False),
        ("torch/include/ATen/ATen.h", False),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("libgtk-3.so.0", False),
        ("exposure_app/_data/resources/sample.dng", True),
    ],
)
def test_what_nothing_reads_is_left_out(target: str, expected: bool):
    assert frozen.is_shipped(target) is expected


@pytest.mark.slow
def test_the_program_computes_without_what_is_excluded():
    code = """
import sys
from importlib.machinery import PathFinder
from tools import frozen
class Rest:
    @staticmethod
    def find_spec(name, path=None, target=None):
        absent = any(name == out or name.startswith(out + ".") for out in frozen.EXCLUDED)
        return None if absent else PathFinder.find_spec(name, path, target)
sys.meta_path[sys.meta_path.index(PathFinder)] = Rest
import torch, exposure_app.agent.rollout, exposure_app.pipeline.execute, exposure_app.training.runs.train
weight = torch.nn.Parameter(torch.ones(1))
weight.sum().backward()
torch.optim.Adam([weight]).step()
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert run.returncode == 0, run.stderr


def test_processes_of_the_frozen_window_run_the_executable_that_has_a_console(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(ROOT / "exposure-gui.exe"))
    assert child.command("train", "--json") == [str(ROOT / "exposure.exe"), "train", "--json"]
