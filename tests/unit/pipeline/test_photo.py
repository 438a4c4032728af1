"""A photo on its way: what takes long is done once, and what is seen of it is what its geometry shows."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from exposure_app.agent.rollout import propose
from exposure_app.agent.style import NetConfig, new_style
from exposure_app.image import Image
from exposure_app.io.develop import Develop
from exposure_app.pipeline import photo as photos
from exposure_app.pipeline.geometry import Geometry, Rect
from exposure_app.pipeline.photo import Photo, open_photo
from exposure_app.pipeline.proxy import make_proxy
from exposure_app.pipeline.recipe import Recipe, neutral_of
from exposure_app.pipeline.resample import place
from tests.helpers.editor import make_photo

GEOMETRY = Geometry(angle=3.0, crop=Rect(0.1, 0.2, 0.7, 0.9))


def dark_image() -> Image:
    return Image(np.random.default_rng(0).random((90, 130, 3), np.float32) / 4, scene_referred=True)


def test_a_photo_is_resampled_once_however_often_it_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    placed = []
    whole = photos.place_image
    monkeypatch.setattr(photos, "place_image", lambda *given: placed.append(given) or whole(*given))
    photo, style = Photo(dark_image(), GEOMETRY), new_style("plain", NetConfig(channels=4, hidden=8), seed=0)
    plans = [propose(photo, style, seed)[0] for seed in (0, 7)]
    assert photo.sample.size and photo.placed is photo.placed and len(placed) == 1
    assert all(plan.geometry == GEOMETRY and plan.neutral_ev > 1 for plan in plans)
    assert plans[0] == propose(Photo(dark_image(), GEOMETRY), style)[0]


def test_what_is_seen_is_what_the_geometry_shows() -> None:
    image = dark_image()
    photo = Photo(image, GEOMETRY)
    shown = place(image.pixels, GEOMETRY)
    assert np.array_equal(photo.placed.pixels, shown)
    assert np.array_equal(photo.proxy, make_proxy(shown))
    assert photo.neutral == neutral_of(image), "a crop changes no neutral rendering"
    assert Photo(image).placed is image


def test_a_file_is_developed_and_placed_as_its_recipe_says_and_else_as_usual(tmp_path: Path) -> None:
    path, usual = make_photo(tmp_path / "in.jpg"), Develop("cloudy", lens="off")
    recipe = Recipe(geometry=GEOMETRY, develop=Develop("custom", temperature=3000, tint=0))
    opened = open_photo(path, recipe, usual)
    assert (opened.geometry, opened.develop) == (GEOMETRY, replace(recipe.develop, lens="off"))
    plain = open_photo(path, develop=usual)
    assert (plain.geometry, plain.develop) == (Geometry(), usual)
    assert not np.array_equal(plain.image.pixels, opened.image.pixels)
