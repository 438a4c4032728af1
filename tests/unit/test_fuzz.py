"""A few seconds of ``make fuzz``: whatever is in a file, it is read, or one sentence says what is wrong with it."""

import random
import warnings
from pathlib import Path

import pytest

from tools.fuzz.kinds import KINDS
from tools.fuzz.mutate import damaged, damaged_text

TRIES = {"style": 5, "photo": 30, "raw": 3, "journal": 15}


@pytest.mark.parametrize("name", KINDS)
def test_changed_files_are_read_or_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    precious = tmp_path / "precious"
    precious.write_text("precious")
    for number in range(TRIES.get(name, 40)):
        here = tmp_path / f"try{number}"
        here.mkdir()
        monkeypatch.chdir(here)
        file, content = KINDS[name].changed(random.Random(f"test {name} {number}"))
        (here / file).write_bytes(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            KINDS[name].attempt(here / file)
    assert precious.read_text() == "precious"


def test_the_same_seed_makes_the_same_file_again():
    content = bytes(range(256)) * 20
    assert damaged(content, random.Random(5)) == damaged(content, random.Random(5)) != content
    text = '{"a": 1, "b": ["x", 2.5]}'
    assert damaged_text(text, random.Random(5)) == damaged_text(text, random.Random(5)) != text.encode()
