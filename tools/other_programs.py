"""Open looks in RawTherapee and darktable, and say how far their pictures are from ours (CIEDE2000).

    python -m tools.other_programs [--style vivid] [PHOTO...]

Without photos the sample is taken. Errors are counted on areas of a small picture: the programs develop sensor data
their own way, and fine detail is not in question. "Without" is what the program makes of the photo on its own.
"""

import argparse
import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from exposure_app.agent.rollout import propose
from exposure_app.agent.style import load_style
from exposure_app.image import Metadata, Pixels
from exposure_app.interop.export_look import export_look, look_of, rungs_named
from exposure_app.io.export import write_image
from exposure_app.io.formats import read_image
from exposure_app.io.transfer import linear_to_srgb, srgb_to_linear
from exposure_app.pipeline.color_difference import DeltaE
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.photo import Photo
from exposure_app.pipeline.proxy import area_resize
from exposure_app.pipeline.recipe import Recipe

SAMPLE = Path(__file__).resolve().parents[1] / "resources" / "sample.dng"
RAWTHERAPEE, DARKTABLE = "rawtherapee-cli", "darktable-cli"
SECONDS = 300
SIDE = 256  # longer side of what is compared, px


@dataclass(frozen=True)
class Case:
    """A form of a look and the program that opens it.

    Attributes:
        program: The command.
        look_format: The form, an id of ``interop.look_formats``.
    """

    program: str
    look_format: str


CASES = (Case(RAWTHERAPEE, "pp3"), Case(RAWTHERAPEE, "xmp"), Case(DARKTABLE, "darktable"), Case(DARKTABLE, "xmp"))


def exported(photo: Path, recipe: Recipe, look_format: str, folder: Path) -> Path:
    """The main file of a look's form."""
    return export_look(look_of(recipe, read_image(photo), photo), rungs_named([look_format]), folder)[0].files[0]


def rawtherapee(photo: Path, profile: Path | None, folder: Path) -> Pixels:
    """What RawTherapee shows of a photo with a profile, or on its own: linear light. Files go to a folder."""
    home = {name: str(folder) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
    chosen = ["-p", profile] if profile else ["-d"]
    options = ["-q", "-o", folder / "out.tif", "-t", "-b16", "-Y", *chosen, "-c", photo]
    subprocess.run([RAWTHERAPEE, *options], check=True, capture_output=True, timeout=SECONDS, env=home)
    return read_image(folder / "out.tif").pixels


def darktable(photo: Path, sidecar: Path | None, folder: Path) -> Pixels:
    """What darktable shows of a photo with a sidecar of its own kind, or with what lies beside it: linear light."""
    core = ["--core", "--configdir", folder / "config", "--cachedir", folder / "cache", "--library", ":memory:"]
    core += ["--disable-opencl", "--conf", "plugins/imageio/format/tiff/bpp=16"]
    if sidecar:
        core += ["--conf", f"plugins/darkroom/lut3d/def_path={sidecar.parent}"]
    options = [photo, *([sidecar] if sidecar else []), folder / "out.tif", "--icc-type", "SRGB", *core]
    subprocess.run([DARKTABLE, *options], check=True, capture_output=True, timeout=SECONDS)
    return read_image(folder / "out.tif").pixels


def shown(photo: Path, recipe: Recipe, case: Case, folder: Path, *, with_file: bool) -> Pixels:
    """What a program makes of a copy of a photo with, or without, the form of a look that is for it."""
    folder.mkdir()
    copy = shutil.copy(photo, folder / photo.name)
    file = exported(copy, recipe, case.look_format, folder) if with_file else None
    own = file if case.look_format != "xmp" else None  # Adobe's lies beside the photo
    return (rawtherapee if case.program == RAWTHERAPEE else darktable)(copy, own, folder)


def difference(theirs: Pixels, ours: Pixels) -> DeltaE:
    """Between two pictures, linear light, of which one may lack some border."""
    height, width = (min(sizes) for sizes in zip(theirs.shape[:2], ours.shape[:2], strict=True))
    scale = SIDE / max(height, width)
    small = [
        linear_to_srgb(area_resize(_middle(pixels, height, width), round(scale * height), round(scale * width)))
        for pixels in (theirs, ours)
    ]
    return DeltaE.between(*(pixels.clip(0, 1) for pixels in small))


def _middle(pixels: Pixels, height: int, width: int) -> Pixels:
    top, left = (pixels.shape[0] - height) // 2, (pixels.shape[1] - width) // 2
    return pixels[top : top + height, left : left + width]


def report(photo: Path, style: str, folder: Path) -> None:
    """Print a row for each form: on the photo, and on its finished picture as a TIFF, where only the look counts."""
    image = read_image(photo)
    recipe = propose(Photo(image), load_style(style), 0)[0]
    finished = folder / "finished.tif"
    write_image(finished, np.rint(linear_to_srgb(image.pixels).clip(0, 1) * 65535).astype(np.uint16), Metadata())
    print(f"{photo.name}, style {style}")
    for case in CASES:
        if not shutil.which(case.program):
            print(f"  {case.program}: not installed")
            continue
        for kind, source in (("photo", photo), ("TIFF", finished)):
            ours = srgb_to_linear(render(read_image(source).pixels, recipe, depth=32))
            for with_file in (True, False):
                place = Path(tempfile.mkdtemp(dir=folder)) / "run"
                found: DeltaE | str = "cannot open the photo"
                with contextlib.suppress(subprocess.CalledProcessError):
                    found = difference(shown(source, recipe, case, place, with_file=with_file), ours)
                words = case.look_format if with_file else "without"
                print(f"  {case.program:16} {kind:6} {words:10} {found}", flush=True)
                shutil.rmtree(place)


def main(arguments: Sequence[str] | None = None) -> None:
    """Report on photos."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("photos", nargs="*", type=Path, default=[SAMPLE])
    parser.add_argument("--style", default="vivid")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="exposure-programs-") as folder:
        for photo in chosen.photos:
            report(photo, chosen.style, Path(folder))


if __name__ == "__main__":
    main()
