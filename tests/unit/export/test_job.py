from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from exposure_app.errors import ExposureError
from exposure_app.export import pixels
from exposure_app.export.job import ExportRow, export_many
from exposure_app.export.namer import preview_name
from exposure_app.export.naming import check_pattern, file_stem
from exposure_app.export.photo import export_photo
from exposure_app.export.settings import ExportSettings
from exposure_app.io.formats import read_image
from exposure_app.io.spaces import profile_of
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.pipeline.sidecar import write_sidecar
from exposure_app.settings import Settings

RECIPE = Recipe((Step("exposure", {"ev": 0.5}), Step("gamma", {"gamma": 0.4545})), style="vivid")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "DSC_1.jpg"
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 255, (12, 16, 3), np.uint8)
    exif = Image.Exif()
    exif[0x0110] = "Test camera"
    exif[0x0132] = "2024:05:06 07:08:09"
    exif.get_ifd(0x8825).update({1: "N", 2: (50.0, 30.0, 0.0), 3: "E", 4: (14.0, 0.0, 0.0)})
    Image.fromarray(coarse).resize((320, 240)).save(path, quality=95, exif=exif)
    return path


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
@pytest.mark.parametrize(
    ("wanted", "size"),
    [
        ({"resize": "none", "edge": 160}, (320, 240)),
        ({"resize": "edge", "edge": 160}, (160, 120)),
        ({"resize": "edge", "edge": 5000}, (320, 240)),
        ({"resize": "megapixels", "megapixels": 0.1, "sharpen": "low"}, (320, 240)),
    ],
)
def test_sizes_shrink_and_never_grow(photo, tmp_path, wanted, size, suffix):
    settings = ExportSettings(format={".jpg": "jpg", ".png": "png", ".tif": "tiff"}[suffix], bits=8, **wanted)
    export_photo(photo, RECIPE, settings, tmp_path / f"out{suffix}")
    assert read_image(tmp_path / f"out{suffix}").size == size


def test_megapixels_keep_the_shape():
    assert pixels.target_size((320, 240), "megapixels", 0, 0.04) == (231, 173)
    assert pixels.target_size((6000, 1), "edge", 16, 0) == (16, 1)


@pytest.mark.parametrize("size", [(4, 3), (7, 5), (16, 12), (5, 12), (1, 1)])
def test_the_area_average_keeps_the_light(size):
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 65536, (12, 16, 3), np.uint16)
    out = pixels.finish(codes, size, space="srgb", sharpen="none", depth=16)
    assert out.shape == (size[1], size[0], 3)
    linear = pixels.srgb_to_linear
    assert np.allclose(linear(out).mean(axis=(0, 1)), linear(codes).mean(axis=(0, 1)), atol=2e-4)


def test_a_fine_chequerboard_becomes_the_grey_it_looks_like_from_afar():
    board = np.indices((64, 64)).sum(axis=0) % 2 * 65535
    codes = np.repeat(board[..., np.newaxis], 3, axis=2).astype(np.uint16)
    out = pixels.finish(codes, (8, 8), space="srgb", sharpen="none", depth=8)
    assert np.abs(out.astype(int) - 188).max() <= 1  # half the light, not half the code


def test_sharpening_raises_edges_and_leaves_flat_areas_and_colours_alone():
    codes = np.full((300, 40, 3), 20000, np.uint16)
    codes[:, 20:] = 40000
    plain = pixels.finish(codes, (40, 300), space="srgb", sharpen="none", depth=16)
    assert np.array_equal(plain, codes)
    previous = 0
    for strength in ("low", "standard", "high"):
        out = pixels.finish(codes, (40, 300), space="srgb", sharpen=strength, depth=16).astype(int)
        overshoot = int(out[:, 20].min()) - 40000
        assert overshoot > previous
        assert np.abs(out[:, :14] - 20000).max() <= 1 and np.abs(out[:, 26:] - 40000).max() <= 1
        assert len(np.unique(out[:, 20])) == 1  # also where bands meet
        previous = overshoot


def test_display_p3_holds_the_same_colours_in_other_numbers():
    from exposure_app.io.icc import through_profile

    rng = np.random.default_rng(2)
    codes = rng.integers(0, 65536, (8, 8, 3), np.uint16)
    out = pixels.finish(codes, (8, 8), space="display-p3", sharpen="none", depth=16)
    assert np.abs(out.astype(int) - codes).max() > 1000
    back = through_profile(out, profile_of("display-p3"))
    assert np.abs(back - pixels.srgb_to_linear(codes)).max() < 2e-3


def test_the_display_p3_profile_is_one_that_colour_management_accepts():
    import io

    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(io.BytesIO(profile_of("display-p3")))
    assert ImageCms.getProfileDescription(profile).strip() == "Display P3"


