"""Rendering: a recipe applied to an image of any size, on the GPU or on the CPU, tile by tile.

All filters look at one pixel at a time, so an image is just a row of pixels and a tile a piece of it. No backend holds
a second image in floating point: a tile goes from linear light to output codes before the next one starts.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from exposure_app import filters
from exposure_app.errors import ExposureError
from exposure_app.image import Pixels
from exposure_app.jit import cores, jit
from exposure_app.pipeline.device import DeviceChoice, choose_device
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


def render(
    pixels: Pixels,
    recipe: Recipe,
    *,
    depth: Depth = 8,
    device: DeviceChoice = "auto",
    on_shortage: Callable[[Shortage], None] = log_shortage,
) -> Codes:
    """Apply a recipe to an image.

    Args:
        pixels: float32, H x W x 3, linear light in sRGB primaries. Not changed.
        recipe: Its last step's output is taken as display-referred sRGB.
        depth: 8 or 16 for whole codes, 32 for float.
        device: Where to compute. ``auto`` takes a GPU if there is one.
        on_shortage: Told when the GPU's memory does not suffice; the picture is rendered all the same.

    Returns:
        H x W x 3 display-referred sRGB: uint8 0 to 255, uint16 0 to 65535, or float32 0 to 1; clipped and rounded.

    Raises:
        ExposureError: The device asked for is not there, or ``pixels`` has another shape or type.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.float32:
        raise ExposureError(f"Rendering wants float32 H x W x 3, not {pixels.dtype} {pixels.shape}")
    source = np.ascontiguousarray(pixels).reshape(-1)
    target = np.empty(source.shape, DTYPES[depth])
    edits = recipe.edits()
    chosen = choose_device(device)
    if chosen == "cpu":
        _render_on_cpu(source, target, edits)
    else:
        _render_on_gpu(source, target, edits, chosen, on_shortage)
    return target.reshape(pixels.shape)


def warm_up() -> None:
    """Compile the kernels, or load them from disk, so that the first picture does not wait for it."""
    pixels = np.full((1, 1, 3), 0.5, np.float32)
    steps = [(filter_.id, filter_.neutral) for filter_ in filters.registry().values()]
    for dtype in DTYPES.values():
        _render_on_cpu(pixels.reshape(-1), np.empty(3, dtype), steps)


def _render_on_cpu(source: Pixels, target: Codes, edits: Sequence[Edit]) -> None:
    count = source.size // 3
    chain = _cpu_chain(edits)
    scale = np.float32(CODES[target.itemsize * 8])
    spans = [slice(start, min(start + CPU_SPAN, count)) for start in range(0, count, CPU_SPAN)]

    def render_span(span: slice) -> None:
        planes = np.empty((3, CPU_TILE), np.float32)
        for start in range(span.start, span.stop, CPU_TILE):
            stop = min(start + CPU_TILE, span.stop)
            r, g, b = planes[:, : stop - start]
            _load(source[3 * start : 3 * stop], r, g, b)
            for kernel, values in chain:
                kernel(r, g, b, values)
            _store(r, g, b, scale, target[3 * start : 3 * stop])

    if len(spans) <= 1:
        for span in spans:
            render_span(span)
        return
    with ThreadPoolExecutor(cores()) as pool:
        list(pool.map(render_span, spans))


def _cpu_chain(edits: Sequence[Edit]) -> list[tuple[Callable[..., None], NDArray[np.float32]]]:
    chain = []
    for filter_id, params in edits:
        filter_ = filters.get(filter_id)
        kernel: Callable[..., None] | None = type(filter_).kernel
        chain.append((kernel or _torch_kernel(filter_), filter_.pack(params)))
    return chain


def _torch_kernel(filter_: filters.Filter) -> Callable[..., None]:
    """A filter without a compiled kernel runs in its torch form, tile by tile all the same."""
    import torch

    def run(r: Pixels, g: Pixels, b: Pixels, values: Pixels) -> None:
        rgb = torch.from_numpy(np.stack([r, g, b]))[:, None]
        with torch.inference_mode():
            r[:], g[:], b[:] = filter_.apply(rgb, torch.from_numpy(values))[:, 0].numpy()

    return run


@jit
def _load(source: Any, r: Any, g: Any, b: Any) -> None:
    for i in range(r.size):
        r[i] = source[3 * i]
        g[i] = source[3 * i + 1]
        b[i] = source[3 * i + 2]


@jit
def _store(r: Any, g: Any, b: Any, scale: Any, target: Any) -> None:
    half = np.float32(0.5) if scale > 1 else np.float32(0)  # whole codes are rounded, floats are not
    zero, one = np.float32(0), np.float32(1)
    for i in range(r.size):
        target[3 * i] = min(max(r[i], zero), one) * scale + half
        target[3 * i + 1] = min(max(g[i], zero), one) * scale + half
        target[3 * i + 2] = min(max(b[i], zero), one) * scale + half


def _render_on_gpu(
    source: Pixels,
    target: Codes,
    edits: Sequence[Edit],
    device: str,
    on_shortage: Callable[[Shortage], None] = log_shortage,
) -> None:
    import torch

    count = source.size // 3
    chain = [(filters.get(id_), torch.from_numpy(filters.get(id_).pack(params)).to(device)) for id_, params in edits]
    start, tile = 0, GPU_TILE
    while start < count:
        stop = min(start + tile, count)
        try:
            target[3 * start : 3 * stop] = _gpu_codes(source[3 * start : 3 * stop], chain, target.dtype, device)
            start = stop
        except RuntimeError as error:
            if not _is_out_of_memory(error):
                raise
            tile //= 2
            if tile < GPU_TILE_MIN:
                on_shortage("cpu")
                _render_on_cpu(source[3 * start :], target[3 * start :], edits)
                return
            on_shortage("tiles")


def _is_out_of_memory(error: RuntimeError) -> bool:
    import torch

    return isinstance(error, torch.OutOfMemoryError) or "out of memory" in str(error)  # Metal has no class for it


def _gpu_codes(source: Pixels, chain: Sequence[tuple[filters.Filter, Any]], dtype: np.dtype[Any], device: str) -> Codes:
    """Output codes, flat, of a tile of pixels, flat."""
    import torch

    with torch.inference_mode():
        rgb = torch.from_numpy(source).to(device).reshape(-1, 1, 3).permute(2, 1, 0)
        for filter_, values in chain:
            rgb = filter_.apply(rgb, values)
        codes = rgb.clamp(0, 1).permute(2, 1, 0).reshape(-1) * CODES[dtype.itemsize * 8]
        if dtype == np.float32:
            return codes.cpu().numpy()
        if dtype == np.uint8:  # a quarter of the way back over the bus
            return (codes + 0.5).to(torch.uint8).cpu().numpy()
        return (codes + 0.5).to(torch.int32).cpu().numpy().astype(dtype)
