"""Looks opened in the programs they are for; skipped where those are not installed."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from exposure_app.image import Metadata
from exposure_app.interop.export_look import export_look, look_of, rungs_named
from exposure_app.io.export import write_image
from exposure_app.io.formats import read_image
from exposure_app.io.transfer import linear_to_srgb
from exposure_app.pipeline.color_difference import DeltaE
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.geometry import Geometry, Rect
from exposure_app.pipeline.recipe import Recipe
from exposure_app.pipeline.resample import place
from tests.helpers.patience import PATIENCE
from tests.helpers.steps import five_steps


def program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"no {name} here")
    return found


@pytest.fixture
def photo(tmp_path) -> Path:
    """A finished picture: what a program makes of sensor data is not in question."""
    ramp = np.linspace(0, 1, 120, dtype=np.float32)[None, :, None]
    tints = 1 - 0.5 * np.random.default_rng(0).random((80, 1, 3)).astype(np.float32)
    write_image(tmp_path / "photo.tif", np.rint(ramp * tints * 65535).astype(np.uint16), Metadata())
    return tmp_path / "photo.tif"


def exported(photo: Path, recipe: Recipe, look_format: str, folder: Path) -> Path:
    return export_look(look_of(recipe, read_image(photo), photo), rungs_named([look_format]), folder)[0].files[0]


def difference(photo: Path, recipe: Recipe, theirs: Path) -> DeltaE:
    ours = render(place(read_image(photo).pixels, recipe.geometry), recipe, depth=32)
    return DeltaE.between(ours, linear_to_srgb(read_image(theirs).pixels))


@pytest.mark.parametrize(
    "geometry", [Geometry(), Geometry(turns=3, mirror=True, crop=Rect(0.1, 0.2, 0.7, 0.8))], ids=["whole", "cropped"]
)
def test_rawtherapee_shows_the_look_and_the_crop(photo, tmp_path, geometry):
    command = program("rawtherapee-cli")
    recipe = Recipe(five_steps().steps, geometry=geometry)
    profile = exported(photo, recipe, "pp3", tmp_path / "look")
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    options = ["-q", "-o", tmp_path / "out.tif", "-t", "-b16", "-Y", "-p", profile, "-c", photo]
    subprocess.run([command, *options], check=True, capture_output=True, timeout=PATIENCE, env=home)
    assert difference(photo, recipe, tmp_path / "out.tif").mean < 0.3


def test_darktable_shows_the_look(photo, tmp_path):
    command = program("darktable-cli")
    sidecar = exported(photo, five_steps(), "darktable", tmp_path / "look")
    core = ["--core", "--configdir", tmp_path / "config", "--cachedir", tmp_path / "cache", "--library", ":memory:"]
    core += ["--disable-opencl", "--conf", f"plugins/darkroom/lut3d/def_path={sidecar.parent}"]
    core += ["--conf", "plugins/imageio/format/tiff/bpp=16"]
    options = [photo, sidecar, tmp_path / "out.tif", "--icc-type", "SRGB", *core]
    subprocess.run([command, *options], check=True, capture_output=True, timeout=PATIENCE)
    assert difference(photo, five_steps(), tmp_path / "out.tif").mean < 0.3