@pytest.mark.parametrize("format_", ["jpg", "png", "tiff"])
def test_a_display_p3_file_looks_as_the_srgb_one(photo, tmp_path, format_):
    suffix = {"jpg": ".jpg", "png": ".png", "tiff": ".tif"}[format_]
    for profile in ("srgb", "display-p3"):
        settings = ExportSettings(format=format_, quality=100, chroma="444", color_profile=profile)
        export_photo(photo, RECIPE, settings, tmp_path / f"{profile}{suffix}")
    srgb, p3 = (read_image(tmp_path / f"{profile}{suffix}").pixels for profile in ("srgb", "display-p3"))
    one_code = 0.009  # near white, in linear light; JPEG rounds twice more
    assert np.abs(srgb - p3).mean() < one_code / (1.5 if format_ == "jpg" else 3)


@pytest.mark.parametrize(("keep_exif", "keep_gps"), [(True, True), (True, False), (False, True)])
def test_metadata_is_kept_as_wanted(photo, tmp_path, keep_exif, keep_gps):
    export_photo(photo, RECIPE, ExportSettings(keep_exif=keep_exif, keep_gps=keep_gps), tmp_path / "out.jpg")
    metadata = read_image(tmp_path / "out.jpg").metadata
    assert (metadata.camera == "Test camera") == keep_exif
    assert (metadata.gps is not None) == (keep_exif and keep_gps)


def test_a_finished_picture_says_how_it_was_made(photo, tmp_path):
    from exposure_app.io.xmp import embedded_recipe
    from exposure_app.pipeline.recipe import loads

    export_photo(photo, RECIPE, ExportSettings(embed_recipe=True), tmp_path / "style.jpg")
    export_photo(photo, Recipe(), ExportSettings(), tmp_path / "hand.jpg")
    export_photo(photo, RECIPE, ExportSettings(keep_exif=False), tmp_path / "mute.jpg")
    style, hand, mute = (read_image(tmp_path / f"{name}.jpg").metadata.xmp for name in ("style", "hand", "mute"))
    assert b"digitalsourcetype/algorithmicallyEnhanced" in style and b"CreatorTool>Exposure " in style
    assert loads(embedded_recipe(style)) == RECIPE
    assert b"digitalsourcetype/humanEdits" in hand and embedded_recipe(hand) == ""
    assert mute == b""


# --- names ------------------------------------------------------------------------------------------------------------


def test_a_pattern_is_filled_in(photo):
    settings = ExportSettings(pattern="{name} {style} {n:04} {date}", format="tiff")
    assert preview_name(photo, settings, "vivid", 7) == "DSC_1 vivid 0007 2024-05-06.tif"
    assert preview_name(photo, settings, "", 7) == "DSC_1 0007 2024-05-06.tif"


@pytest.mark.parametrize(
    "pattern",
    ["", "  ", "{", "}", "{nope}", "{name!r}", "{name:>10}", "{n:x}", "{n:0400}", "a/b", "a\\b", "a:b", "{0}"],
)
def test_a_wrong_pattern_is_refused_with_a_hint(pattern):
    with pytest.raises(ExposureError) as error:
        check_pattern(pattern)
    assert error.value.hint


@pytest.mark.parametrize(
    ("pattern", "style", "stem"),
    [
        ("{name}-{style}", "", "IMG"),
        ("{style}{n}", "a/b:c", "a-b-c1"),
        ("con", "", "con_"),
        ("{name}. . ", "", "IMG"),
        ("{name}" + "é" * 300, "", "IMG" + "é" * 98),
    ],
)
def test_names_are_ones_that_every_system_takes(pattern, style, stem):
    assert file_stem(pattern, Path("IMG.CR2"), style=style) == stem


def test_a_style_alone_without_a_style_is_refused():
    with pytest.raises(ExposureError, match="Nothing is left"):
        file_stem("{style}", Path("IMG.CR2"))


# --- many -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def photos(photo, tmp_path):
    made = [photo]
    for name in ("DSC_2.jpg", "DSC_3.png"):
        made.append(tmp_path / name)
        Image.new("RGB", (64, 48), (90, 120, 60)).save(made[-1])
    return made


def states(rows: list[ExportRow]) -> list[str]:
    return [row.state for row in rows]


def test_one_bad_photo_is_a_row_with_its_reason(photos, tmp_path):
    (tmp_path / "bad.nef").write_bytes(b"no")
    items = [(photos[0], RECIPE), (tmp_path / "bad.nef", RECIPE), (tmp_path / "gone.jpg", RECIPE), (photos[1], RECIPE)]
    seen = []
    rows = export_many(items, ExportSettings(), lambda done, total, row: seen.append((done, total, row)))
    assert states(rows) == ["done", "failed", "failed", "done"]
    assert "bad.nef" in rows[1].reason and rows[1].hint
    assert [(done, total) for done, total, _ in seen] == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    assert [row for _, _, row in seen[1:]] == rows
    assert sorted(file.name for file in (tmp_path / "exported").iterdir()) == ["DSC_1.jpg", "DSC_2.jpg"]


def test_something_unexpected_is_a_row_too(photos, monkeypatch):
    from exposure_app.export import photo

    def explode(*_args, **_options):
        raise RuntimeError("no idea")

    monkeypatch.setattr(photo, "write_image", explode)
    (row,) = export_many([(photos[0], RECIPE)], ExportSettings())
    assert row.state == "failed" and "no idea" in row.reason


