import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage
from typer.testing import CliRunner

from exposure_app.agent.header import NetConfig
from exposure_app.agent.style import Style, new_style, save_style
from exposure_app.cli.commands import app
from exposure_app.errors import ExposureError
from exposure_app.io.transfer import srgb_to_linear
from exposure_app.training.evaluation import report
from exposure_app.training.evaluation.card_text import card_text
from exposure_app.training.evaluation.evaluate import Evaluation, HeldOut, Pair, evaluate_style, shortfalls
from exposure_app.training.evaluation.held_out import evaluate_folders, evaluate_with, read_pairs
from exposure_app.training.photos import data
from exposure_app.training.runs.finish import finish
from tests.helpers.shared import DATA, without_data
from tests.unit.training.conftest import picture

ROWS = {"results", "ceiling", "neutral", "auto levels"}
Folders = tuple[list[Path], list[Path]]


@pytest.fixture(scope="module")
def style() -> Style:
    return new_style("mine", NetConfig(channels=2, hidden=8, steps=2), seed=3, title="Mine")


@pytest.fixture(scope="module")
def held_out() -> HeldOut:
    photos = [srgb_to_linear(picture(seed)) for seed in range(8)]
    targets = [picture(seed, 2.0) for seed in range(100, 108)]
    return HeldOut(photos, targets, [picture(seed, 2.0) for seed in range(200, 212)], [Pair(photos[0], targets[0])])


@pytest.fixture(scope="module")
def measured(style: Style, held_out: HeldOut) -> Evaluation:
    return evaluate_style(style, held_out)


def test_every_figure_stands_beside_what_it_must_be_compared_with(measured: Evaluation) -> None:
    figures = json.loads(json.dumps(measured.figures, allow_nan=False))
    assert (figures["photos"], figures["compared with"]) == (8, 8)
    for measure in ("intersections", "two-sample", "wasserstein"):
        assert set(figures[measure]) == ROWS
    for value, low, high in (*figures["two-sample"].values(), *figures["wasserstein"].values(), figures["above"]):
        assert low <= value <= high or high - low < 1e-9
    assert set(figures["health"]) == set(figures["spread"]) == (ROWS - {"ceiling"}) | {"targets"}
    assert sum(figures["usage"].values()) == pytest.approx(1)
    assert figures["delta E"]["pairs"] == 1


def test_settings_are_means_over_the_photos(measured: Evaluation) -> None:
    steps = [step for entry in measured.retouched for step in entry.recipe.steps]
    for filter_id, means in measured.figures["parameters"].items():
        for name, mean in means.items():
            values = np.array([step.params[name] for step in steps if step.filter == filter_id])
            assert np.asarray(mean) == pytest.approx(values.mean(0), abs=1e-5)
            assert np.asarray(measured.figures["parameters vary"][filter_id][name]) == pytest.approx(
                values.std(0), abs=1e-4
            )


def test_without_dropout_all_seeds_agree(held_out: HeldOut) -> None:
    certain = new_style("certain", NetConfig(channels=2, hidden=8, steps=2, dropout=0.0), seed=3)
    found = evaluate_style(certain, HeldOut(held_out.photos[:4], held_out.targets[:4]))
    assert found.figures["seeds"] == [0, 0, 0]


def test_a_rendering_that_is_true_has_no_distance(style: Style, held_out: HeldOut, measured: Evaluation) -> None:
    pairs = [Pair(entry.photo, entry.result) for entry in measured.retouched[:4]]
    found = evaluate_style(style, HeldOut(held_out.photos[:4], held_out.targets[:4], pairs=pairs)).figures
    assert found["delta E"]["results"][0] == pytest.approx(0, abs=1e-6)
    assert found["delta E"]["neutral"][0] > 1


def figures_with(above: float, contrast: float, distance: float) -> dict:
    row = {"luminance": [80, 70, 90], "contrast": [contrast, 0, 100], "saturation": [90, 80, 100], "mean": 80}
    ceiling = {"luminance": [82, 70, 90], "contrast": [85, 70, 95], "saturation": [90, 80, 99], "mean": 85}
    return {
        "intersections": {"results": row, "ceiling": ceiling},
        "above": [above, 0, 9],
        "delta E": {"results": [distance, 0, 9], "neutral": [10, 8, 12]},
    }


def test_what_falls_short_is_said_and_nothing_else() -> None:
    assert shortfalls(figures_with(4.1, 80, 5)) == []
    below = shortfalls(figures_with(3.0, 78, 6))
    assert [word in sentence for word, sentence in zip(("+3.0", "contrast", "6.0"), below, strict=True)] == [True] * 3
    (few,) = shortfalls(figures_with(4.1, 80, 5) | {"compared with": 14})
    assert "14 photos" in few
    assert "85 %" in few
    assert shortfalls(figures_with(4.1, 80, 5) | {"compared with": 30}) == []


