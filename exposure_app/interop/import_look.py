"""Where a look comes from: a recipe, a photo with its edits, a picture that tells its recipe, or a look-up table."""

from collections.abc import Mapping
from pathlib import Path

from exposure_app.errors import ExposureError
from exposure_app.image import Image
from exposure_app.interop.cube import read_cube
from exposure_app.interop.export_look import look_of
from exposure_app.interop.hald import read_hald
from exposure_app.interop.look_formats import Look
from exposure_app.interop.lut import Lut
from exposure_app.io.formats import read_image
from exposure_app.io.xmp import embedded_recipe
from exposure_app.pipeline.photo import open_photo
from exposure_app.pipeline.recipe import Recipe, loads, neutral_recipe, read_recipe
from exposure_app.pipeline.sidecar import read_sidecar

READABLE: Mapping[str, str] = {  # what a person may choose, by what it is
    "Recipe": "*.json",
    "Cube": "*.cube",
    "HaldCLUT or picture that tells its recipe": "*.png *.tif *.tiff *.jpg *.jpeg *.webp",
}


def look_from(source: Path, photo: Path | None = None) -> Look:
    """The look of a recipe or of a photo.

    Args:
        source: A recipe or sidecar (.json), or a photo: its sidecar is taken, or the recipe that the picture itself
            tells, or else its neutral rendering.
        photo: What to measure errors on; a photo given as the source by default. Without any, all colours count alike.

    Raises:
        ExposureError: A file cannot be read.
    """
    if source.suffix.lower() == ".json":
        name = source.name.removesuffix(".json").removesuffix(".recipe").removesuffix(".exposure")
        return _measured_on(photo, read_recipe(source), name if photo is None else "")
    kept = read_sidecar(source)
    image = open_photo(source, kept).image
    told = embedded_recipe(image.metadata.xmp)
    if told:  # a finished picture: what its own pixels show is no measure of the look
        return _measured_on(photo, _told(told, source), source.stem)
    recipe = kept or neutral_recipe(image)
    return look_of(recipe, image, source) if photo is None else _measured_on(photo, recipe, source.stem)


def read_look(path: Path) -> Recipe | Lut:
    """The look in a file of any kind: a recipe, a sidecar, a finished picture that tells its recipe, .cube or HaldCLUT.

    Raises:
        ExposureError: There is none in it.
    """
    suffix = path.suffix.lower()
    if suffix == ".json":
        return read_recipe(path)
    if suffix == ".cube":
        return read_cube(path)
    image: Image = read_image(path)
    told = embedded_recipe(image.metadata.xmp)
    if told:
        return _told(told, path)
    try:
        return read_hald(path)
    except ExposureError:
        raise ExposureError(
            f"There is no look in {path}: it tells no recipe and is no HaldCLUT",
            "Choose a recipe, a .cube, a HaldCLUT, or a picture exported with its recipe.",
        ) from None


def _measured_on(photo: Path | None, recipe: Recipe, name: str) -> Look:
    """The look of a recipe, on a photo developed as the recipe says."""
    return look_of(recipe, open_photo(photo, recipe).image if photo else None, photo, name)


def _told(text: str, path: Path) -> Recipe:
    try:
        return loads(text)
    except ExposureError as error:
        raise ExposureError(f"The recipe in {path}: {error.message}", error.hint) from None
