import json
from pathlib import Path

import pytest

from exposure_app.errors import ExposureError
from exposure_app.paths import DEFAULT_STYLE
from exposure_app.settings import SETTINGS, Settings, current_settings, store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def stored(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))["values"]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_every_default_is_allowed_and_labelled(setting):
    assert setting.checked(setting.default) == setting.default
    assert bool(setting.label) == bool(setting.help) == bool(setting.group)
    if setting.kind == "choice":
        assert setting.default in dict(setting.choices)


def test_only_what_differs_from_the_defaults_is_stored(path):
    settings = Settings(path)
    settings.set("retouch.amount", 150)
    settings.set("export.folder", "/somewhere")
    settings.set("shortcuts", {"export": "Ctrl+E"})
    assert stored(path) == {"retouch.amount": 150, "export.folder": "/somewhere", "shortcuts": {"export": "Ctrl+E"}}
    again = Settings(path)
    assert (again.get_int("retouch.amount"), again.get_text("export.folder")) == (150, "/somewhere")
    again.set("retouch.amount", 100)
    again.reset("export.folder", "shortcuts")
    assert stored(path) == {}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("retouch.amount", 201),
        ("retouch.amount", 10.5),
        ("retouch.amount", True),
        ("retouch.amount", "50"),
        ("export.megapixels", float("nan")),
        ("render.device", "abacus"),
        ("filmstrip.names", 1),
        ("shortcuts", {"a": 1}),
        ("no.such", 1),
    ],
)
def test_what_is_not_allowed_is_refused_and_changes_nothing(path, key, value):
    settings = Settings(path)
    with pytest.raises(ExposureError):
        settings.set_many({"retouch.style": "muted", key: value})
    assert settings.get_text("retouch.style") == DEFAULT_STYLE
    assert not path.exists()


def test_unknown_keys_of_another_version_are_kept(path):
    path.parent.mkdir()
    path.write_text(json.dumps({"format": "exposure-settings", "version": 1, "values": {"future.key": [1, {}]}}))
    settings = Settings(path)
    settings.set("retouch.amount", 90)
    assert stored(path) == {"future.key": [1, {}], "retouch.amount": 90}


def test_a_value_edited_by_hand_that_is_not_allowed_counts_as_the_default(path, caplog):
    path.parent.mkdir()
    values = {"retouch.amount": 9000, "filmstrip.names": False}
    path.write_text(json.dumps({"format": "exposure-settings", "version": 1, "values": values}))
    settings = Settings(path)
    assert settings.get_int("retouch.amount") == 100
    assert settings.get_bool("filmstrip.names") is False
    assert "retouch.amount" in caplog.text
    settings.set("filmstrip.names", True)
    assert stored(path) == {"retouch.amount": 9000}


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe\0", b'{"format": "exposure-settings", "version": 99, "values": {}}', b"[" * 100_000],
)
def test_a_file_that_cannot_be_understood_is_set_aside_and_reported(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    path.with_name("settings.json.bak").write_bytes(b"older")
    settings = Settings(path)
    assert settings.problem is not None and "settings.json.bak2" in settings.problem.hint
    assert path.with_name("settings.json.bak2").read_bytes() == content
    assert path.with_name("settings.json.bak").read_bytes() == b"older"
    assert settings.get_int("retouch.amount") == 100
    settings.set("retouch.amount", 90)
    assert Settings(path).get_int("retouch.amount") == 90


def test_older_versions_are_migrated(path, monkeypatch):
    path.parent.mkdir()
    path.write_text(json.dumps({"format": "exposure-settings", "version": 1, "values": {"strength": 1.5}}))
    monkeypatch.setattr(store, "VERSION", 2)
    monkeypatch.setitem(store.MIGRATIONS, 1, lambda old: {"retouch.amount": round(100 * old["strength"])})
    assert Settings(path).get_int("retouch.amount") == 150


def test_two_running_programs_do_not_undo_each_other(path):
    one, other = Settings(path), Settings(path)
    one.set("retouch.amount", 90)
    other.set("filmstrip.names", False)
    assert stored(path) == {"filmstrip.names": False, "retouch.amount": 90}


def test_a_failed_write_leaves_file_and_values_as_they_were(path, monkeypatch):
    settings = Settings(path)
    settings.set("retouch.amount", 90)

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ExposureError, match="No space left"):
        settings.set("retouch.amount", 80)
    assert settings.get_int("retouch.amount") == Settings(path).get_int("retouch.amount") == 90
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


def test_a_file_that_cannot_be_read_is_not_overwritten(path):
    path.mkdir(parents=True)  # reading a folder fails for everybody, also for root
    settings = Settings(path)
    assert settings.problem is not None
    with pytest.raises(ExposureError):
        settings.set("retouch.amount", 80)
    assert settings.get_int("retouch.amount") == 100


def test_watchers_hear_of_changes_only(path):
    settings, heard = Settings(path), []
    stop = settings.watch(heard.append)
    settings.set_many({"retouch.amount": 90, "filmstrip.names": True})
    assert heard == ["retouch.amount"]
    stop()
    settings.set("retouch.amount", 80)
    assert heard == ["retouch.amount"]


def test_the_program_shares_one_store_per_home(exposure_home):
    assert current_settings() is current_settings()
    current_settings().set("retouch.amount", 90)
    assert stored(exposure_home / "config" / "settings.json") == {"retouch.amount": 90}
