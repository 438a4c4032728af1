"""A trained style on disk: one safetensors file, header and weights, nothing in it that could run."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from exposure_app import filters
from exposure_app.agent import inference
from exposure_app.agent.header import (
    KEY,
    SUFFIX,
    Base,
    NetConfig,
    StyleHeader,
    damaged,
    find_style,
    header_in,
    list_styles,
    unreadable,
)
from exposure_app.errors import ExposureError
from exposure_app.filters import Filter
from exposure_app.pipeline.recipe import Step, steps_from_json
from exposure_app.reading import read_bytes

if TYPE_CHECKING:
    from exposure_app.agent.nets import Networks

__all__ = [
    "SUFFIX",
    "Base",
    "NetConfig",
    "Style",
    "StyleHeader",
    "digest",
    "in_half_precision",
    "list_styles",
    "load_style",
    "new_style",
    "save_style",
]


MOST_BYTES = 1 << 29  # of a style's file; those of the paper's size have 20 MB


class Style:
    """A style ready for use, or one that learns.

    Args:
        header: What it says about itself.
        learned: The weights of its networks, or the networks in which they are.
    """

    def __init__(self, header: StyleHeader, learned: "inference.Weights | Networks") -> None:
        self.header = header
        self._learned = learned

    @cached_property
    def weights(self) -> inference.Weights:
        """The weights, of single or half precision."""
        if isinstance(self._learned, Mapping):
            return self._learned
        return {name: tensor.detach().cpu().float().numpy() for name, tensor in self._learned.state_dict().items()}

    @cached_property
    def networks(self) -> "Networks":
        """The networks as those that learn, in torch: single precision."""
        if not isinstance(self._learned, Mapping):
            return self._learned
        import torch

        from exposure_app.agent.nets import Networks

        networks = Networks(self.header.net, self.widths)
        networks.load_state_dict({name: torch.from_numpy(weight) for name, weight in self._learned.items()})
        return networks.requires_grad_(False)

    @cached_property
    def in_use(self) -> inference.Networks:
        """The networks as they are when first asked for, in double precision and without torch."""
        return inference.Networks(self.weights, self.header.net, self.widths)

    @cached_property
    def grade(self) -> tuple[Step, ...]:
        """The steps that every photo gets after those that are chosen for it.

        Raises:
            ExposureError: They are no steps that this program knows.
        """
        return steps_from_json(list(self.header.grade))

    @property
    def widths(self) -> list[int]:
        """Number of values of each filter."""
        return [filter_.width for filter_ in self.filters]

    @property
    def name(self) -> str:
        """What recipes call it."""
        return self.header.name

    @property
    def filters(self) -> tuple[Filter, ...]:
        """The filters in the order of the agent's outputs."""
        return tuple(filters.get(filter_id) for filter_id in self.header.filter_ids)


def new_style(name: str, net: NetConfig | None = None, seed: int = 0, title: str = "") -> Style:
    """An untrained style with all filters there are."""
    import torch

    from exposure_app.agent.nets import Networks

    net = net or NetConfig()
    known = filters.registry().values()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        networks = Networks(net, [filter_.width for filter_ in known])
    header = StyleHeader(name, title or name, net=net, filters=tuple(filter_.signature for filter_ in known))
    return Style(header, networks)


def load_style(name_or_path: str | Path, digest: str = "") -> Style:
    """Read a style, given by its path, or by its name among the user's styles and those that came with the program.

    Args:
        name_or_path: Which.
        digest: SHA-256 of the file that is meant; empty for any. The file may have been replaced since.

    Raises:
        ExposureError: There is none, or the file is damaged, foreign, from a newer program, or trained with filters
            that this program does not have or has in another form.
    """
    path = find_style(name_or_path)
    try:
        content = read_bytes(path, MOST_BYTES)
    except OSError as error:
        raise unreadable(path, error) from None
    if digest and hashlib.sha256(content).hexdigest() != digest:
        raise ExposureError(f"The style {path.name} has been replaced by another one meanwhile", "Start anew with it.")
    return _with_weights(header_in(io.BytesIO(content), path), content, path)


def save_style(path: Path, style: Style) -> None:
    """Write a style to a file, all or nothing; weights that are whole numbers of half precision take half the room.

    Weights that its base has are left out.

    Raises:
        ExposureError: The file cannot be written, or its base is not at hand.
    """
    from safetensors.numpy import save

    from exposure_app.atomic import write_bytes_atomic

    shared = {} if style.header.base is None else _weights_of(style.header.base, path)
    weights = {
        name: _small(weight)
        for name, weight in style.weights.items()
        if name not in shared or not np.array_equal(weight, shared[name])
    }
    write_bytes_atomic(path, save(weights, metadata={KEY: style.header.dumps()}))


def digest(style: Style) -> str:
    """SHA-256 of a style's weights, whatever its header says."""
    found = hashlib.sha256()
    for name, weight in sorted(style.weights.items()):
        found.update(f"{name} {weight.shape} ".encode() + weight.astype("<f4").tobytes())
    return found.hexdigest()


def in_half_precision(style: Style) -> Style:
    """The style with all weights rounded to half precision, computing as precisely as before."""
    return Style(style.header, {name: _half(weight).astype(np.float32) for name, weight in style.weights.items()})


def _half(weight: NDArray[Any]) -> NDArray[np.float16]:
    with np.errstate(over="ignore"):  # what is too large becomes infinite
        return weight.astype(np.float16)


def _small(weight: NDArray[Any]) -> NDArray[Any]:
    """In half precision, if that says the same."""
    half = _half(weight)
    return np.ascontiguousarray(half if np.array_equal(half, weight) else weight)


def _with_weights(header: StyleHeader, content: bytes, path: Path) -> Style:
    """Check that the filters are known and that the weights are those of such networks."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    known = filters.registry()
    for filter_id, signature in zip(header.filter_ids, header.filters, strict=True):
        if filter_id not in known or known[filter_id].signature != signature:
            raise ExposureError(
                f"The style {path.name} was trained with a filter {filter_id!r} that this program lacks in that form",
                "Update the program or train the style again.",
            )
    try:
        weights = load(content)
    except (SafetensorError, KeyError, TypeError, ValueError):  # among them kinds of numbers that numpy does not know
        raise damaged(path) from None
    if header.base is not None:
        weights = {**_weights_of(header.base, path), **weights}
    style = Style(replace(header, path=path), weights)
    if {name: weight.shape for name, weight in weights.items()} != inference.shapes(header.net, style.widths):
        raise damaged(path)
    if not all(weight.dtype in (np.float16, np.float32) and np.isfinite(weight).all() for weight in weights.values()):
        raise damaged(path)
    try:
        _ = style.grade
    except ExposureError as error:
        raise ExposureError(
            f"The style {path.name} ends with steps that this program lacks", "Update the program."
        ) from error
    return style


def _weights_of(base: Base, path: Path) -> inference.Weights:
    """The weights of the style that the one at ``path`` builds on.

    Raises:
        ExposureError: It did not come with this program.
    """
    from exposure_app import paths

    found = paths.models_dir() / f"{base.name}{SUFFIX}"
    style = load_style(found) if found.is_file() else None
    if style is None or style.header.base is not None or digest(style) != base.digest:
        raise ExposureError(
            f"The style {path.name} builds on {base.name} of another version of the program",
            "Train it again, or use that version.",
        )
    return style.weights
