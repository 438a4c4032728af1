"""Whoever makes a picture develops the photo as its recipe says: the editor, exports, pasting, the settings."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image as Picture
from typer.testing import CliRunner

from exposure_app.cli.commands import app
from exposure_app.documents.copied_edits import CopiedEdits
from exposure_app.documents.document import Document, fresh_state
from exposure_app.documents.document_store import last_state, open_document, paste_edits, save_state
from exposure_app.documents.placed import CroppedPhotoRenderer
from exposure_app.export.photo import export_photo
from exposure_app.export.settings import ExportSettings
from exposure_app.image import Image
from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.recipe import Recipe, neutral_recipe
from exposure_app.pipeline.sidecar import read_sidecar, sidecar_path, write_sidecar
from exposure_app.settings import current_settings
from tests.helpers.editor import make_photo

COLD = Develop("custom", temperature=3000, tint=0)

pytestmark = pytest.mark.usefixtures("exposure_home")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return make_photo(tmp_path / "in.jpg")


def test_an_export_is_developed_as_by_exposure_apply(photo: Path, tmp_path: Path) -> None:
    recipe = replace(neutral_recipe(read_image(photo)), develop=COLD)
    write_sidecar(photo, recipe)
    for name, given in (("given.png", recipe), ("kept.png", None)):
        export_photo(photo, given, ExportSettings(format="png", bits=8), tmp_path / name)
    applied = CliRunner().invoke(
        app, ["apply", str(sidecar_path(photo)), str(photo), "-o", str(tmp_path / "applied.png")]
    )
    assert applied.exit_code == 0, applied.output
    colours = [Picture.open(tmp_path / name).getpixel((200, 100)) for name in ("given.png", "kept.png", "applied.png")]
    assert colours[0] == colours[1] == colours[2]
    export_photo(
        photo, replace(recipe, develop=Develop()), ExportSettings(format="png", bits=8), tmp_path / "usual.png"
    )
    assert Picture.open(tmp_path / "usual.png").getpixel((200, 100)) != colours[0]


def test_a_development_alone_is_an_edit() -> None:
    document = Document(fresh_state(Recipe()), Recipe())
    document.edit(Recipe(develop=COLD), "White balance")
    assert document.is_edited


def test_versions_are_developed_each_in_its_way(photo: Path) -> None:
    document = open_document(photo, read_image(photo))
    document.add_copy("Copy 1")
    document.edit(replace(document.recipe, develop=COLD), "White balance")
    save_state(photo, document.state)
    assert last_state(photo).develop == COLD, "that of the version that is shown"
    again = open_document(photo, read_image(photo))
    again.show_copy(0)
    assert again.recipe.develop == Develop()


def test_pasting_takes_the_development_only_when_asked_to(photo: Path) -> None:
    list(paste_edits([photo], CopiedEdits(Recipe(), (), develop=COLD)))
    kept = read_sidecar(photo)
    assert kept is not None and kept.develop == COLD


def test_raw_files_start_as_the_settings_say_and_finished_pictures_do_not(photo: Path, sample_dng: Path) -> None:
    current_settings().set("develop.highlights", "blend")
    assert last_state(sample_dng).develop == Develop(highlights="blend")
    assert last_state(photo).develop == Develop()


def test_an_engine_for_another_development_shows_the_same_part(photo: Path) -> None:
    geometry = Geometry(turns=1)
    engine = CroppedPhotoRenderer(read_image(photo), geometry)
    other = engine.developed(read_image(photo, develop=COLD), COLD)
    assert (other.geometry, other.develop, other.size) == (geometry, COLD, engine.size)
    assert other.moved(Geometry()).develop == COLD
    assert isinstance(other.source, Image) and other.source is not engine.source
