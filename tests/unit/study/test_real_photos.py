"""Looks, blends, corrections and studies on real photos: the sample, and those of the shared data where they are."""

from dataclasses import replace

import numpy as np
import pytest

from exposure_app.agent.rollout import propose
from exposure_app.interop.export_look import look_of, measure
from exposure_app.interop.look_formats import LOOK_FORMATS
from exposure_app.io.formats import read_image
from exposure_app.pipeline.blend import blend
from exposure_app.pipeline.color_difference import DeltaE, lab
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.photo import Photo, open_photo
from exposure_app.pipeline.proxy import area_resize
from exposure_app.pipeline.recipe import Recipe
from exposure_app.study.rating import Rating, report
from exposure_app.study.store import create_study
from exposure_app.study.work import add_style
from exposure_app.styles.nearest import nearest
from exposure_app.styles.tweaks import LEAST_PHOTOS, Ledger, biased
from tests.helpers.explain import style
from tests.helpers.shared import DATA, ROOT, photos_in, without_data

SAMPLE, KODAK = ROOT / "resources" / "sample.dng", DATA / "photos" / "input_kodak24"
BOAT = KODAK / "0003.jpg"
LIMITS = {"json": 0.01, "python": 0.01, "glsl": 0.01, "cube": 1.0, "cube65": 0.4, "cube-linear": 1.0, "hald": 0.4,
          "hald12": 0.15, "pp3": 0.4, "darktable": 0.4, "xmp": 8.0}  # fmt: skip


@pytest.mark.parametrize(
    "photo",
    [
        pytest.param(SAMPLE, id="sample"),
        pytest.param(KODAK / "0003.jpg", id="kodak", marks=without_data(KODAK / "0003.jpg")),
    ],
)
def test_each_form_of_a_styles_look_loses_little(photo):
    image = read_image(photo)
    look = look_of(propose(Photo(image), style("vivid"), 0)[0], image, photo)
    errors = {name: measure(look, look_format).mean for name, look_format in LOOK_FORMATS.items()}
    assert {name: error for name, error in errors.items() if error >= LIMITS[name]} == {}


def test_a_blend_goes_from_one_style_to_the_other_on_the_sample():
    image = read_image(SAMPLE)
    pixels = area_resize(image.pixels, 120, 180)
    one, other = (propose(Photo(image), style(name), 0)[0] for name in ("vivid", "film-bw"))
    pictures = [render(pixels, blend(one, other, share), depth=32) for share in (0, 0.5, 1)]
    assert DeltaE.between(pictures[0], render(pixels, one, depth=32)).max < 0.1
    assert DeltaE.between(pictures[2], render(pixels, other, depth=32)).max < 0.1
    chroma = [np.hypot(*np.moveaxis(lab(picture)[..., 1:], -1, 0)).mean() for picture in pictures]
    assert chroma[0] > chroma[1] > chroma[2]


def test_a_habit_on_real_photos_is_adopted_and_taken_back():
    ledger = Ledger("vivid")
    for photo in photos_in(KODAK.name, LEAST_PHOTOS):
        proposed = propose(open_photo(photo), style("vivid"), 0)[0]
        halved = tuple(
            replace(step, amount=0.5) if step.filter == proposed.steps[0].filter else step for step in proposed.steps
        )
        ledger = ledger.with_photo(photo, proposed, replace(proposed, steps=halved))
    habits = ledger.habits()
    if not habits:
        pytest.skip("the style proposes too little here for half of it to be noticed")
    adopted = ledger.adopt(habits[0])
    assert biased(proposed, adopted.biases) != proposed
    assert biased(proposed, adopted.drop(habits[0].key).biases) == proposed


def test_a_study_of_two_styles_on_real_photos(tmp_path):
    study = create_study(tmp_path / "study", photos_in(KODAK.name, 3))
    authors = [add_style(study, name, 0) for name in ("vivid", "film-bw")]
    rating = Rating(study, "Cyd")
    shown = []
    while rating.current is not None:
        shown.append(rating.current)
        rating.rate(4 if rating.current[0] == authors[0] else 2, 1.0)
    assert sorted(shown) == sorted((author, index) for author in authors for index in range(3))
    assert shown != sorted(shown), "shuffled"
    (pair,) = report(study).pairs
    assert (abs(pair.difference.value), pair.photos) == (2, 3)


def test_a_black_and_white_result_is_nearest_to_black_and_white_photos():
    grey, colour = photos_in("target_bw_real", 5), photos_in("target_vivid_cq100", 5)
    image = read_image(SAMPLE)
    recipe: Recipe = propose(Photo(image), style("film-bw"), 0)[0]
    picture = render(area_resize(image.pixels, 128, 192), recipe)
    found = nearest(picture, [*colour, *grey], 4)
    assert sum(near.photo in grey for near in found) >= 3  # one of the others has hardly any colour
