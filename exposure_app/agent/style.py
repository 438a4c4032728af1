"""A trained style on disk: one safetensors file, header and weights, nothing in it that could run."""

import hashlib
import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from exposure_app import filters
from exposure_app.agent.actions import Action, actions
from exposure_app.agent.header import (
    KEY,
    SUFFIX,
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
from exposure_app.reading import read_bytes

if TYPE_CHECKING:
    from torch import Tensor

    from exposure_app.agent.nets import Networks

__all__ = [
    "SUFFIX",
    "NetConfig",
    "Style",
    "StyleHeader",
    "in_half_precision",
    "list_styles",
    "load_style",
    "new_style",
    "save_style",
]


MOST_BYTES = 1 << 29  # of a style's file; those of the paper's size have 20 MB


@dataclass(frozen=True, eq=False)
class Style:
    """A style ready for use.

    Attributes:
        header: What it says about itself.
        networks: Policy, value net and discriminator.
    """

    header: StyleHeader
    networks: "Networks"

    @property
    def name(self) -> str:
        """What recipes call it."""
        return self.header.name

    @property
    def filters(self) -> tuple[Filter, ...]:
        """The filters in the order of the agent's outputs."""
        return tuple(filters.get(filter_id) for filter_id in self.header.filter_ids)

    @property
    def actions(self) -> tuple[Action, ...]:
        """What the agent can do, in the same order: the filters, with masks if it learned with them."""
        return actions(self.filters, self.header.net.masks)


def new_style(name: str, net: NetConfig | None = None, seed: int = 0, title: str = "") -> Style:
    """An untrained style with all filters there are."""
    import torch

    from exposure_app.agent.nets import Networks

    net = net or NetConfig()
    known = filters.registry().values()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        networks = Networks(net, [action.width for action in actions(known, net.masks)])
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

    Raises:
        ExposureError: The file cannot be written.
    """
    from safetensors.torch import save

    from exposure_app.atomic import write_bytes_atomic

    weights = {name: _small(tensor.detach().cpu().float()) for name, tensor in style.networks.state_dict().items()}
    write_bytes_atomic(path, save(weights, metadata={KEY: style.header.dumps()}))


def in_half_precision(style: Style) -> Style:
    """The style with all weights rounded to half precision, computing as precisely as before."""
    import copy

    networks = copy.deepcopy(style.networks)
    networks.half().float()
    return Style(style.header, networks)


def _small(weights: "Tensor") -> "Tensor":
    """In half precision, if that says the same."""
    half = weights.half()
    return (half if bool((half.float() == weights).all()) else weights).contiguous()


def _with_weights(header: StyleHeader, content: bytes, path: Path) -> Style:
    """Check the filters, build the networks and fill them."""
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load

    from exposure_app.agent.nets import Networks

    known = filters.registry()
    for filter_id, signature in zip(header.filter_ids, header.filters, strict=True):
        if filter_id not in known or known[filter_id].signature != signature:
            raise ExposureError(
                f"The style {path.name} was trained with a filter {filter_id!r} that this program lacks in that form",
                "Update the program or train the style again.",
            )
    able = actions((known[filter_id] for filter_id in header.filter_ids), header.net.masks)
    widths = [action.width for action in able]
    try:
        weights = load(content)
        with torch.device("meta"):  # a header may claim any size: nothing is allocated before the file has shown it
            claimed = Networks(header.net, widths).state_dict()
        if {key: weight.shape for key, weight in weights.items()} != {key: row.shape for key, row in claimed.items()}:
            raise damaged(path)
        networks = Networks(header.net, widths)
        networks.load_state_dict(weights)
    except (SafetensorError, RuntimeError, OSError, ValueError):
        raise damaged(path) from None
    if not all(tensor.isfinite().all() for tensor in weights.values()):
        raise damaged(path)
    networks.requires_grad_(False)
    return Style(replace(header, path=path), networks)
