"""The user's styles on disk: nothing shipped is touched, nothing is lost, nothing foreign gets in."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from exposure_app import paths
from exposure_app.agent.header import KEY, VERSION, NetConfig, StyleHeader, list_styles, read_header
from exposure_app.agent.style import Style, load_style, new_style, save_style
from exposure_app.errors import ExposureError
from exposure_app.styles import library

NET = NetConfig(channels=2, hidden=8)


def save(folder: Path, name: str, title: str, seed: int = 0) -> StyleHeader:
    folder.mkdir(parents=True, exist_ok=True)
    made = new_style(name, NET, seed=seed, title=title)
    path = folder / f"{name}.safetensors"
    save_style(path, Style(replace(made.header, facts={"minutes": 1}), made.networks))
    return read_header(path)


@pytest.fixture
def own(exposure_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StyleHeader:
    monkeypatch.setattr(paths, "models_dir", lambda: tmp_path / "models")
    return save(paths.user_styles_dir(), "mine", "Mine")


@pytest.fixture
def shipped(own: StyleHeader) -> StyleHeader:
    return save(paths.models_dir(), "vivid", "Vivid", seed=1)


def weights(style: StyleHeader) -> dict[str, bytes]:
    return {name: weight.numpy().tobytes() for name, weight in load_file(style.path).items()}


def test_a_renamed_style_keeps_its_name_its_card_and_its_weights(own: StyleHeader) -> None:
    before = weights(own)
    renamed = library.rename(own, "  Sunday   light ")
    assert renamed == read_header(own.path)
    assert (renamed.name, renamed.title, renamed.facts) == ("mine", "Sunday light", {"minutes": 1})
    assert weights(renamed) == before
    assert load_style("mine").header.title == "Sunday light"


@pytest.mark.parametrize("title", ["", "   ", "x" * 61, "a\u0007b"])
def test_a_title_that_cannot_be_read_is_refused(own: StyleHeader, title: str) -> None:
    with pytest.raises(ExposureError):
        library.rename(own, title)
    assert read_header(own.path).title == "Mine"


def test_a_duplicate_is_a_style_of_its_own_with_what_lay_beside_it(own: StyleHeader) -> None:
    own.path.with_name("mine-sheet.png").write_bytes(b"sheet")
    copy = library.duplicate(own, "Mine 2")
    assert (copy.name, copy.title) == ("mine-2", "Mine 2")
    assert weights(copy) == weights(own)
    assert library.sheet_of(copy).read_bytes() == b"sheet"
    assert library.duplicate(own, "Mine 3").name == "mine-3"
    assert [style.title for style in list_styles()] == ["Mine 2", "Mine 3", "Mine"]


def test_what_came_with_the_program_is_never_changed_but_can_be_duplicated(shipped: StyleHeader) -> None:
    before = shipped.path.read_bytes()
    for change in (lambda: library.rename(shipped, "Other"), lambda: library.delete(shipped)):
        with pytest.raises(ExposureError, match="came with the program"):
            change()
    copy = library.duplicate(shipped, "Vivid 2")
    assert library.is_own(copy) and copy.name == "vivid-2", "it must not hide the shipped one"
    assert shipped.path.read_bytes() == before


def test_a_deleted_style_comes_back_whole(own: StyleHeader) -> None:
    content = own.path.read_bytes()
    own.path.with_suffix(".md").write_text("card")
    deleted = library.delete(own)
    assert list_styles() == [] and not own.path.with_suffix(".md").exists()
    assert library.restore(deleted) == own
    assert own.path.read_bytes() == content and own.path.with_suffix(".md").read_text() == "card"
    with pytest.raises(ExposureError, match="gone"):
        library.restore(deleted)


def test_a_deleted_style_comes_back_beside_one_that_took_its_name(own: StyleHeader) -> None:
    deleted = library.delete(own)
    save(paths.user_styles_dir(), "mine", "Another", seed=2)
    assert library.restore(deleted).name == "mine-2"
    assert sorted(style.title for style in list_styles()) == ["Another", "Mine"]


def test_only_the_last_ten_deleted_styles_are_kept(own: StyleHeader) -> None:
    first = library.delete(library.duplicate(own, "First"))
    for number in range(library.KEPT_DELETED):
        library.delete(library.duplicate(own, f"Copy {number}"))
    assert len(list((paths.user_styles_dir() / library.TRASH).iterdir())) == library.KEPT_DELETED
    with pytest.raises(ExposureError, match="gone"):
        library.restore(first)


def test_a_style_travels_as_one_file(own: StyleHeader, tmp_path: Path) -> None:
    file = tmp_path / "For Ann.safetensors"
    library.export_style(own, file)
    before = weights(own)
    library.delete(own)
    imported = library.import_style(file)
    assert library.is_own(imported)
    assert (imported.name, imported.title, imported.facts) == ("For Ann", "Mine", {"minutes": 1})
    assert weights(imported) == before
    with pytest.raises(ExposureError, match="already, as Mine"):
        library.import_style(file)
    with pytest.raises(ExposureError, match="the style itself"):
        library.export_style(imported, imported.path)


def test_an_imported_style_with_a_known_title_gets_a_number_and_the_same_one_is_known_under_any_title(
    own: StyleHeader, tmp_path: Path
) -> None:
    save(tmp_path, "theirs", "Mine", seed=5)
    assert library.import_style(tmp_path / "theirs.safetensors").title == "Mine 2"
    library.export_style(library.rename(own, "Renamed"), tmp_path / "again.safetensors")
    library.rename(own, "Renamed once more")
    with pytest.raises(ExposureError, match="already, as Renamed once more"):
        library.import_style(tmp_path / "again.safetensors")


def test_a_name_that_some_system_cannot_write_is_mended(own: StyleHeader, tmp_path: Path) -> None:
    save(tmp_path, "con", "x" * 300, seed=3)
    imported = library.import_style(tmp_path / "con.safetensors")
    assert imported.name == "con_" and imported.title == "x" * 60


def test_foreign_damaged_newer_and_huge_files_stay_out(
    own: StyleHeader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "theirs.safetensors"

    def refused(match: str) -> None:
        with pytest.raises(ExposureError, match=match) as caught:
            library.import_style(file)
        assert caught.value.hint
        assert [style.name for style in list_styles()] == ["mine"]

    refused("no style at")
    file.write_bytes(b"\x80\x04\x95" * 100)  # a pickle, say
    refused("not a style")
    file.write_bytes(own.path.read_bytes()[:-4])
    refused("damaged")
    header = json.loads(own.dumps())
    save_file(load_file(own.path), file, metadata={KEY: json.dumps({**header, "version": VERSION + 1})})
    refused(f"version {VERSION + 1}")
    giant = {**header, "net": {**header["net"], "channels": 4096, "hidden": 4096}}
    save_file(load_file(own.path), file, metadata={KEY: json.dumps(giant)})
    refused("damaged")  # found out before terabytes are allocated
    library.export_style(library.rename(own, "Other"), file)
    monkeypatch.setattr(library, "MAX_BYTES", 1000)
    refused("larger than any style")


def test_a_full_disk_leaves_the_style_as_it_was(own: StyleHeader, monkeypatch: pytest.MonkeyPatch) -> None:
    before = own.path.read_bytes()

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("exposure_app.agent.header.shutil.copyfileobj", full)
    with pytest.raises(ExposureError, match="No space left"):
        library.rename(own, "Other")
    assert own.path.read_bytes() == before
    assert [path.name for path in own.path.parent.iterdir()] == [own.path.name]
