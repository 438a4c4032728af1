"""The command line as a user or a script meets it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import rawpy
from typer.testing import CliRunner

from exposure_app.agent.header import NetConfig
from exposure_app.agent.style import new_style, save_style
from exposure_app.cli.commands import app
from exposure_app.io.develop import Develop
from exposure_app.pipeline import recipe as recipes
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.pipeline.sidecar import read_sidecar, write_sidecar
from tests.helpers.shared import DATA, RAW_SUFFIXES, without_data


def run(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def style(tmp_path: Path) -> Path:
    """An agent that has learned nothing yet; enough to see what the program does with its recipe."""
    path = tmp_path / "beginner.safetensors"
    save_style(path, new_style("beginner", NetConfig(channels=4, hidden=8)))
    return path


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return picture(tmp_path / "in" / "photo.jpg")


@pytest.fixture
def recipe_file(tmp_path: Path) -> Path:
    path = tmp_path / "brighter.json"
    path.write_text(recipes.dumps(Recipe((Step("gamma", {"gamma": 0.4}), Step("contrast", {"amount": 0.2})))))
    return path


def picture(path: Path, seed: int = 0) -> Path:
    path.parent.mkdir(exist_ok=True)
    small = np.random.default_rng(seed).integers(20, 200, (6, 9, 3), np.uint8)
    PIL.Image.fromarray(small).resize((90, 60), PIL.Image.Resampling.BICUBIC).save(path)
    return path


def test_retouch_writes_the_picture_and_says_what_was_done(photo, style, tmp_path):
    result = run("retouch", photo, "-o", tmp_path / "out.jpg", "--style", style)
    assert result.exit_code == 0, result.output
    with PIL.Image.open(tmp_path / "out.jpg") as finished:
        assert finished.size == (90, 60)
        assert finished.format == "JPEG"
    assert str(tmp_path / "out.jpg") in result.stdout
    assert "beginner, seed 0" in result.stdout
    assert "  5. " in result.stdout
    for stage in ("read", "plan", "render", "write"):
        assert f"{stage} " in result.stdout.splitlines()[-1]


def test_json_prints_one_document_with_everything_in_it(photo, style, tmp_path):
    result = run("retouch", photo, "-o", tmp_path / "new" / "folder", "--style", style, "--seed", 7, "--json")
    (record,) = json.loads(result.stdout)
    assert set(record) == {"input", "output", "style", "seed", "recipe", "trace", "seconds"}
    assert record["output"] == str(tmp_path / "new" / "folder" / "photo.jpg")
    assert Path(record["output"]).is_file()
    assert (record["style"], record["seed"]) == ("beginner", 7)
    assert len(recipes.from_json(record["recipe"]).steps) == len(record["trace"]["steps"]) == 5
    assert set(record["seconds"]) == {"read", "plan", "render", "write"}


@pytest.mark.parametrize(
    ("format_", "suffix", "mode"), [("jpg", ".jpg", "uint8"), ("png", ".png", "uint16"), ("tiff", ".tif", "uint16")]
)
def test_formats_have_their_suffix_and_depth(photo, recipe_file, tmp_path, format_, suffix, mode):
    assert run("apply", recipe_file, photo, "-o", tmp_path / "out", "--format", format_).exit_code == 0
    written = tmp_path / "out" / f"photo{suffix}"
    if suffix == ".tif":
        import tifffile

        pixels = tifffile.imread(written)
    else:
        import imagecodecs

        pixels = imagecodecs.imread(written)
    assert pixels.dtype == mode
    assert pixels.shape == (60, 90, 3)


def test_the_suffix_of_the_output_chooses_the_format(photo, recipe_file, tmp_path):
    assert run("apply", recipe_file, photo, "-o", tmp_path / "out.png").exit_code == 0
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
    assert run("apply", recipe_file, photo, "-o", tmp_path / "out.png", "--format", "jpg").exit_code == 1


def test_applying_the_recipe_of_a_retouch_gives_the_same_bytes(photo, style, tmp_path):
    record = json.loads(run("retouch", photo, "-o", tmp_path / "a.jpg", "--style", style, "--json").stdout)[0]
    (tmp_path / "recipe.json").write_text(json.dumps(record["recipe"]))
    assert run("apply", tmp_path / "recipe.json", photo, "-o", tmp_path / "b.jpg").exit_code == 0
    assert (tmp_path / "a.jpg").read_bytes() == (tmp_path / "b.jpg").read_bytes()


def test_a_sidecar_serves_as_a_recipe_and_retouch_keeps_one_when_asked(photo, style, tmp_path):
    assert run("retouch", photo, "-o", tmp_path / "a.jpg", "--style", style, "--sidecar").exit_code == 0
    kept = read_sidecar(photo)
    assert kept.style == "beginner"
    assert run("apply", write_sidecar(photo, kept), photo, "-o", tmp_path / "b.jpg").exit_code == 0


def test_retouch_keeps_a_copy_of_a_persons_edits_beside_the_photo(photo, style, tmp_path):
    edits = Recipe((Step("gamma", {"gamma": 0.7}),))
    write_sidecar(photo, edits)
    options = ("retouch", photo, "-o", tmp_path / "a.jpg", "--style", style, "--sidecar")
    assert run(*options).exit_code == 0 == run(*options).exit_code
    (copy,) = photo.parent.glob("*.bak*")
    assert recipes.loads(copy.read_text()) == edits and read_sidecar(photo) != edits


def test_amount_0_is_the_neutral_rendering(photo, style, tmp_path):
    run("retouch", photo, "-o", tmp_path / "zero.png", "--style", style, "--amount", 0)
    (tmp_path / "neutral.json").write_text(recipes.dumps(Recipe((Step("gamma", {"gamma": 1 / 2.2}),))))
    run("apply", tmp_path / "neutral.json", photo, "-o", tmp_path / "neutral.png")
    zero, neutral = (np.asarray(PIL.Image.open(tmp_path / f"{n}.png"), int) for n in ("zero", "neutral"))
    assert np.abs(zero - neutral).max() <= 1


def broken_files(folder: Path) -> dict[str, str]:
    """Files that are no photos, and a word of what should be said about each."""
    folder.mkdir()
    (folder / "text.CR2").write_text("not a photo")
    (folder / "empty.dng").write_bytes(b"")
    (folder / "noise.nef").write_bytes(bytes(range(256)) * 40)
    (folder / "folder.jpg").mkdir()
    (folder / "letter.docx").write_text("hello")
    whole = picture(folder / "whole.jpg")
    (folder / "truncated.jpg").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    whole.unlink()
    return {
        name: name
        for name in ("text.CR2", "empty.dng", "noise.nef", "folder.jpg", "letter.docx", "truncated.jpg", "no.jpg")
    }


def test_bad_files_are_one_line_each_with_a_hint_and_the_others_are_done(tmp_path, recipe_file, photo):
    names = broken_files(tmp_path / "bad")
    out = tmp_path / "out"
    result = run("apply", recipe_file, *(tmp_path / "bad" / name for name in names), photo, "-o", out, "--json")
    assert result.exit_code == 1
    lines = [line for line in result.stderr.splitlines() if line]
    assert len(lines) == len(names)
    for name, line in zip(names, lines, strict=True):
        assert line.startswith("error: ")
        assert name in line
        assert line.endswith(".")
    assert [path.name for path in out.iterdir()] == ["photo.jpg"]
    records = json.loads(result.stdout)
    assert [bool(record.get("error")) for record in records] == [True] * len(names) + [False]
    assert all(record["hint"] for record in records if "error" in record)


def can_be_decoded(path: Path) -> bool:
    try:
        with rawpy.imread(str(path)) as raw:
            raw.unpack()
    except rawpy.LibRawError:
        return False
    return True


@without_data(DATA / "raw")
def test_every_kind_of_raw_is_retouched_and_what_cannot_be_decoded_is_refused_politely(style, tmp_path):
    photos = [path for path in (DATA / "raw").iterdir() if path.suffix.lower() in RAW_SUFFIXES | {".crw", ".raw"}]
    by_size = sorted(photos, key=lambda path: -path.stat().st_size)
    raws = list({path.suffix.lower(): path for path in by_size}.values())  # the smallest of each kind
    raws.append(tmp_path / "none.gpr")
    raws[-1].write_bytes(b"II*\0" + bytes(500))
    result = run("retouch", *raws, "-o", tmp_path / "out", "--style", style, "--json")
    records = json.loads(result.stdout)
    assert [Path(record["input"]) for record in records if "error" not in record] == list(filter(can_be_decoded, raws))
    assert all(record["hint"] for record in records if "error" in record)
    assert len(list((tmp_path / "out").iterdir())) == len(list(filter(can_be_decoded, raws)))
    assert result.exit_code == 1


def test_the_photo_itself_is_never_overwritten(photo, recipe_file):
    before = photo.read_bytes()
    result = run("apply", recipe_file, photo, "-o", photo.parent)
    assert result.exit_code == 1
    assert "is one of the photos themselves" in result.stderr
    assert photo.read_bytes() == before


def test_no_other_photo_of_the_run_is_overwritten_either(photo, recipe_file):
    other = picture(photo.parent / "photo.png", seed=1)
    before = photo.read_bytes()
    result = run("apply", recipe_file, other, photo, "-o", photo.parent, "--format", "jpg")
    assert result.exit_code == 1 and "one of the photos themselves" in result.stderr
    assert photo.read_bytes() == before


def test_two_photos_of_one_name_do_not_overwrite_each_other(photo, recipe_file, tmp_path):
    other = picture(tmp_path / "other" / "photo.jpg", seed=1)
    result = run("apply", recipe_file, photo, other, "-o", tmp_path / "out")
    assert result.exit_code == 0
    assert "photo (2).jpg" in result.stderr and str(photo) in result.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["photo (2).jpg", "photo.jpg"]


@pytest.mark.parametrize("target", ["out", "out/photo.jpg"])
@pytest.mark.parametrize(
    ("policy", "names", "words"),
    [
        ((), ["photo.jpg"], "replaced"),
        (("--on-existing", "overwrite"), ["photo.jpg"], "replaced"),
        (("--on-existing", "skip"), ["photo.jpg"], "skipped"),
        (("--on-existing", "rename"), ["photo (2).jpg", "photo.jpg"], ""),
    ],
)
def test_what_becomes_of_a_file_that_exists_is_chosen_and_told(
    photo, recipe_file, tmp_path, target, policy, names, words
):
    (tmp_path / "out").mkdir()
    older = tmp_path / "out" / "photo.jpg"
    older.write_bytes(b"older")
    result = run("apply", recipe_file, photo, "-o", tmp_path / target, "--json", *policy)
    assert result.exit_code == 0 and words in result.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    assert (older.read_bytes() == b"older") == (words != "replaced")
    (record,) = json.loads(result.stdout)
    assert ("skipped" in record) == (words == "skipped")
    assert Path(record["output"]).name == names[0]


def test_retouch_makes_the_pictures_that_batch_makes(photo, style, tmp_path):
    options = ("--style", style, "--resize", 45, "--sharpen", "high", "--profile", "display-p3", "--no-exif")
    options = (*options, "--format", "png", "--bits", 8, "--name", "{n:03} {style}", "--embed-recipe")
    for command, folder in (("retouch", ("-o", tmp_path / "one")), ("batch", (tmp_path / "many", "--jobs", 1))):
        result = run(command, photo, *folder, *options)
        assert result.exit_code == 0, result.output
    one, many = tmp_path / "one" / "001 beginner.png", tmp_path / "many" / "001 beginner.png"
    assert one.read_bytes() == many.read_bytes()
    with PIL.Image.open(one) as finished:
        assert finished.size == (45, 30) and finished.info["icc_profile"]


def test_a_named_file_has_no_second_name(photo, recipe_file, tmp_path):
    result = run("apply", recipe_file, photo, "-o", tmp_path / "out.jpg", "--name", "{n}")
    assert result.exit_code == 1 and "name of the result already" in result.stderr


def test_several_photos_need_a_folder(photo, recipe_file, tmp_path):
    result = run("apply", recipe_file, photo, photo, "-o", tmp_path / "out.jpg")
    assert result.exit_code == 1
    assert "Name a folder" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("retouch",),
        ("retouch", "a.jpg"),
        ("retouch", "a.jpg", "-o", "b.jpg", "--quality", "0"),
        ("retouch", "a.jpg", "-o", "b.jpg", "--amount", "201"),
        ("retouch", "a.jpg", "-o", "b.jpg", "--seed", "-1"),
        ("retouch", "a.jpg", "-o", "b.jpg", "--format", "gif"),
        ("sparkle",),
        ("train", "--inputs", "a"),
    ],
)
def test_wrong_usage_exits_with_2(arguments):
    assert run(*arguments).exit_code == 2


def test_an_unknown_style_is_one_error_and_nothing_is_written(photo, tmp_path):
    result = run("retouch", photo, photo, "-o", tmp_path / "out", "--style", "sparkle")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: There is no style called sparkle")
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_damaged_style_is_one_error_and_nothing_is_written(photo, style, tmp_path):
    style.write_bytes(style.read_bytes()[:-100])
    result = run("retouch", photo, photo, "-o", tmp_path / "out", "--style", style)
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("error: ")
    assert not list(tmp_path.glob("out/*"))


def test_a_wrong_recipe_is_an_error_that_names_the_file(photo, tmp_path):
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}")
    result = run("apply", wrong, photo, "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "wrong.json" in result.stderr


def test_an_interruption_exits_with_130(photo, recipe_file, tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("exposure_app.export.photo.render", interrupted)
    result = run("apply", recipe_file, photo, "-o", tmp_path / "out")
    assert result.exit_code == 130
    assert not list((tmp_path / "out").iterdir())


def test_the_unexpected_is_one_line_and_its_traceback_is_in_the_log(
    photo, recipe_file, tmp_path, monkeypatch, exposure_home
):
    def broken(*_, **__):
        raise RuntimeError("the dog ate it")

    monkeypatch.setattr("exposure_app.export.photo.render", broken)
    result = run("apply", recipe_file, photo, "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "the dog ate it" in result.stderr
    assert "Traceback" not in result.output
    assert "Traceback" in next(exposure_home.rglob("exposure.log")).read_text()


def test_styles_lists_what_is_installed_without_loading_torch(style, exposure_home):
    folder = exposure_home / "styles"
    folder.mkdir(parents=True)
    style.rename(folder / "mine.safetensors")
    script = (
        "import sys\nfrom typer.testing import CliRunner\nfrom exposure_app.cli.commands import app\n"
        "sys.stdout.write(CliRunner().invoke(app, ['styles', '--json']).stdout)\n"
        "assert 'torch' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert "mine" in [entry["name"] for entry in json.loads(done.stdout)]
    assert "mine" in run("styles").stdout


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_are_answered_without_the_heavy_packages(argument):
    script = (
        "import sys\nfrom exposure_app.__main__ import main\n"
        f"sys.argv = ['exposure', {argument!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "heavy = {'torch', 'rawpy', 'numba', 'numpy', 'PIL', 'PySide6'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "exposure" in done.stdout


def test_options_develop_the_photo_and_what_a_person_has_decided_wins(photo, style, tmp_path):
    result = run("retouch", photo, "-o", tmp_path / "out.jpg", "--style", style, "--white-balance", "auto", "--json")
    developed = json.loads(result.stdout)[0]["recipe"]["develop"]
    assert developed["white_balance"] == "auto"
    write_sidecar(photo, Recipe(develop=Develop("custom", temperature=4000, tint=0)))
    options = ("--white-balance", "auto", "--denoise", 30, "--demosaic", "ahd", "--json")
    result = run("retouch", photo, "-o", tmp_path / "out.jpg", "--style", style, *options)
    developed = json.loads(result.stdout)[0]["recipe"]["develop"]
    assert (developed["white_balance"], developed["temperature"]) == ("custom", 4000)
    assert (developed["denoise"], developed["demosaic"]) == (30, "ahd")


def test_a_recipe_develops_and_options_change_that(photo, tmp_path):
    recipe = tmp_path / "cold.json"
    recipe.write_text(recipes.dumps(Recipe(develop=Develop("custom", temperature=3000, tint=0))))
    plain = tmp_path / "plain.json"
    plain.write_text(recipes.dumps(Recipe()))

    def blue(name: str, recipe: Path, *options: object) -> float:
        assert run("apply", recipe, photo, "-o", tmp_path / name, *options).exit_code == 0
        with PIL.Image.open(tmp_path / name) as finished:
            red, _, blue = np.asarray(finished, float).mean(axis=(0, 1))
        return blue / red

    usual = blue("usual.png", plain)
    assert blue("cold.png", recipe) > 1.2 * usual
    assert blue("back.png", recipe, "--white-balance", "as-shot") == pytest.approx(usual)
