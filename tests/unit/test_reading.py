"""Files from outside: ordinary ones, of a size that makes sense, with JSON that anything can take in."""

import contextlib
import json
import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure_app.reading import Unreadable, check_ordinary, open_ordinary, parse_json, read_bytes, read_json, read_text

on_unix = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",))),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text("ab\u00e9", max_size=3), inside, max_size=4),
    max_leaves=20,
)  # fmt: skip


@on_unix
def test_a_named_pipe_is_refused_without_waiting_for_it(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for reader in (check_ordinary, open_ordinary, read_bytes, read_text, read_json):
        with pytest.raises(OSError, match="no ordinary file"):
            reader(pipe)


@on_unix
def test_devices_sockets_and_folders_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        for path in ("/dev/zero", "socket"):
            with pytest.raises(OSError, match="no ordinary file"):
                read_bytes(path)
    with pytest.raises(IsADirectoryError):
        read_bytes(tmp_path)


def test_a_path_with_a_null_byte_is_a_file_that_is_not_there():
    with pytest.raises(FileNotFoundError):
        read_bytes("a\0b")


def test_no_more_of_a_file_is_read_than_it_may_have(tmp_path: Path):
    file = tmp_path / "file"
    file.write_bytes(b"12345")
    assert read_bytes(file, 5) == b"12345"
    with pytest.raises(OSError, match="larger"):
        read_bytes(file, 4)
    with file.open("wb") as stream:
        stream.truncate(1 << 40)  # a hole
    with pytest.raises(OSError, match="larger than 16 MB"):
        read_text(file)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc here")
def test_a_file_that_the_system_makes_up_is_read_whole():
    assert read_text("/proc/self/status").startswith("Name:")


def test_text_is_utf8_with_or_without_a_mark(tmp_path: Path):
    file = tmp_path / "file"
    file.write_bytes(b'\xef\xbb\xbf{"a": "\xc3\xa9"}')
    assert read_json(file) == {"a": "é"}
    file.write_bytes(b'{"a": "\xe9"}')
    with pytest.raises(Unreadable, match="no text"):
        read_json(file)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "9" * 5000,
        "-" + "9" * 21,
        "1" + "0" * 400,
        "1e400",
        "-1e999",
        "NaN",
        "Infinity",
        "-Infinity",
        "[" * 100_000,
        "[" * 80 + "]" * 80,
        '{"a":' * 200 + "1" + "}" * 200,
        r'"\ud800"',
        r'{"\udfff": 1}',
        r'["a", ["\u0000"]]',
        '"\x00"',
        '"\ud800"',
        b'"\xff"',
    ],
    ids=lambda text: repr(text[:20]),
)
def test_what_json_or_the_program_cannot_hold_is_one_error(text: str | bytes):
    with pytest.raises(Unreadable):
        parse_json(text)


def test_bytes_of_paths_that_are_no_utf8_are_kept_where_paths_are_meant():
    name = os.fsdecode(b"photo\xe9.jpg")
    assert parse_json(json.dumps([name]), paths=True) == [name]
    with pytest.raises(Unreadable):
        parse_json(json.dumps([name]))
    for wrong in (r'"a\u0000b"', r'"\ud800"', r'"\udfff"'):
        with pytest.raises(Unreadable):
            parse_json(wrong, paths=True)


def test_paired_surrogates_are_a_character():
    assert parse_json(r'"\ud83d\ude00"') == "\U0001f600"


@given(VALUES, st.booleans())
def test_data_comes_back_as_it_was_written(data: object, ascii_only: bool):
    assert parse_json(json.dumps(data, ensure_ascii=ascii_only)) == data


@given(st.binary(max_size=60) | st.text('[]{}",:0123456789.eE+-\\udDcC \n', max_size=60))
def test_anything_else_is_data_or_one_error(text: bytes | str):
    with contextlib.suppress(Unreadable):
        parse_json(text)
