"""A vignette does not spoil the steps: it is undone, and they are looked for again."""

from dataclasses import replace

import numpy as np
import pytest

from exposure_app import paths
from exposure_app.image import Image
from exposure_app.io.formats import read_image
from exposure_app.io.transfer import srgb_to_linear
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.proxy import area_resize
from exposure_app.pipeline.recipe import Recipe, Step, neutral_recipe
from exposure_app.recover_edits import fit as search
from exposure_app.recover_edits.fit_pairs import fit_pairs
from exposure_app.recover_edits.pairs import PhotoPair, laid_over
from exposure_app.recover_edits.residual import Residual


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, budget = search.search, search.Budget(steps=4, beam=1)
    monkeypatch.setattr(search, "search", lambda samples, starts, _, tell: whole(samples, starts, budget, tell))


def test_the_steps_are_found_beside_a_vignette_and_the_vignette_is_measured(narrow: None) -> None:
    photo = read_image(paths.resources_dir() / "sample.dng")
    photo = replace(photo, pixels=np.ascontiguousarray(area_resize(photo.pixels, 320, 480), np.float32))
    look = Recipe((*neutral_recipe(photo).steps, Step("saturation", {"amount": 0.4})))
    plain = render(photo.pixels, look, depth=32)
    y, x = np.mgrid[:320, :480] + 0.5
    fall = np.exp2(-((x / 480 - 0.5) ** 2 + (y / 320 - 0.5) ** 2) / 0.5)[..., None]

    def pair(picture: np.ndarray) -> PhotoPair:
        codes = np.rint(255 * np.clip(picture, 0, 1)) / 255
        return laid_over(photo, Image(srgb_to_linear(codes).astype(np.float32)), "photo")

    dark = pair((np.clip(plain, 0, 1) ** 2.2 * fall) ** (1 / 2.2))
    told: list[float] = []
    recipe = fit_pairs([dark], tell=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    assert Residual(pair(plain), recipe).delta_e.mean < 1, "the picture without the vignette is what the steps make"
    causes = Residual(dark, recipe).causes
    assert causes[0].id == "vignette"
    assert -1.2 < causes[0].number < -0.8
