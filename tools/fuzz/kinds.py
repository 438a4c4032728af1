"""The kinds of files that come from outside, real ones of each, and what the program does with them."""

import contextlib
import io
import json
import random
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage

from exposure_app import paths
from exposure_app.errors import ExposureError
from exposure_app.pipeline.recipe import Recipe, Step, dumps
from tools.fuzz.mutate import damaged, damaged_text, reshaped

Seeds = dict[str, bytes]  # content by file name


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    Attributes:
        name: What it is.
        seeds: Real files.
        read: What is done with one; it may raise ``ExposureError``.
        is_text: Whether it is JSON, whose values are changed.
    """

    name: str
    seeds: Callable[[], Seeds]
    read: Callable[[Path], object]
    is_text: bool = False

    def changed(self, chance: random.Random) -> tuple[str, bytes]:
        """A file's name and what has become of it."""
        seeds = _kept.setdefault(self.name, self.seeds())
        name = chance.choice(sorted(seeds))
        content = seeds[name]
        if not self.is_text:
            return name, damaged(content, chance)
        if chance.random() < 0.2 and not name.endswith("jsonl"):
            content = json.dumps(reshaped(json.loads(content), chance)).encode()
        return name, damaged_text(content.decode(), chance)

    def attempt(self, path: Path) -> None:
        """Read a file; being told in a sentence what is wrong with it is as good as reading it."""
        with contextlib.suppress(ExposureError):
            self.read(path)


_kept: dict[str, Seeds] = {}
RECIPE = Recipe(
    (
        Step("exposure", {"ev": 0.5}, name="lift"),
        Step("gamma", {"gamma": 0.45}, amount=0.5),
    ),
    amount=0.8,
    style="vivid",
    seed=3,
)


# --- photos -----------------------------------------------------------------------------------------------------------


