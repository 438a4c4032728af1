"""Rendering: a recipe applied to an image of any size, on the GPU or on the CPU, tile by tile.

All filters look at one pixel at a time, so an image is just a row of pixels and a tile a piece of it; masks also need
to know which piece. No backend holds a second image in floating point: a tile goes from linear light to output codes
before the next one starts.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from exposure_app import filters
from exposure_app.errors import ExposureError
from exposure_app.image import Pixels
from exposure_app.jit import cores, jit
from exposure_app.pipeline import mask_blend
from exposure_app.pipeline.device import DeviceChoice, choose_device
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.mask import Field, Mask
from exposure_app.pipeline.recipe import Edit, Recipe

Depth = Literal[8, 16, 32]
Shortage = Literal["tiles", "cpu"]  # the graphics card's memory is short: smaller tiles, or the processor instead
Codes = NDArray[Any]  # uint8, uint16 or float32, by depth

CPU_TILE = 16_384  # pixels; three float32 planes of it stay in the second-level cache
CPU_SPAN = 1 << 20  # pixels a thread takes at once
GPU_TILE = 1 << 22
GPU_TILE_MIN = 1 << 16
DTYPES: dict[int, type[np.generic]] = {8: np.uint8, 16: np.uint16, 32: np.float32}
CODES = {8: 255.0, 16: 65535.0, 32: 1.0}

log = logging.getLogger(__name__)


def log_shortage(shortage: Shortage) -> None:
    """Note in the log that the graphics card was short of memory."""
    if shortage == "tiles":
        log.warning("The graphics card is short of memory; rendering in smaller tiles")
    else:
        log.warning("The graphics card is out of memory; the rest is rendered on the CPU")


class PixelOrigin(NamedTuple):
    """Which pixels of which array are rendered; only masks need to know.

    Attributes:
        grid: Where the array's pixels lie in the photo.
        columns: Pixels in a row of the array.
        first: Number of the first pixel, counted row by row.
    """

    grid: Grid
    columns: int
    first: int = 0


def render(
    pixels: Pixels,
    recipe: Recipe,
    *,
    grid: Grid | None = None,
    depth: Depth = 8,
    device: DeviceChoice = "auto",
    on_shortage: Callable[[Shortage], None] = log_shortage,
    top: float = 1.0,
) -> Codes:
    """Apply a recipe to an image.

    Args:
        pixels: float32, H x W x 3, linear light in sRGB primaries. Not changed.
        recipe: Its last step's output is taken as display-referred sRGB.
        grid: Where the pixels lie in the photo, for masks; None when they show all that the recipe's geometry shows.
        depth: 8 or 16 for whole codes, 32 for float.
        device: Where to compute. ``auto`` takes a GPU if there is one.
        on_shortage: Told when the GPU's memory does not suffice; the picture is rendered all the same.
        top: Where floats are clipped.

    Returns:
        H x W x 3 display-referred sRGB: uint8 0 to 255, uint16 0 to 65535, or float32 0 to ``top``; clipped, rounded.

    Raises:
        ExposureError: The device asked for is not there, or ``pixels`` has another shape or type.
    """
    source, site = _flat(pixels), _site(pixels, recipe.geometry, grid)
    target = np.empty(source.shape, DTYPES[depth])
    edits = recipe.edits()
    chosen = choose_device(device)
    if chosen == "cpu":
        _render_on_cpu(source, target, edits, site, top)
    else:
        _render_on_gpu(source, target, edits, site, chosen, on_shortage, top)
    return target.reshape(pixels.shape)


def mask_weights(pixels: Pixels, recipe: Recipe, index: int, *, grid: Grid | None = None) -> Pixels:
    """Where one of the recipe's steps works, whether it is enabled or not; computed on the CPU.

    Args:
        pixels: As in ``render``, and so are the errors.
        recipe: With the step.
        index: Of the step.
        grid: As in ``render``.

    Returns:
        float32, H x W, from 0 for nothing to 1 for the full effect.
    """
    source, site = _flat(pixels), _site(pixels, recipe.geometry, grid)
    weights = np.ones(pixels.shape[:2], np.float32)
    mask = recipe.steps[index].mask
    if mask is not None:
        flat, field = weights.reshape(-1), mask.field(site.grid)

        def weigh(planes: Pixels, start: int, stop: int) -> None:
            mask_blend.weigh(planes, field, start, site.columns, flat[start:stop])

        _each_tile(source, recipe.edits_before(index), site, weigh)
    return weights


def warm_up() -> None:
    """Compile the kernels, or load them from disk, so that the first picture does not wait for it."""
    pixels = np.full((1, 1, 3), 0.5, np.float32)
    edits = [Edit(filter_.id, filter_.neutral) for filter_ in filters.registry().values()]
    edits[0] = edits[0]._replace(mask=Mask("luminance"))
    for dtype in DTYPES.values():
        _render_on_cpu(pixels.reshape(-1), np.empty(3, dtype), edits, _site(pixels, Geometry(), None))


def _flat(pixels: Pixels) -> Pixels:
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.float32:
        raise ExposureError(f"Rendering wants float32 H x W x 3, not {pixels.dtype} {pixels.shape}")
    return np.ascontiguousarray(pixels).reshape(-1)


def _site(pixels: Pixels, geometry: Geometry, grid: Grid | None) -> PixelOrigin:
    rows, columns = pixels.shape[:2]
    return PixelOrigin(grid or Grid.guessed(geometry, columns, rows), columns)


def _render_on_cpu(source: Pixels, target: Codes, edits: Sequence[Edit], site: PixelOrigin, top: float = 1.0) -> None:
    scale, limit = np.float32(CODES[target.itemsize * 8]), np.float32(top)

    def store(planes: Pixels, start: int, stop: int) -> None:
        _store(*planes, scale, limit, target[3 * start : 3 * stop])

    _each_tile(source, edits, site, store)


def _each_tile(
    source: Pixels, edits: Sequence[Edit], site: PixelOrigin, finish: Callable[[Pixels, int, int], None]
) -> None:
    """Do the edits to all tiles, in several threads, and hand on each one's planes, its start and its stop."""
    count = source.size // 3
    chain = _cpu_chain(edits, site.grid)
    spans = [slice(start, min(start + CPU_SPAN, count)) for start in range(0, count, CPU_SPAN)]

    def render_span(span: slice) -> None:
        planes = np.empty((3, CPU_TILE), np.float32)
        spare = np.empty((4, CPU_TILE), np.float32)  # touched by masks only
        for start in range(span.start, span.stop, CPU_TILE):
            stop = min(start + CPU_TILE, span.stop)
            tile = planes[:, : stop - start]
            r, g, b = tile
            _load(source[3 * start : 3 * stop], r, g, b)
            for kernel, values, field in chain:
                if field is None:
                    kernel(r, g, b, values)
                    continue
                before, weights = spare[:3, : stop - start], spare[3, : stop - start]
                before[:] = tile
                mask_blend.weigh(before, field, site.first + start, site.columns, weights)
                kernel(r, g, b, values)
                mask_blend.mix(before, tile, weights)
            finish(tile, start, stop)

    if len(spans) <= 1:
        for span in spans:
            render_span(span)
        return
    with ThreadPoolExecutor(cores()) as pool:
        list(pool.map(render_span, spans))


