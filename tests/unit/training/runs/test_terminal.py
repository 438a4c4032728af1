"""What one sees in the terminal while a style is learned."""

import io

from rich.console import Console

from exposure_app.training.runs.events import Event
from exposure_app.training.runs.terminal import Board

FIGURES = {"D(target)": 1.0, "D(finished)": 0.5, "EMD": 0.5, "iterations/s": 3.2, "share of D": 0.41}
VALIDATION = {
    "intersections": {"luminance": 70.0, "contrast": 60.0, "saturation": 50.0},
    "score": 55.0,
    "usage": {"gamma": 0.7, "exposure": 0.3},
    "best": 50,
}


def printed(board: Board) -> str:
    console = Console(width=120, file=io.StringIO())
    console.print(board)
    return console.file.getvalue()


def test_the_board_shows_time_left_pace_distance_and_validations() -> None:
    board = Board("mine")
    board.tell(Event("progress", 50, 0.1, {"eta_s": 700.0, "figures": FIGURES}))
    board.tell(Event("validation", 50, 0.1, VALIDATION))
    board.tell(Event("rollback", 75, facts={"to": 50, "reason": "the discriminator exploded"}))
    text = printed(board)
    for words in ("12 min left", "3.20 iterations/s", "41 % of the time", "EMD 0.5", "70 %", "gamma 70 %", "exploded"):
        assert words in text


def test_files_that_were_left_out_are_listed_at_the_end() -> None:
    board = Board("mine")
    assert board.left_out() == []
    board.tell(Event("skipped", facts={"file": "a.jpg", "reason": "a.jpg is empty"}))
    assert board.left_out() == ["1 file could not be read:", "  a.jpg: a.jpg is empty"]


def test_a_run_that_gained_nothing_says_so() -> None:
    for better in (True, False):
        board = Board("mine")
        board.tell(Event("done", 50, facts={"style": "mine.safetensors", "better": better}))
        assert bool(board.remarks) is not better
