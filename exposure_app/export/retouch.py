"""One photo from file to file: read, plan, render, write."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exposure_app.errors import ExposureError
from exposure_app.export.provenance import about
from exposure_app.image import Image, Pixels
from exposure_app.io.develop import Develop
from exposure_app.io.export import DEEP, FORMATS, SUFFIXES, Chroma, Format, write_image
from exposure_app.io.formats import read_image
from exposure_app.names import fitted
from exposure_app.pipeline.device import DeviceChoice
from exposure_app.pipeline.execute import Depth, render, warm_up
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.recipe import Neutral, Recipe, neutral_of, to_json

if TYPE_CHECKING:
    from exposure_app.agent.rollout import Trace
    from exposure_app.agent.style import Style


@dataclass(frozen=True)
class Options:
    """How a photo is read, rendered and written.

    Attributes:
        format: Of the output: PNG and TIFF have 16 bits a channel, the others 8.
        quality: Of a JPEG, WebP or AVIF, 1 to 100.
        chroma: Chroma subsampling of a JPEG or AVIF.
        develop: How photos are developed for whom nothing else was decided.
        device: Where to render.
    """

    format: Format = "jpg"
    quality: int = 92
    chroma: Chroma = "420"
    develop: Develop = field(default_factory=Develop)
    device: DeviceChoice = "auto"


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


def retouch_file(
    photo: Path,
    output: Path,
    style: "Future[Style]",
    *,
    seed: int = 0,
    amount: float = 1.0,
    options: Options | None = None,
) -> Result:
    """Let the agent retouch a photo. How a person has developed and cropped it stays.

    Args:
        photo: Any file that ``read_image`` opens.
        output: Where the finished picture goes; appears only when it is whole.
        style: The trained agent.
        seed: Of the agent's dropout; another seed may give another recipe.
        amount: 0 for the neutral rendering, 1 for the style, up to 2.
        options: See ``Options``.

    Raises:
        ExposureError: As ``read_image`` and ``write_image``.
    """
    options, watch = options or Options(), Stopwatch()
    with watch.stage("read"):
        geometry, develop = kept_inputs(photo, options.develop)
        image = read_image(photo, develop=develop)
    with watch.stage("plan"):
        recipe, trace = plan(image, style.result(), seed, geometry)
        recipe = replace(recipe, amount=amount, develop=develop)
    _finish(image, recipe, output, options, watch)
    return Result(photo, output, recipe, trace, watch.seconds, _remarks(image))


def apply_file(photo: Path, output: Path, recipe: Recipe, *, options: Options | None = None) -> Result:
    """Apply a given recipe to a photo, developed as it says; arguments and errors as ``retouch_file``."""
    options, watch = options or Options(), Stopwatch()
    with watch.stage("read"):
        image = read_image(photo, develop=recipe.develop)
    _finish(image, recipe, output, options, watch)
    return Result(photo, output, recipe, None, watch.seconds, _remarks(image))


def _remarks(image: Image) -> tuple[str, ...]:
    if image.light is None or not image.light.is_estimated:
        return ()
    found = image.light.light_of(image.light.as_shot)
    return (
        f"no white balance is stored: estimated from the picture, {found.temperature:.0f} K, tint {found.tint:+.0f}",
    )


@dataclass(frozen=True, eq=False)
class AgentInput:
    """All that planning needs to know of a photo.

    Attributes:
        proxy: What the agent looks at, see ``make_proxy``.
        grid: Where its pixels lie in the whole photo.
        neutral: What the photo looks like without edits.
        geometry: What of the photo is shown.
        develop: How the photo was developed.
    """

    proxy: Pixels
    grid: Grid
    neutral: Neutral
    geometry: Geometry
    develop: Develop = field(default_factory=Develop)


def prepare_input(image: Image, geometry: Geometry | None = None, develop: Develop | None = None) -> AgentInput:
    """Look at what the geometry shows of a photo, once for any number of plans: it takes longer than a plan does."""
    from exposure_app.pipeline.proxy import view
    from exposure_app.pipeline.resample import place

    geometry = geometry or Geometry()
    seen = view(place(image.pixels, geometry), Grid.of(geometry, image.size))
    return AgentInput(*seen, neutral_of(image), geometry, develop or Develop())


def plan(
    photo: Image | AgentInput, style: "Style", seed: int, geometry: Geometry | None = None
) -> "tuple[Recipe, Trace]":
    """The agent's recipe for a photo, knowing the photo's neutral exposure.

    The agent sees what the geometry shows, and its recipe has that geometry. Prepared input has its own.
    """
    from exposure_app.agent import rollout

    seen = photo if isinstance(photo, AgentInput) else prepare_input(photo, geometry)
    recipe, trace = rollout.retouch(seen.proxy, style, seed, grid=seen.grid)
    recipe = recipe.from_neutral(seen.neutral)
    return replace(recipe, geometry=seen.geometry, develop=seen.develop), trace


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


def output_paths(photos: list[Path], target: Path, format_: Format | None) -> tuple[list[Path], Format]:
    """Where each finished photo goes, and in which format.

    Args:
        photos: The inputs.
        target: A file name ending in a known picture format, for one photo; otherwise a folder.
        format_: The format asked for; None takes the file name's, or JPEG.

    Raises:
        ExposureError: A file name for several photos, or one that contradicts the format.
    """
    named = FORMATS.get(target.suffix.lower())
    if named is None or target.is_dir():
        chosen = format_ or "jpg"
        return [target / fitted(photo.stem, SUFFIXES[chosen]) for photo in photos], chosen
    if len(photos) > 1:
        raise ExposureError(f"{target} is one file, but there are {len(photos)} photos", "Name a folder.")
    if format_ is not None and format_ != named:
        raise ExposureError(f"{target.name} does not end like {format_}", "Change the name or the format.")
    return [target], named


def check_output(photo: Path, output: Path, taken: set[Path]) -> None:
    """Refuse an output that would overwrite the photo itself or the output of another photo of this run.

    Raises:
        ExposureError: It would.
    """
    resolved = output.resolve()
    if resolved == photo.resolve():
        raise ExposureError(f"{output} is the photo itself", "Choose another folder or name.")
    if resolved in taken:
        raise ExposureError(f"{photo} would overwrite the result of another photo, {output}", "Retouch it separately.")
    taken.add(resolved)


def kept_inputs(photo: Path, develop: Develop) -> tuple[Geometry, Develop]:
    """What comes before the steps: what a person has decided for a photo, which a retouch keeps, over what is given.

    Raises:
        ExposureError: The sidecar cannot be read.
    """
    from exposure_app.pipeline.sidecar import read_sidecar

    kept = read_sidecar(photo)
    return (kept.geometry, kept.develop.over(develop)) if kept else (Geometry(), develop)


def _finish(image: Image, recipe: Recipe, output: Path, options: Options, watch: Stopwatch) -> None:
    from exposure_app.pipeline.resample import place

    depth: Depth = 16 if options.format in DEEP else 8
    with watch.stage("render"):
        grid = Grid.of(recipe.geometry, image.size)
        codes = render(place(image.pixels, recipe.geometry), recipe, grid=grid, depth=depth, device=options.device)
    with watch.stage("write"):
        xmp = about(recipe, image.metadata)
        write_image(output, codes, image.metadata, quality=options.quality, chroma=options.chroma, xmp=xmp)