def _cpu_chain(
    edits: Sequence[Edit], grid: Grid
) -> list[tuple[Callable[..., None], NDArray[np.float32], Field | None]]:
    chain = []
    for filter_id, params, mask in edits:
        filter_ = filters.get(filter_id)
        kernel: Callable[..., None] | None = type(filter_).kernel
        field = None if mask is None else mask.field(grid)
        chain.append((kernel or _array_kernel(filter_), filter_.pack(params), field))
    return chain


def _array_kernel(filter_: filters.Filter) -> Callable[..., None]:
    """A filter without a compiled kernel runs in its numpy form, tile by tile all the same."""

    def run(r: Pixels, g: Pixels, b: Pixels, values: Pixels) -> None:
        r[:], g[:], b[:] = filter_.apply_array(np.stack([r, g, b])[:, None], values)[:, 0]

    return run


@jit
def _load(source: Any, r: Any, g: Any, b: Any) -> None:
    for i in range(r.size):
        r[i] = source[3 * i]
        g[i] = source[3 * i + 1]
        b[i] = source[3 * i + 2]


@jit
def _store(r: Any, g: Any, b: Any, scale: Any, top: Any, target: Any) -> None:
    half = np.float32(0.5) if scale > 1 else np.float32(0)  # whole codes are rounded, floats are not
    zero = np.float32(0)
    for i in range(r.size):
        target[3 * i] = min(max(r[i], zero), top) * scale + half
        target[3 * i + 1] = min(max(g[i], zero), top) * scale + half
        target[3 * i + 2] = min(max(b[i], zero), top) * scale + half