def test_the_card_shows_all_of_it(style: Style, held_out: HeldOut, measured: Evaluation, tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    finished = finish(path, style, held_out)
    text = path.with_suffix(".md").read_text(encoding="utf-8")
    assert text == card_text(finished.header)
    for words in (
        "falls short",
        "paper, artist B",
        "told apart",
        "true rendering",
        "Variety",
        "4 seeds",
        "auto levels",
        "mine-failures.jpg",
    ):
        assert words in text
    content = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert content["shortfalls"] == shortfalls(finished.header.figures)
    for sheet in ("sheet", "failures", "small"):
        file = tmp_path / f"mine-{sheet}.jpg"
        with PillowImage.open(file) as opened:
            assert opened.width > 600
    assert (tmp_path / "mine-small.jpg").stat().st_size < report.SMALL_SIZE


def test_the_most_clipped_result_is_among_the_worst(measured: Evaluation) -> None:
    from dataclasses import replace

    blown = replace(measured.retouched[3], result=np.ones_like(measured.retouched[3].result))
    made = [*measured.retouched[:3], blown, *measured.retouched[4:]]
    assert any(entry is blown for entry, _ in report.worst(made, 3))
    assert len(report.worst(made)) == len(made)


def test_folders_are_compared(folders: Folders, tmp_path: Path) -> None:
    inputs, targets = (group[0].parent for group in folders)
    found = evaluate_folders(inputs, targets)
    assert (found["photos"], found["compared with"]) == (20, 20)
    assert found["intersections"]["results"]["luminance"][0] < found["intersections"]["ceiling"]["luminance"][0]
    assert found["two-sample"]["results"][0] > 80
    with pytest.raises(ExposureError, match="fewer"):
        evaluate_folders(tmp_path, targets)


def pairs_file(folder: Path, rows: list[tuple[Path, Path]]) -> Path:
    table = folder / "pairs.csv"
    with table.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([("rendering", "original"), *rows])
    return table


def test_a_style_is_measured_on_photos_that_are_no_targets(style: Style, folders: Folders, tmp_path: Path) -> None:
    inputs, targets = folders
    path = tmp_path / "mine.safetensors"
    save_style(path, style)
    table = pairs_file(tmp_path, [(targets[0], inputs[0]), (inputs[5], inputs[6])])
    arguments = ["evaluate", "--style", path, "--inputs", inputs[0].parent, "--targets", targets[0].parent]
    answer = CliRunner().invoke(app, [*map(str, arguments), "--pairs", str(table), "--json"])
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    assert (found["photos"], found["left out"]) == (19, 1), "input 0 is a version of target 0"
    assert found["delta E"]["pairs"] == 1, "the other rendering is not among the targets"
    with pytest.raises(ExposureError, match="names no rendering"):
        evaluate_with(str(path), inputs[0].parent, targets[0].parent, pairs_file(tmp_path, [(inputs[5], inputs[6])]))


@pytest.mark.parametrize(
    "arguments", [[], ["a"], ["a", "b", "--style", "vivid"], ["--style", "vivid", "--inputs", "a"]]
)
def test_half_a_question_is_wrong_usage(arguments: list[str]) -> None:
    answer = CliRunner().invoke(app, ["evaluate", *arguments])
    assert answer.exit_code == 2
    assert "--targets" in answer.output


def test_the_tables_are_readable_and_never_say_minus_nothing(folders: Folders) -> None:
    inputs, targets = (group[0].parent for group in folders)
    answer = CliRunner().invoke(app, ["evaluate", str(inputs), str(targets)])
    assert answer.exit_code == 0, answer.output
    for words in ("20 results", "luminance", "ceiling", "told apart", "spread of L*"):
        assert words in answer.stdout
    assert " -0.0" not in answer.stdout


def test_a_table_of_pairs_without_its_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wrong.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ExposureError, match="lacks a column"):
        read_pairs(tmp_path / "wrong.csv", [])
    with pytest.raises(ExposureError, match="Cannot read"):
        read_pairs(tmp_path / "absent.csv", [])


@without_data(DATA / "film_pairs.csv")
@without_data(DATA / "photos" / "target_film_bw_trix" / "0002.jpg")
def test_the_film_pairs_are_renderings_of_their_originals() -> None:
    renderings = [DATA / "photos" / "target_film_bw_trix" / f"{number:04d}.jpg" for number in range(3)]
    pairs = read_pairs(DATA / "film_pairs.csv", renderings)
    assert len(pairs) == 3
    for pair in pairs:
        light = [plane.mean(-1).ravel() for plane in (data.neutral(pair.photo), pair.truth)]
        assert np.corrcoef(light)[0, 1] > 0.8
