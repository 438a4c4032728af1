"""One photo from file to file: opened, retouched or given a recipe, rendered, written."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exposure_app.errors import ExposureError
from exposure_app.export.provenance import about
from exposure_app.export.settings import ExportSettings
from exposure_app.image import Image
from exposure_app.io.develop import Develop
from exposure_app.io.export import write_image
from exposure_app.io.spaces import profile_of
from exposure_app.pipeline.device import DeviceChoice
from exposure_app.pipeline.execute import Codes, render, warm_up
from exposure_app.pipeline.photo import Photo, open_photo
from exposure_app.pipeline.recipe import Recipe, neutral_recipe, to_json
from exposure_app.pipeline.sidecar import read_sidecar

if TYPE_CHECKING:
    from exposure_app.agent.rollout import Trace
    from exposure_app.agent.style import Style


@dataclass(frozen=True)
class Result:
    """One finished photo.

    Attributes:
        input: The photo.
        output: The finished picture.
        recipe: What was done.
        trace: What the agent thought; None for a recipe that was given.
        seconds: Wall time by stage.
        remarks: What the reader of the photo had to guess, as sentences.
    """

    input: Path
    output: Path
    recipe: Recipe
    trace: "Trace | None" = None
    seconds: dict[str, float] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The result as plain JSON data."""
        return {
            "input": str(self.input),
            "output": str(self.output),
            "style": self.recipe.style,
            "seed": self.recipe.seed,
            "recipe": to_json(self.recipe),
            "trace": self.trace.to_json() if self.trace else None,
            "seconds": {stage: round(seconds, 4) for stage, seconds in self.seconds.items()},
            **({"remarks": list(self.remarks)} if self.remarks else {}),
        }


class Stopwatch:
    """Wall time by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage."""
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start


def retouch_photo(
    path: Path,
    style: "Future[Style]",
    settings: ExportSettings,
    output: Path,
    *,
    seed: int = 0,
    amount: float = 1.0,
    develop: Develop | None = None,
    device: DeviceChoice = "auto",
) -> Result:
    """Let the agent retouch a photo. How a person has developed and cropped it stays.

    Args:
        path: Any file that ``read_image`` opens.
        style: The trained agent.
        settings: As in ``export_photo``, and so are ``output`` and ``device``.
        output: Likewise.
        seed: Of the agent's dropout; another seed may give another recipe.
        amount: 0 for the neutral rendering, 1 for the style, up to 2.
        develop: How the photo is developed where nothing else was decided.
        device: Likewise.

    Raises:
        ExposureError: As ``export_photo``.
    """
    from exposure_app.agent.rollout import propose

    watch = Stopwatch()
    with watch.stage("read"):
        photo = open_photo(path, read_sidecar(path), develop, wide=settings.is_wide)
    with watch.stage("plan"):
        recipe, trace = propose(photo, style.result(), seed, amount)
    _finish(photo, recipe, settings, output, device, watch)
    return Result(path, output, recipe, trace, watch.seconds, _remarks(photo.image))


def export_photo(
    path: Path,
    recipe: Recipe | None,
    settings: ExportSettings,
    output: Path,
    *,
    device: DeviceChoice = "auto",
    check: Callable[[], None] = lambda: None,
) -> Result:
    """Read, render and write one photo, developed and placed as its recipe says.

    Args:
        path: Any file that ``read_image`` opens.
        recipe: What to do; None takes the photo's sidecar or, without one, what the editor would start with.
        settings: What the file shall be like; its folder, pattern and policy are not looked at here.
        output: The file; it appears only when it is whole.
        device: Where to render.
        check: Called between the stages; what it raises ends the export.

    Raises:
        ExposureError: The photo cannot be read or the file not be written, or both are the same file.
    """
    from exposure_app.documents.document_store import starting_develop  # a retouch does without

    if output.resolve() == path.resolve() or (output.exists() and output.samefile(path)):
        raise ExposureError(f"{output} is the photo itself", "Choose another folder or file name.")
    check()
    watch = Stopwatch()
    with watch.stage("read"):
        recipe = recipe or read_sidecar(path)
        photo = open_photo(path, recipe, None if recipe else starting_develop(path), wide=settings.is_wide)
    check()
    recipe = recipe or replace(neutral_recipe(photo.image), develop=photo.develop)
    _finish(photo, recipe, settings, output, device, watch, check)
    return Result(path, output, recipe, None, watch.seconds, _remarks(photo.image))


