"""The pictures of the documentation: one module each, drawn by one command."""

import importlib
import re

import pytest

from tests.helpers.shared import ROOT
from tools.figures.__main__ import NAMES
from tools.figures.sheet import FOLDER, MOST_BYTES, wrapped


@pytest.mark.parametrize("name", NAMES)
def test_each_module_draws_pictures_that_have_a_page_and_are_small(name):
    module = importlib.import_module(f"tools.figures.{name}")
    assert callable(module.main)
    pages = [page.read_text() for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))]
    for drawn in getattr(module, "PICTURES", [name]):
        picture = FOLDER / f"{drawn}.jpg"
        assert picture.stat().st_size <= MOST_BYTES
        assert any(f"images/{picture.name})" in page for page in pages)


def test_every_page_about_explaining_has_a_picture_that_the_program_draws():
    for page in ("explain", "looks", "styles", "study", "masks", "decompile"):
        shown = re.findall(r"\(images/(\w+)\.jpg\)", (ROOT / "docs" / f"{page}.md").read_text())
        assert set(shown) & set(NAMES), page


def test_words_are_wrapped_to_a_width():
    assert wrapped("one two three", 1) == "one\ntwo\nthree"
    assert wrapped("one two three", 1000) == "one two three"