def _encoded(picture: PillowImage.Image, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def _photos() -> Seeds:
    import tifffile

    from exposure_app.io.icc import srgb_profile
    from exposure_app.io.xmp import make_packet

    pixels = np.random.default_rng(0).integers(0, 255, (24, 36, 3), np.uint8)
    picture = PillowImage.fromarray(pixels).resize((96, 64))
    exif = PillowImage.Exif()
    exif[271], exif[272], exif[306] = "Maker", "Model", "2024:05:06 07:08:09"
    packet = make_packet(b"", tool="fuzz", source="digitalCapture", recipe=dumps(RECIPE))
    said = {"exif": exif.tobytes(), "icc_profile": srgb_profile(), "xmp": packet}
    deep = np.asarray(picture).astype(np.uint16) * 257
    seeds = {
        "a.jpg": _encoded(picture, "JPEG", **said),
        "b.jpg": _encoded(picture, "JPEG", progressive=True, **said),
        "grey.jpg": _encoded(picture.convert("L"), "JPEG"),
        "inks.jpg": _encoded(picture.convert("CMYK"), "JPEG"),
        "a.png": _encoded(picture, "PNG", icc_profile=srgb_profile(), exif=exif.tobytes()),
        "alpha.png": _encoded(picture.convert("RGBA"), "PNG"),
        "palette.png": _encoded(picture.convert("P"), "PNG"),
        "a.webp": _encoded(picture, "WEBP", **said),
        "a.avif": _encoded(picture, "AVIF", **said),
    }
    for name, array, options in (
        ("a.tif", np.asarray(picture), {"compression": "deflate"}),
        ("lzw.tif", np.asarray(picture), {"compression": "lzw"}),
        ("deep.tif", deep, {}),
        ("float.tif", deep.astype(np.float32) / 65535, {}),
    ):
        stream = io.BytesIO()
        tifffile.imwrite(stream, array, photometric="rgb", **options)
        seeds[name] = stream.getvalue()
    return seeds


def _raws() -> Seeds:
    from tests.helpers.shared import DATA

    named = ("kodak_dc50_1.kdc", "lossy_linear_eos6d.dng", "nikon_crop768_1.dng", "kodak_dc120_3908.kdc")
    found = [DATA / "raw" / name for name in named]
    return {"sample.dng": (paths.resources_dir() / "sample.dng").read_bytes()} | {
        path.name: path.read_bytes() for path in found if path.is_file()
    }


def _read_photo(path: Path) -> None:
    from exposure_app.documents.thumbnails import make_thumbnail
    from exposure_app.export.naming import date_taken
    from exposure_app.interop.import_look import read_look
    from exposure_app.io.formats import read_image

    date_taken(path)
    with contextlib.suppress(ExposureError):
        make_thumbnail(path)
    with contextlib.suppress(ExposureError):
        read_look(path)
    read_image(path)


def _read_raw(path: Path) -> None:
    from exposure_app.documents.thumbnails import make_thumbnail
    from exposure_app.export.naming import date_taken
    from exposure_app.io.formats import read_image

    date_taken(path)
    with contextlib.suppress(ExposureError):
        make_thumbnail(path)
    read_image(path)


# --- recipes and sidecars ---------------------------------------------------------------------------------------------


def _recipes() -> Seeds:
    from exposure_app.io.develop import Develop
    from exposure_app.pipeline.geometry import Geometry, Rect
    from exposure_app.pipeline.mask import Mask

    masked = Recipe(
        (Step("exposure", {"ev": 1.0}, mask=Mask("radial", {"x": 0.1})), Step("gamma", {"gamma": 0.5})),
        geometry=Geometry(1, True, 5.0, Rect(0.1, 0.1, 0.9, 0.8)),
        develop=Develop("custom", 5000.0, 3.0),
    )
    return {"a.json": dumps(RECIPE).encode(), "b.json": dumps(masked).encode()}


def _read_recipe(path: Path) -> None:
    from exposure_app.interop.codegen import to_python
    from exposure_app.interop.glsl import to_glsl
    from exposure_app.pipeline.recipe import read_recipe

    recipe = read_recipe(path)
    recipe.describe()
    compile(to_python(recipe), "recipe", "exec")
    to_glsl(recipe)


def _read_sidecar(path: Path) -> None:
    from exposure_app.pipeline.sidecar import read_sidecar, sidecar_path, write_sidecar

    photo = path.with_name("photo.jpg")
    path.replace(sidecar_path(photo))
    if read_sidecar(photo) is None:
        write_sidecar(photo, RECIPE)


# --- the program's own files ------------------------------------------------------------------------------------------


def _settings() -> Seeds:
    values = {"retouch.style": "vivid", "export.quality": 80, "window.open": True, "export.pattern": "{name}"}
    return {"settings.json": json.dumps({"format": "exposure-settings", "version": 1, "values": values}).encode()}


def _read_settings(path: Path) -> None:
    from exposure_app.settings import SETTINGS, Settings

    settings = Settings(path)
    for setting in SETTINGS:
        settings.get(setting.key)
    settings.set("export.quality", 70)


def _lists() -> Seeds:
    marks = {"format": "exposure-ratings", "version": 1, "photos": {"a.jpg": {"rating": 3, "flag": "pick"}}}
    return {
        "exposure-ratings.json": json.dumps(marks).encode(),
        "session.json": json.dumps({"photos": ["/a.jpg"], "current": "/a.jpg", "closed": True}).encode(),
        "recent.json": json.dumps({"photos": ["/a.jpg"]}).encode(),
        "batches.json": json.dumps({"/out": "0" * 64}).encode(),
        "study.json": json.dumps({"format": "exposure-study", "version": 1, "steps": 5, "photos": ["/a.jpg"]}).encode(),
    }


def _read_list(path: Path) -> None:
    from exposure_app.batch import unfinished
    from exposure_app.documents import workspace
    from exposure_app.documents.library import Library
    from exposure_app.study.store import read_study

    config = paths.user_config_dir()
    config.mkdir(parents=True, exist_ok=True)
    if path.name == "study.json":
        read_study(path.parent)
    elif path.name == "exposure-ratings.json":
        library = Library()
        library.open([path.with_name("a.jpg")])
        library.set_rating([path.with_name("a.jpg")], 2)
    else:
        path.replace(config / path.name)
        workspace.read_open_photos()
        workspace.read_recent()
        workspace.add_recent(path)
        unfinished.remembered()


def _histories() -> Seeds:
    from exposure_app.documents.document import fresh_state
    from exposure_app.documents.history import History, history_to_json

    return {"history.json": json.dumps(history_to_json(Path("a.jpg"), History(fresh_state(RECIPE), RECIPE))).encode()}


def _read_history(path: Path) -> None:
    from exposure_app.documents.document_store import _read_history as read

    read(path)


# --- styles, journals, looks ------------------------------------------------------------------------------------------


def _styles() -> Seeds:
    from exposure_app.agent.style import NetConfig, new_style, save_style

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tiny.safetensors"
        save_style(path, new_style("tiny", NetConfig(channels=1, hidden=4)))
        return {path.name: path.read_bytes()}


def _read_style(path: Path) -> None:
    from exposure_app.agent.header import copy_style, read_header
    from exposure_app.agent.style import load_style
    from exposure_app.styles.card import style_card

    style_card(read_header(path))
    copy_style(path, path.with_name("copy.safetensors"))
    load_style(path)


def _journals() -> Seeds:
    from exposure_app.batch.models import BatchItem, BatchSpec, ItemResult

    order = {"format": "exposure-batch", "version": 1, "order": BatchSpec(recipe=RECIPE).to_json()}
    jobs = [BatchItem(number, f"HERE/in/{number}.jpg", f"HERE/out/{number}.jpg") for number in (1, 2)]
    row = ItemResult(1, jobs[0].photo, "done", jobs[0].output, stamp=(1, 2), size=3, seconds={"read": 0.1})
    lines = [order, *({"job": job.to_json()} for job in jobs), {"row": row.to_json()}]
    return {"journal.jsonl": "".join(json.dumps(line) + "\n" for line in lines).encode()}


def _read_journal(path: Path) -> None:
    from exposure_app.batch.batch import make_batch
    from exposure_app.batch.journal import FOLDER, Journal
    from exposure_app.batch.models import BatchSpec

    here = path.parent
    (here / "in").mkdir()
    (here / "out" / FOLDER).mkdir(parents=True)
    for number in (1, 2):
        (here / "in" / f"{number}.jpg").write_bytes(b"x")
    content = path.read_bytes().replace(b"HERE", str(here).encode())
    (here / "out" / FOLDER / "journal.jsonl").write_bytes(content)
    path.unlink()
    order = BatchSpec(recipe=RECIPE)
    make_batch([here / "in"], here / "out", order)
    batch = make_batch([here / "in"], here / "out", order, resume=True)
    assert all(not job.output or Path(job.output).parent == here / "out" for job in batch.jobs), batch.jobs
    with Journal(here / "out") as journal:
        journal.begin(order, batch.jobs, list(batch.rows.values()))


def _looks() -> Seeds:
    from exposure_app.interop import camera_raw, darktable, pp3
    from exposure_app.interop.hald import grid_size, write_hald
    from exposure_app.interop.lut import bake, cube_text
    from exposure_app.pipeline.geometry import Geometry

    with tempfile.TemporaryDirectory() as folder:
        write_hald(Path(folder) / "hald.png", bake(RECIPE, grid_size(4)))
        hald = (Path(folder) / "hald.png").read_bytes()
    cube, linear = (cube_text(bake(RECIPE, 5, encoding)) for encoding in ("srgb", "linear"))
    return {
        "a.cube": cube.encode(),
        "linear.cube": linear.encode(),
        "a.pp3": pp3.pp3_text(Path("look.png"), Geometry(), (96, 64), False).encode(),
        "a.darktable.xmp": darktable.darktable_text("a.cube").encode(),
        "a.xmp": camera_raw.write_packet(camera_raw.CameraRaw()),
        "hald.png": hald,
    }


def _read_look(path: Path) -> None:
    from exposure_app.interop import camera_raw, darktable, pp3
    from exposure_app.interop.import_look import read_look
    from exposure_app.io.xmp import embedded_recipe, make_packet

    if path.suffix == ".pp3":
        pp3.clut_of(path)
    elif path.name.endswith(".darktable.xmp"):
        darktable.cube_of(path)
    elif path.suffix == ".xmp":
        packet = path.read_bytes()
        embedded_recipe(packet)
        make_packet(packet, tool="fuzz", source="digitalCapture")
        with contextlib.suppress(ExposureError):
            camera_raw.read_packet(packet)
        camera_raw.write_packet(camera_raw.CameraRaw(), packet)
    else:
        read_look(path)


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("recipe", _recipes, _read_recipe, is_text=True),
        Kind("sidecar", _recipes, _read_sidecar, is_text=True),
        Kind("journal", _journals, _read_journal, is_text=True),
        Kind("settings", _settings, _read_settings, is_text=True),
        Kind("lists", _lists, _read_list, is_text=True),
        Kind("history", _histories, _read_history, is_text=True),
        Kind("look", _looks, _read_look),
        Kind("style", _styles, _read_style),
        Kind("photo", _photos, _read_photo),
        Kind("raw", _raws, _read_raw),
    )
}
