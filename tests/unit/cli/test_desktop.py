"""The program in the menu of a Linux desktop."""

import configparser
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from exposure_app import paths
from exposure_app.cli import desktop
from exposure_app.cli.commands import app
from exposure_app.errors import ExposureError
from exposure_app.io.formats import EXTENSIONS

FOLDER = paths.resources_dir() / "desktop"
# Of the formats that the shared list of file types does not know, those that no camera writes any more are left out.
RARE = set(".bay .cap .cs1 .mdc .ori .ptx .pxn .qtk .raw .rwz .sti".split())


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home of a desktop."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path / "share"


def entry(path: Path) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(path, encoding="utf-8")
    return parser["Desktop Entry"]


def test_the_entry_starts_the_program_and_has_icons_of_every_size(home: Path, tmp_path: Path):
    program = tmp_path / 'my $ "tools" 100 %' / "exposure-gui"
    written = desktop.add_entry(program)
    placed = entry(home / "applications" / f"{paths.DESKTOP_ID}.desktop")
    escaped = str(program).replace('"', '\\\\"').replace("$", "\\\\$").replace("%", "%%")
    assert placed["Exec"] == f'"{escaped}" %F'
    for side in (16, 24, 32, 48, 64, 128, 256, 512):
        icon = home / "icons" / "hicolor" / f"{side}x{side}" / "apps" / f"{placed['Icon']}.png"
        assert int.from_bytes(icon.read_bytes()[16:20], "big") == side
    assert (home / "icons" / "hicolor" / "scalable" / "apps" / f"{placed['Icon']}.svg").exists()
    assert all(path.is_file() for path in written)


def test_it_goes_without_a_trace_of_its_files(home: Path):
    written = desktop.add_entry(home / "exposure-gui")
    other = home / "applications" / "other.desktop"
    other.write_text("[Desktop Entry]\n")
    assert set(desktop.remove_entry()) == set(written)
    assert not any(path.exists() for path in written) and other.exists()
    assert desktop.remove_entry() == []


def test_the_command_says_what_it_wrote(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "exposure-gui").touch()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    done = CliRunner().invoke(app, ["desktop"])
    assert done.exit_code == 0 and f"{paths.DESKTOP_ID}.desktop" in done.output
    assert entry(home / "applications" / f"{paths.DESKTOP_ID}.desktop")["Exec"] == f'"{tmp_path}/exposure-gui" %F'
    done = CliRunner().invoke(app, ["desktop", "--remove"])
    assert done.exit_code == 0 and not list(home.rglob("*.desktop"))


def test_elsewhere_it_says_so(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(ExposureError, match="no exposure-gui"):
        desktop.program()
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(ExposureError, match="Linux"):
        desktop.add_entry(home / "exposure-gui")


def test_every_kind_of_photo_is_offered_to_the_program():
    offered = set(entry(FOLDER / f"{paths.DESKTOP_ID}.desktop")["MimeType"].split(";"))
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    ours = {
        kind.get("type"): [glob.get("pattern") for glob in kind.iter(f"{space}glob")]
        for kind in ElementTree.parse(FOLDER / f"{paths.DESKTOP_ID}.xml").getroot()
    }
    assert set(ours) <= offered
    told = " ".join(offered)
    others = EXTENSIONS - RARE - {pattern[1:] for patterns in ours.values() for pattern in patterns}
    others -= {".hif", ".jfif", ".jpe", ".jpg", ".tif"}  # further names of a kind
    names = {".dng": "adobe-dng", ".rw2": "panasonic-rw2", ".sr2": "sony-sr2", ".raf": "fuji-raf"}
    missing = [name for name in others if names.get(name, name[1:]) not in told]
    assert not missing


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="desktop-file-utils is not installed")
def test_the_entry_is_valid():
    subprocess.run(["desktop-file-validate", FOLDER / f"{paths.DESKTOP_ID}.desktop"], check=True)


@pytest.mark.skipif(not shutil.which("appstreamcli"), reason="appstream is not installed")
def test_the_description_is_valid():
    description = FOLDER / f"{paths.DESKTOP_ID}.metainfo.xml"
    subprocess.run(["appstreamcli", "validate", "--no-net", description], check=True, capture_output=True)
