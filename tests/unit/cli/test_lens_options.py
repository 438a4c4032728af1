"""What the options of the lens ask for, on every command that develops."""

from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from exposure_app.cli.commands import app
from exposure_app.cli.options import DevelopOptions
from exposure_app.image import Metadata
from exposure_app.io.develop import Develop, from_json, to_json
from exposure_app.io.export import write_image
from exposure_app.io.formats import read_image
from exposure_app.pipeline.recipe import Recipe, Step, dumps


def test_what_is_not_said_stays() -> None:
    usual = Develop(lens="off", vignetting=7)
    assert DevelopOptions().develop(usual) == usual
    wanted = DevelopOptions(lens="profile", correct="distortion, fringes", defringe=30).develop(usual)
    assert wanted == Develop(lens="profile", lens_vignetting=False, vignetting=7, defringe=30)
    assert from_json(to_json(wanted)) == wanted
    none = DevelopOptions(correct="none").develop()
    assert not (none.lens_distortion or none.lens_vignetting or none.lens_fringes)


def test_a_correction_that_there_is_not_is_wrong_usage() -> None:
    with pytest.raises(typer.BadParameter, match="coma is none of distortion, vignetting, fringes"):
        DevelopOptions(correct="distortion,coma").develop()


def test_a_recipe_is_applied_with_the_lens_corrected_otherwise(tmp_path: Path) -> None:
    write_image(tmp_path / "a.png", np.full((90, 120, 3), 90, np.uint8), Metadata())
    (tmp_path / "r.json").write_text(dumps(Recipe((Step("exposure", {"ev": 0.0}), Step("gamma", {"gamma": 0.4545})))))
    arguments = ["apply", str(tmp_path / "r.json"), str(tmp_path / "a.png"), "-o", str(tmp_path / "o.png")]
    done = CliRunner().invoke(app, [*arguments, "--vignetting", "60"])
    assert done.exit_code == 0, done.output
    light = read_image(tmp_path / "o.png").pixels
    assert light[0, 0, 0] > 2 * light[45, 60, 0]
    assert CliRunner().invoke(app, [*arguments, "--vignetting", "200"]).exit_code == 2


@pytest.mark.parametrize(
    "command",
    [
        *("retouch", "apply", "batch", "watch", "explain", "replan", "variations", "blend", "decompile"),
        "import-look",
    ],
)
def test_every_command_that_develops_has_them(command: str) -> None:
    words = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"}).output
    for option in ("--lens", "--correct", "--distortion", "--vignetting", "--defringe"):
        assert option in words