def _finish(
    photo: Photo,
    recipe: Recipe,
    settings: ExportSettings,
    output: Path,
    device: DeviceChoice,
    watch: Stopwatch,
    check: Callable[[], None] = lambda: None,
) -> None:
    with watch.stage("render"):
        codes = render_photo(photo, recipe, settings, device=device, check=check)
    check()
    with watch.stage("write"):
        write_picture(output, codes, photo, recipe, settings)


def render_photo(
    photo: Photo,
    recipe: Recipe,
    settings: ExportSettings,
    *,
    device: DeviceChoice = "auto",
    check: Callable[[], None] = lambda: None,
) -> Codes:
    """The finished picture of a photo.

    Args:
        photo: Developed and placed as the recipe says, with colours outside of sRGB if the settings are wide.
        recipe: What to do.
        settings: As in ``export_photo``, and so are the others.
        device: Likewise.
        check: Likewise.

    Returns:
        uint8 or uint16, height x width x 3, display-referred in the colour space of the settings.
    """
    image, size = photo.placed, photo.placed.size
    if settings.resize != "none":
        from exposure_app.export.pixels import target_size

        size = target_size(size, settings.resize, settings.edge, settings.megapixels)
    if size == image.size and settings.sharpen == "none" and not settings.is_wide:
        return render(image.pixels, recipe, grid=photo.grid, depth=settings.depth, device=device)
    from exposure_app.export.pixels import finish
    from exposure_app.pipeline.beyond import render_light

    if image.beyond is None or not settings.is_wide:
        picture = render(image.pixels, recipe, grid=photo.grid, depth=16, device=device)
    else:
        picture = render_light(image, recipe, grid=photo.grid, device=device)
    check()
    return finish(picture, size, space=settings.color_profile, sharpen=settings.sharpen, depth=settings.depth)


def write_picture(output: Path, codes: Codes, photo: Photo, recipe: Recipe, settings: ExportSettings) -> None:
    """Write what ``render_photo`` gave, with what it may tell about the photo.

    Raises:
        ExposureError: The file cannot be written.
    """
    metadata = photo.image.metadata
    write_image(
        output,
        codes,
        metadata,
        quality=settings.quality,
        chroma=settings.chroma,
        keep_exif=settings.keep_exif,
        keep_gps=settings.keep_gps,
        icc=profile_of(settings.color_profile),
        xmp=about(recipe, metadata, settings.keep_exif, settings.keep_gps, settings.embed_recipe),
    )


def load_in_background(style: str, digest: str = "") -> "Future[Style]":
    """Load a style and the kernels while the first photo is being read; arguments as ``load_style``.

    Raises:
        ExposureError: There is no such style. That it is damaged is known only later, from the result.
    """
    from exposure_app.agent.header import find_style

    find_style(style)

    def load() -> "Style":
        from exposure_app.agent.style import load_style

        loaded = load_style(style, digest)
        warm_up()
        return loaded

    pool = ThreadPoolExecutor(1, thread_name_prefix="load")
    future = pool.submit(load)
    pool.shutdown(wait=False)
    return future


def _remarks(image: Image) -> tuple[str, ...]:
    if image.light is None or not image.light.is_estimated:
        return ()
    found = image.light.light_of(image.light.as_shot)
    return (
        f"no white balance is stored: estimated from the picture, {found.temperature:.0f} K, tint {found.tint:+.0f}",
    )
