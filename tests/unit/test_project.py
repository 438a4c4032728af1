"""What holds for the project as a whole: sizes of functions, what start-up loads, what is published, licences."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

import exposure_app
from tests.helpers.patience import PATIENCE
from tests.helpers.shared import ROOT

PACKAGE = ROOT / "exposure_app"
MAX_FUNCTION_LINES = 60

# Written so that they do not match their own source.
MACHINE_PATH = re.compile(r"(?<![\w.~*])/(?:root|home|Users|work|mnt|opt)/\w")
REGISTRY = re.compile(r"(?:pypi|pythonhosted|download\.pytorch|npmjs|deb\.debian|archive\.ubuntu)\.(?:org|com)\b")


def sources() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "_data" not in path.parts]


def tracked_files() -> list[Path]:
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def pyproject() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(re.split("==", line) for line in lines if line and not line.startswith("#"))


# --- sizes ---


def test_functions_fit_on_a_screen():
    long = [
        f"{path.relative_to(ROOT)}: {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert not long


# --- what is published ---


def test_tracked_files_name_no_machine_and_no_registry():
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or weights
        for number, line in enumerate(text.splitlines(), 1):
            if MACHINE_PATH.search(line) or REGISTRY.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert not found


def test_installed_version_is_that_of_the_source():
    assert metadata.version("exposure-app") == exposure_app.__version__


def test_every_direct_dependency_is_pinned_within_its_bounds():
    from packaging.requirements import Requirement

    project = pyproject()["project"]
    pinned = {canonical(name): version for name, version in pins().items()}
    extras = project["optional-dependencies"]
    assert set(extras["cluster"]) <= set(extras["dev"])
    for text in project["dependencies"] + extras["dev"] + extras["dist"]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(pinned[canonical(requirement.name)]), text
    assert "torch==2.13.0" in project["dependencies"]


# --- architecture ---


def test_the_table_of_modules_in_the_architecture_is_that_of_the_linter_and_of_the_code():
    table = re.findall(r"^\| (`\w+`(?: \\\| `\w+`)*) \|", (ROOT / "ARCHITECTURE.md").read_text("utf-8"), re.MULTILINE)
    contracts = pyproject()["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract.get("containers") == ["exposure_app"])
    rows = [sorted(re.findall(r"\w+", row)) for row in table]
    assert rows == [sorted(re.findall(r"\w+", layer)) for layer in layers]
    modules = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert {name for row in rows for name in row} == modules - {"__init__"}


# --- start-up ---


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from exposure_app.__main__ import main; sys.argv = ['exposure', '--help']\n"
        "try: main()\n"
        "except SystemExit as stop: assert not stop.code, stop.code\n"
        "print('LOADED', *({'torch', 'numba', 'rawpy', 'PySide6', 'imagecodecs'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1].split() == ["LOADED"]


# --- licences ---


def closure(extras: set[str]) -> Iterator[metadata.Distribution]:
    """The installed distributions that the project needs, directly or not."""
    from packaging.requirements import Requirement

    seen: set[str] = {"exposure-app"}
    waiting = [(text, extras) for text in metadata.requires("exposure-app") or []]
    while waiting:
        text, wanted = waiting.pop()
        requirement = Requirement(text)
        marker = requirement.marker
        if marker and not any(marker.evaluate({"extra": extra}) for extra in wanted | {""}):
            continue
        if canonical(requirement.name) not in seen:
            seen.add(canonical(requirement.name))
            distribution = metadata.distribution(requirement.name)
            yield distribution
            waiting += [(text, set(requirement.extras)) for text in distribution.requires or []]


def licence(distribution: metadata.Distribution) -> str:
    """What the distribution says of its licence in one line; a full text where that is all it gives."""
    about = distribution.metadata
    classifiers = [
        entry.split("::")[-1].strip() for entry in about.get_all("Classifier") or [] if "License ::" in entry
    ]
    return about.get("License-Expression") or about.get("License") or ", ".join(classifiers)


def demands_gpl(text: str) -> bool:
    """Whether no alternative of a licence is free of the GPL; the LGPL is no GPL."""
    return all(re.search(r"(?<!L)\bA?GPL|GNU (Affero )?General", choice) for choice in re.split(r"\bOR\b", text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MIT", False),
        ("LGPL-3.0-only OR GPL-2.0-only", False),
        ("GPL-3.0-or-later", True),
        ("AGPL-3.0-only", True),
        ("MIT AND GPL-2.0-only", True),
        ("GNU General Public License v3 (GPLv3)", True),
        ("GNU Lesser General Public License", False),
    ],
)
def test_licence_rule(text: str, expected: bool):
    assert demands_gpl(text) is expected


def test_no_dependency_demands_the_gpl():
    for distribution in closure({"dev", "cluster"}):
        assert licence(distribution), f"{distribution.name} states no licence"
        assert not demands_gpl(licence(distribution)), f"{distribution.name}: {licence(distribution)[:100]}"


def test_every_dependency_is_in_the_list_of_licences():
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    listed = {canonical(name) for name in re.findall(r"^\| ([\w.-]+) \|", page, re.MULTILINE)}
    assert {canonical(name) for name in pins()} - listed == set()