@pytest.mark.parametrize(
    ("existing", "expected", "names"),
    [
        ("skip", ["skipped", "done"], ["DSC_1.jpg", "DSC_2.jpg"]),
        ("overwrite", ["done", "done"], ["DSC_1.jpg", "DSC_2.jpg"]),
        ("rename", ["done", "done"], ["DSC_1 (2).jpg", "DSC_1.jpg", "DSC_2.jpg"]),
    ],
)
def test_what_happens_to_files_that_exist(photos, tmp_path, existing, expected, names):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "DSC_1.jpg").write_bytes(b"older")
    settings = ExportSettings(folder=str(folder), existing=existing)
    rows = export_many([(photo, RECIPE) for photo in photos[:2]], settings)
    assert states(rows) == expected
    assert sorted(file.name for file in folder.iterdir()) == names
    assert ((folder / "DSC_1.jpg").read_bytes() == b"older") == (existing != "overwrite")


@pytest.mark.parametrize("existing", ["skip", "overwrite", "rename"])
@pytest.mark.parametrize("link", ["none", "symlink", "hardlink"])
def test_no_output_ever_overwrites_an_input(photos, tmp_path, existing, link):
    before = {photo: photo.read_bytes() for photo in photos}
    folder = tmp_path
    if link != "none":
        folder = tmp_path / "linked"
        folder.mkdir()
        other = folder / "DSC_1.jpg"
        other.symlink_to(photos[0]) if link == "symlink" else other.hardlink_to(photos[0])
    settings = ExportSettings(folder=str(folder), existing=existing)
    rows = export_many([(photo, RECIPE) for photo in photos], settings)
    assert states(rows)[0] == {"skip": "skipped", "overwrite": "failed", "rename": "done"}[existing]
    assert {photo: photo.read_bytes() for photo in photos} == before


def test_a_single_export_refuses_its_own_input(photo):
    with pytest.raises(ExposureError, match="is the photo itself"):
        export_photo(photo, RECIPE, ExportSettings(), photo.parent / "." / photo.name)


@pytest.mark.parametrize("existing", ["skip", "overwrite", "rename"])
def test_two_photos_never_share_an_output(tmp_path, existing):
    photos = []
    for folder in ("a", "B"):
        (tmp_path / folder).mkdir()
        photos.append(tmp_path / folder / ("same.png" if folder == "a" else "SAME.png"))
        Image.new("RGB", (32, 32), (90, 120, 60)).save(photos[-1])
    settings = ExportSettings(folder=str(tmp_path / "out"), existing=existing)
    rows = export_many([(photo, RECIPE) for photo in photos], settings)
    assert states(rows) == ["done", "done"]
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["SAME (2).jpg", "same.jpg"]


def test_without_a_recipe_the_sidecar_or_the_neutral_recipe_is_taken(photos, tmp_path):
    write_sidecar(photos[0], RECIPE)
    settings = ExportSettings(pattern="{name} {style}")
    rows = export_many([(photos[0], None), (photos[1], None)], settings)
    assert [row.output.name for row in rows if row.output] == ["DSC_1 vivid.jpg", "DSC_2.jpg"]
    export_photo(photos[0], RECIPE, settings, tmp_path / "applied.jpg")
    assert rows[0].output is not None and rows[0].output.read_bytes() == (tmp_path / "applied.jpg").read_bytes()


def test_a_cancelled_export_leaves_nothing_half_done(photos, tmp_path):
    asked = []

    def stop_in_the_second() -> bool:
        asked.append(1)
        return len(asked) > 6

    rows = export_many([(photo, RECIPE) for photo in photos], ExportSettings(), should_stop=stop_in_the_second)
    assert states(rows) == ["done", "cancelled", "cancelled"]
    assert [file.name for file in (tmp_path / "exported").iterdir()] == ["DSC_1.jpg"]


def test_a_folder_that_cannot_be_made_is_said(photos, tmp_path):
    (tmp_path / "file").write_text("")
    (row,) = export_many([(photos[0], RECIPE)], ExportSettings(folder=str(tmp_path / "file" / "out")))
    assert row.state == "failed" and "Cannot make the folder" in row.reason


def test_settings_are_remembered_and_checked(tmp_path):
    store = Settings(tmp_path / "settings.json")
    assert ExportSettings.remembered(store) == ExportSettings()
    chosen = ExportSettings(
        format="tiff", bits=8, resize="edge", edge=900, sharpen="high", pattern="{n}", keep_gps=False
    )
    chosen.remember(store)
    assert ExportSettings.remembered(Settings(tmp_path / "settings.json")) == chosen
    store.set("export.pattern", "{broken")
    assert ExportSettings.remembered(store) == ExportSettings()
    for wrong in ({"quality": 0}, {"bits": 12}, {"format": "gif"}, {"pattern": "{x}"}, {"edge": 1.5}):
        with pytest.raises(ExposureError):
            ExportSettings(**wrong)
