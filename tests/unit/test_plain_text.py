"""Texts from files stay texts, whatever they are written into."""

import ast
import configparser
import unicodedata
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exposure_app.errors import ExposureError
from exposure_app.plain_text import (
    checked_name,
    for_comment,
    for_cube,
    for_key_file,
    for_python,
    for_terminal,
    for_xml,
    from_key_file,
    is_printable,
    printable,
)

ANY = st.text(st.characters(), max_size=40)  # also surrogates
HOSTILE = ['x"""\nopen("/tmp/PWNED", "w")\n"""', "a\\", "\x1b[2J\x07", "\u202ecod", "\u2028import os", "*/", "é\udce9"]


def hostile(test):  # type: ignore[no-untyped-def]
    for text in HOSTILE:
        test = example(text)(test)
    return given(ANY)(test)


@hostile
def test_in_python_it_is_one_literal_in_ascii(text: str):
    literal = for_python(text)
    assert literal.isascii() and literal.isprintable()
    assert ast.literal_eval(literal) == text


@hostile
def test_in_a_comment_it_ends_no_line_and_draws_none_into_it(text: str):
    shown = for_comment(text)
    assert shown.isascii() and shown.isprintable() and "\\" not in shown
    assert len(shown) == len(text)


@hostile
def test_in_a_cube_it_ends_no_quote(text: str):
    assert '"' not in for_cube(text) and for_cube(text).isprintable()


@hostile
def test_in_the_terminal_nothing_moves_the_cursor_or_turns_the_line(text: str):
    shown = for_terminal(text)
    assert is_printable(shown)
    shown.encode("utf-8")
    assert {unicodedata.category(c) for c in shown} & {"Cc", "Cs", "Zl", "Zp"} == set()


@hostile
def test_in_a_key_file_it_is_one_line_and_comes_back(text: str):
    line = for_key_file(text)
    assert not set(line) & set("\n\r")
    if text.strip() == text and is_printable(text) and text:
        profile = configparser.RawConfigParser(strict=False)
        profile.read_string(f"[A]\nkey={line}\nother=1\n")
        assert from_key_file(profile.get("A", "key")) == text


@hostile
def test_in_xml_it_can_be_read_again(text: str):
    found = ET.fromstring(f"<a>{escape(for_xml(text))}</a>").text or ""
    assert len(found) == len(text)


@hostile
def test_what_people_type_becomes_a_name(text: str):
    assert checked_name(printable(text), "A name") == printable(text)


@pytest.mark.parametrize("name", ["a\nb", "\x1b[31m", "\u202eabc", "a\u2066b", "\ufeff", "\ud800", "\x7f", "\u2028", 5])
def test_names_that_cannot_be_shown_are_refused(name: object):
    with pytest.raises(ExposureError, match="A name"):
        checked_name(name, "A name")


@pytest.mark.parametrize("name", ["", "Ночь", "黄昏　二", "می‌خواهم", "👩‍🎨 warm", "Crème brûlée", "a\\b'c\"d"])
def test_names_of_all_languages_are_taken(name: str):
    assert checked_name(name, "A name", 20) == name


def test_a_name_may_be_too_long():
    with pytest.raises(ExposureError, match="at most 3"):
        checked_name("abcd", "A name", 3)
