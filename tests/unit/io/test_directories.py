import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exposure_app.io import directories as tiff
from exposure_app.io.directories import Entry, open_tiff, write_tiff

entries = st.one_of(
    st.binary(min_size=1, max_size=9).map(lambda data: Entry(7, len(data), data)),
    st.text("aé日", max_size=5).map(tiff.ascii_entry),
    st.lists(st.integers(0, 65535), min_size=1, max_size=4).map(lambda values: tiff.shorts(*values)),
    st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=3).map(lambda values: tiff.longs(*values)),
)
directories = st.dictionaries(st.integers(0, 60_000), entries, max_size=5)


@settings(max_examples=50)
@given(directories, directories)
def test_directories_are_read_as_they_were_written(main, below):
    main.pop(34665, None)
    read = open_tiff(write_tiff(main, {34665: below}))
    found = read.directory(read.first)
    assert read.below(found, 34665) == below
    assert {tag: entry for tag, entry in found.items() if tag != 34665} == main


def test_numbers_of_the_other_byte_order_become_ours():
    content = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 2, 256, 3, 1, 7, 0, 0) + b""
    content = b"MM\0*" + struct.pack(">IH", 8, 2)
    content += struct.pack(">HHIHH", 256, 3, 1, 7, 0) + struct.pack(">HHII", 282, 5, 1, 38) + bytes(4)
    content += struct.pack(">II", 300, 7)
    read = open_tiff(content)
    found = read.directory(read.first)
    assert tiff.numbers(found[256]) == [7]
    assert tiff.numbers(found[282]) == pytest.approx([300 / 7])


def test_what_a_file_has_already_stays_when_directories_are_appended():
    content = bytearray(write_tiff({256: tiff.shorts(7), 270: tiff.ascii_entry("a long caption")}, {}))
    tiff.append_directories(content, {256: tiff.shorts(8)}, {34665: {33434: tiff.rationals((1, 60))}})
    read = open_tiff(bytes(content))
    found = read.directory(read.first)
    assert tiff.numbers(found[256]) == [8] and tiff.text(found[270]) == "a long caption"
    assert tiff.numbers(read.below(found, 34665)[33434]) == [1 / 60]


@settings(max_examples=50)
@given(st.binary(max_size=80))
def test_damage_is_one_kind_of_error(content):
    for head in (b"II*\0\x08\0\0\0", b"MM\0+\0\x08\0\0" + bytes(7) + b"\x10", b""):
        try:
            read = open_tiff(io.BytesIO(head + content))
            read.below(read.directory(read.first), 34665)
        except ValueError:
            continue


def test_a_text_is_utf8_or_else_latin_1_and_has_no_control_characters():
    assert tiff.text(Entry(2, 5, "Zoë\0".encode())) == "Zoë"
    assert tiff.text(Entry(2, 4, b"Zo\xeb\0")) == "Zoë"
    assert tiff.text(Entry(2, 8, b"a\x1b[31mb\0")) == "a [31mb"
    assert tiff.text(None) == tiff.text(tiff.shorts(1)) == ""