def _render_on_gpu(
    source: Pixels,
    target: Codes,
    edits: Sequence[Edit],
    site: PixelOrigin,
    device: str,
    on_shortage: Callable[[Shortage], None] = log_shortage,
    top: float = 1.0,
) -> None:
    import torch

    count = source.size // 3
    chain = []
    for filter_id, params, mask in edits:
        filter_ = filters.get(filter_id)
        values = torch.from_numpy(filter_.pack(params)).to(device)
        chain.append((filter_, values, None if mask is None else mask.field(site.grid)))
    start, tile = 0, GPU_TILE
    while start < count:
        stop = min(start + tile, count)
        try:
            here = site._replace(first=site.first + start)
            target[3 * start : 3 * stop] = _gpu_codes(
                source[3 * start : 3 * stop], chain, target.dtype, here, device, top
            )
            start = stop
        except RuntimeError as error:
            if not _is_out_of_memory(error):
                raise
            tile //= 2
            if tile < GPU_TILE_MIN:
                on_shortage("cpu")
                rest = site._replace(first=site.first + start)
                _render_on_cpu(source[3 * start :], target[3 * start :], edits, rest, top)
                return
            on_shortage("tiles")


def _is_out_of_memory(error: RuntimeError) -> bool:
    import torch

    return isinstance(error, torch.OutOfMemoryError) or "out of memory" in str(error)  # Metal has no class for it


def _gpu_codes(
    source: Pixels,
    chain: Sequence[tuple[filters.Filter, Any, Field | None]],
    dtype: np.dtype[Any],
    site: PixelOrigin,
    device: str,
    top: float = 1.0,
) -> Codes:
    """Output codes, flat, of a tile of pixels, flat."""
    import torch

    with torch.inference_mode():
        rgb = torch.from_numpy(source).to(device).reshape(-1, 1, 3).permute(2, 1, 0)
        column = row = torch.empty(0)
        if any(field is not None for _, _, field in chain):
            number = torch.arange(site.first, site.first + rgb.shape[-1], device=device)
            row, column = (number // site.columns).float(), (number % site.columns).float()
        for filter_, values, field in chain:
            after = filter_.apply(rgb, values)
            rgb = after if field is None else rgb.lerp(after, mask_blend.weigh_array(rgb, field, column, row))
        codes = rgb.clamp(0, top).permute(2, 1, 0).reshape(-1) * CODES[dtype.itemsize * 8]
        if dtype == np.float32:
            return codes.cpu().numpy()
        if dtype == np.uint8:  # a quarter of the way back over the bus
            return (codes + 0.5).to(torch.uint8).cpu().numpy()
        return (codes + 0.5).to(torch.int32).cpu().numpy().astype(dtype)
