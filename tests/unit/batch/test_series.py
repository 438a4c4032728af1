"""Photos of one shoot that should look alike."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.ExifTags import IFD, Base

from exposure_app.batch.batch import make_batch
from exposure_app.batch.models import BatchSpec, ItemResult
from exposure_app.batch.report import to_json as report
from exposure_app.batch.series import doubtful, find_series, made_consistent, pull_together, taken_with
from exposure_app.export.settings import ExportSettings
from exposure_app.pipeline.recipe import Recipe, Step, to_json
from tests.helpers.batches import contents, photo, run_here


def look(number: int, recipe: Recipe, minute: float = 0, *, folder: str = "a", camera: str = "Nikon") -> ItemResult:
    taken = f"2026-05-06T{10 + int(minute) // 60:02}:{int(minute) % 60:02}:00"
    return ItemResult(number, f"{folder}/{number}.nef", "waiting", recipe=to_json(recipe), camera=camera, taken=taken)


def recipe(ev: float, slope: float = 1.0) -> Recipe:
    slopes = (slope, *(1.0,) * 7)
    return Recipe((Step("exposure", {"ev": ev}), Step("tone_curve", {"slopes": slopes}), Step("exposure", {"ev": -ev})))


def test_folder_camera_and_time_make_a_series():
    plain = recipe(0)
    looks = [look(number, plain, minute) for number, minute in enumerate((0, 20, 45, 80, 81), start=1)]
    looks += [look(6, plain, 1, folder="b"), look(7, plain, 1, camera="Canon"), look(8, plain, 2, camera="Canon")]
    looks += [ItemResult(9, "a/9.jpg", "waiting", recipe=to_json(plain)), ItemResult(10, "a/10.nef", "waiting")]
    assert [series.numbers for series in find_series(looks)] == [(1, 2, 3), (4, 5), (7, 8)]


def test_photos_taken_together_are_found_by_what_their_files_tell(tmp_path):
    minutes = {"a": 0, "b": 10, "c": 59, "d": 20}
    photos = [photo(tmp_path / f"{name}.jpg") for name in minutes]
    for path, minute in zip(photos, minutes.values(), strict=True):
        exif = Image.Exif()
        exif[Base.Make], exif[Base.Model] = "Nikon", "Z 5" if path.stem == "d" else "Z 6"
        exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = f"2026:05:06 10:{minute:02}:00"
        with Image.open(path) as picture:
            picture.save(path, exif=exif)
    assert taken_with(photos[0], photos) == [photos[1]], "not half an hour later, nor by another camera"
    assert taken_with(photos[3], photos) == []
    assert taken_with(photo(tmp_path / "without.jpg"), photos) == []


@given(evs=st.lists(st.floats(-3, 3), min_size=2, max_size=9), share=st.floats(0, 1))
def test_the_pull_shrinks_every_distance_to_the_median_by_its_share(evs, share):
    evs = [round(ev, 4) for ev in evs]
    recipes = {number: recipe(ev, slope=2 + ev / 4) for number, ev in enumerate(evs)}
    series = find_series([look(number, recipes[number], number) for number in recipes])[0]
    series, pulled = pull_together(series, recipes, share)
    middle = np.median(evs)
    for number, ev in enumerate(evs):
        steps = pulled[number].steps
        assert steps[0].params["ev"] == pytest.approx(ev + share * (middle - ev), abs=1e-4)
        assert steps[2].params["ev"] == pytest.approx(-steps[0].params["ev"], abs=2e-4)
    before, after = series.spread["exposure.ev"]
    assert after == pytest.approx((1 - share) * before, abs=1e-4)
    assert set(series.spread) == {"exposure.ev", "exposure 2.ev", "tone_curve.slopes"}


def test_edits_that_only_some_photos_have_are_compared_among_those():
    recipes = {1: recipe(0), 2: Recipe((Step("gamma", {"gamma": 0.5}),)), 3: recipe(1)}
    found, pulled = made_consistent([look(number, one, number) for number, one in recipes.items()], 1)
    assert pulled[2] == recipes[2]
    assert pulled[1].steps[0] == pulled[3].steps[0] == Step("exposure", {"ev": 0.5})
    assert found[0].numbers == (1, 2, 3)


def test_low_scores_and_clipped_pictures_are_pointed_out():
    rows = [
        ItemResult(n, "x", "done", score=score, clipped=0.01) for n, score in enumerate((5, 5.1, 4.9, 5.05, 4.95, 1))
    ]
    rows += [ItemResult(10, "x", "done", clipped=0.2), ItemResult(11, "x", "failed", score=-9)]
    found = doubtful(rows)
    assert set(found) == {5, 10}
    assert "score is low" in found[5][0] and "20 %" in found[10][0]
    assert doubtful(rows[:2]) == {}


def test_a_batch_makes_a_shoot_consistent_and_reports_the_spread(tmp_path):
    for number in range(4):
        path = photo(tmp_path / "in" / f"{number}.jpg", number)
        exif = Image.Exif()
        exif[0x0110], exif[0x0132] = "Test camera", f"2024:05:06 07:0{number}:09"
        with Image.open(path) as picture:
            picture.load()
            picture.save(path, exif=exif)
    spec = BatchSpec.for_style("vivid", consistency=1.0, export=ExportSettings(folder="", existing="skip"))
    batch = run_here(make_batch([tmp_path / "in"], tmp_path / "out", spec))
    assert batch.count("done") == 4
    told = report(batch, 1)
    (series,) = told["series"]
    assert len(series["photos"]) == 4
    assert all(spread["after"] <= 1e-4 for spread in series["spread"].values())
    assert any(spread["before"] > 1e-3 for spread in series["spread"].values())
    assert all(file["score"] is not None for file in told["files"])
    # Cut off after the looks and two results: the rest comes out as if nothing had happened.
    whole = contents(tmp_path / "out")
    journal = tmp_path / "out" / ".exposure-batch" / "journal.jsonl"
    journal.write_text("".join(journal.read_text().splitlines(keepends=True)[:-2]))
    for name in list(whole)[2:]:
        (tmp_path / "out" / name).unlink()
    resumed = make_batch([tmp_path / "in"], tmp_path / "out", spec, resume=True)
    run_here(resumed)
    assert resumed.count("done") == 4 and contents(tmp_path / "out") == whole
