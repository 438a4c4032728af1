"""The networks in use: numpy, double precision, nothing that learns, and so no second spent on loading torch.

The siblings of ``nets``; a test holds them equal. Of the policy only the head of the filter that is chosen is computed.
Convolutions are products of matrices: kernels 4 x 4 of stride 2 take pictures whose channels come last as rows of
patches.

Shapes: B batch, C channel, H height, W width, K constant planes, F filters, N features.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from exposure_app.agent import statistics
from exposure_app.agent.chances import Chances
from exposure_app.agent.header import NetConfig
from exposure_app.agent.statistics import AIMS, COLOR_PLANES, KNOWN, PLANES, SCENE
from exposure_app.pipeline.proxy import SIZE
from exposure_app.pipeline.recipe import DISPLAY_GAMMA

SLOPE = 0.2  # of the leaky ReLU below 0
NEVER = -1e4  # logit of what must not be chosen
DARKEST = 1e-4  # keeps the gradient of the code of black finite
TASTE_WIDTH = 256
BORDERS = ((0, 1, 1, 1), (1, 1, 1, 1), (1, 1, 1, 0))  # what of a kernel meets the picture: first, middle, last place

Array = NDArray[np.float64]
Weights = Mapping[str, NDArray[Any]]  # as in a style's file: of single or half precision, by torch's names


def state_planes(net: NetConfig, filters: int) -> int:
    """Number of a state's planes, see ``policy.State.planes``."""
    return filters + 1 + (len(AIMS) if net.look else 0)


def shapes(net: NetConfig, widths: Sequence[int]) -> dict[str, tuple[int, ...]]:
    """The shape of all weights that networks have, by name.

    Args:
        net: Shape of the networks.
        widths: Number of values of each filter.
    """
    found: dict[str, tuple[int, ...]] = {}

    def layer(name: str, *shape: int) -> None:
        found.update({f"{name}.weight": shape, f"{name}.bias": shape[:1]})

    def extractor(name: str, planes: int) -> int:
        before, after = (6 if net.coded else 3) + planes, net.channels
        for place in range(4):
            layer(f"{name}.convolutions.{place}", after, before, 4, 4)
            before, after = after, 2 * after
        return before * (SIZE // 16) ** 2

    planes = state_planes(net, len(widths))
    seen = planes + (KNOWN if net.policy_statistics else 0)
    features = extractor("policy.select_extractor", seen) + (seen if net.shortcut else 0)
    extractor("policy.value_extractor", seen)
    layer("policy.select_hidden", net.hidden, features)
    layer("policy.select_output", len(widths), net.hidden)
    own = net.head or net.hidden
    if net.head:
        layer("policy.value_shared", net.hidden, features)
    layer("policy.value_hidden", own * len(widths), net.hidden if net.head else features)
    for index, width in enumerate(widths):
        layer(f"policy.value_outputs.{index}", width, own)
    known = PLANES + (COLOR_PLANES if net.color_statistics else 0)
    for name, constant in (("value", planes + known), ("critic", known)):
        layer(f"{name}.hidden", net.hidden, extractor(f"{name}.extractor", constant))
        layer(f"{name}.output", 1, net.hidden)
    if net.look:
        layer("taste.first", TASTE_WIDTH, SCENE)
        layer("taste.second", TASTE_WIDTH, TASTE_WIDTH)
        layer("taste.output", len(AIMS), TASTE_WIDTH + len(AIMS))
    return found


class Networks:
    """All that a style has learned, see ``nets.Networks``.

    Args:
        weights: Those of ``shapes``.
        net: Shape of the networks.
        widths: Number of values of each filter.
    """

    def __init__(self, weights: Weights, net: NetConfig, widths: Sequence[int]) -> None:
        self._coded = net.coded
        self.policy = Policy(weights, net, len(widths))
        self.value = Score(weights, "value", net)
        self.critic = Score(weights, "critic", net)
        self.taste = Taste(weights) if net.look else None

    def see(self, rgb_BCHW: Array) -> Array:
        """What all networks are given of pictures: these, and behind them, where networks want that, their codes."""
        if not self._coded:
            return rgb_BCHW
        return np.concatenate([rgb_BCHW, rgb_BCHW.clip(min=DARKEST) ** DISPLAY_GAMMA], 1)

    def quality(self, seen_BCHW: Array) -> Array:
        """D (B,) of what is seen of pictures as they would be shown: values above 1 are clipped."""
        return self.critic(seen_BCHW.clip(0, 1))


class Policy:
    """pi_1 and pi_2 for one picture, see ``nets.Policy``."""

    def __init__(self, weights: Weights, net: NetConfig, filters: int) -> None:
        self._net, self._filters = net, filters
        self._select = Extractor(weights, "policy.select_extractor", net)
        self._values = Extractor(weights, "policy.value_extractor", net)
        self._layers = {
            name: _Layer(weights, f"policy.{name}")
            for name in ("select_hidden", "select_output", *(["value_shared"] if net.head else []))
        }
        self._heads = _Heads(weights, filters)

    def __call__(self, seen_CHW: Array, planes_K: Array, chances: Chances) -> tuple[Array, Callable[[int], Array]]:
        """Decide.

        Args:
            seen_CHW: The picture, see ``Networks.see``.
            planes_K: State planes.
            chances: Source of the dropout, which is always on.

        Returns:
            The logits (F,) of pi_1, and what gives the raw outputs (width,) of pi_2 for a filter, to be squashed.
        """
        used_F = planes_K[: self._filters]
        if self._net.policy_statistics:
            planes_K = np.concatenate([planes_K, statistics.known(seen_CHW[None, :3])[0]])
        seen = patches(seen_CHW[None])
        kept = [self._kept(extractor.features, chances) for extractor in (self._select, self._values)]
        features = self._features(self._select, seen, planes_K, kept[0])
        logits = self._layers["select_output"](_leaky(self._layers["select_hidden"](features)))
        if self._net.once:
            logits[used_F > 0] = NEVER

        def outputs(index: int) -> Array:
            features = self._features(self._values, seen, planes_K, kept[1])
            if self._net.head:
                features = _leaky(self._layers["value_shared"](features))
            return self._heads(features, index)

        return logits, outputs

    def _kept(self, features: int, chances: Chances) -> Array | None:
        """What features are multiplied by: 0 for a random share of them; None if none is dropped."""
        share = self._net.dropout
        return (chances.uniform(features) >= np.float32(share)) / (1 - share) if share else None

    def _features(self, extractor: "Extractor", seen: Array, planes_K: Array, kept: Array | None) -> Array:
        """What the hidden layers see: some features are dropped, the planes beside them never."""
        features = extractor(seen, planes_K[None])[0]
        if kept is not None:
            features = features * kept
        return np.concatenate([features, planes_K]) if self._net.shortcut else features


class Score:
    """The value net V or the discriminator D, see ``nets.Score``."""

    def __init__(self, weights: Weights, name: str, net: NetConfig) -> None:
        self._net = net
        self._extractor = Extractor(weights, f"{name}.extractor", net)
        self._hidden, self._output = (_Layer(weights, f"{name}.{part}") for part in ("hidden", "output"))

    def __call__(self, seen_BCHW: Array, planes_BK: Array | None = None) -> Array:
        """Scores (B,) of pictures, see ``Networks.see``, given their further planes."""
        known = statistics.planes(seen_BCHW[:, :3], self._net.color_statistics)
        planes = known if planes_BK is None else np.concatenate([known, planes_BK], 1)
        features = self._extractor(patches(seen_BCHW), planes)
        scores: Array = self._output(_leaky(self._hidden(features)))[:, 0]
        return scores


class Taste:
    """Which look suits a photo, see ``nets.Taste``."""

    def __init__(self, weights: Weights) -> None:
        self._layers = [_Layer(weights, f"taste.{part}") for part in ("first", "second")]
        self._output = _Layer(weights, "taste.output")

    def __call__(self, rgb_CHW: Array) -> Array:
        """The look (4,), as ``statistics.aim`` describes it, that an untouched photo should end with."""
        scene = hidden = statistics.scene(rgb_CHW[None])
        for layer in self._layers:
            hidden = _leaky(layer(hidden))
        look: Array = self._output(np.concatenate([hidden, scene[:, : len(AIMS)]], 1))[0]
        return look


def patches(seen_BCHW: Array) -> Array:
    """What the first convolution sees of pictures: (B, places, 4 x 4 x channels)."""
    return _patches(seen_BCHW.transpose(0, 2, 3, 1) - 0.5)


class Extractor:
    """Four convolutions on the picture and planes that are constant over it, see ``nets.Extractor``."""

    def __init__(self, weights: Weights, name: str, net: NetConfig) -> None:
        seen = 6 if net.coded else 3
        kernels = [weights[f"{name}.convolutions.{place}.weight"].astype(np.float64) for place in range(4)]
        self._biases = [weights[f"{name}.convolutions.{place}.bias"].astype(np.float64) for place in range(4)]
        # Planes that are constant over the picture differ from place to place only at the borders.
        inside = np.array(BORDERS, float)
        self._constant = np.einsum("okyx,ry,cx->krco", kernels[0][:, seen:], inside, inside, optimize=True)
        kernels[0] = kernels[0][:, :seen]
        self._kernels = [kernel.transpose(2, 3, 1, 0).reshape(-1, len(kernel)) for kernel in kernels]
        self.features = self._kernels[-1].shape[1] * (SIZE // 16) ** 2

    def __call__(self, patches_BPQ: Array, planes_BK: Array) -> Array:
        """Features (B, N) of pictures, as ``patches``, and their constant planes."""
        count, edge = len(planes_BK), SIZE // 2
        place = np.array([0, *[1] * (edge - 2), 2])
        constant = np.tensordot(planes_BK, self._constant, 1) + self._biases[0]
        x = (patches_BPQ @ self._kernels[0]).reshape(count, edge, edge, -1)
        x += constant[:, place[:, None], place]
        x = _leaky(x)
        for kernel, bias in zip(self._kernels[1:], self._biases[1:], strict=True):
            edge //= 2
            x = _leaky((_patches(x) @ kernel + bias).reshape(count, edge, edge, -1))
        return cast("Array", x.transpose(0, 3, 1, 2).reshape(count, -1))


class _Layer:
    """A fully connected layer."""

    def __init__(self, weights: Weights, name: str) -> None:
        self._weight = weights[f"{name}.weight"].astype(np.float64).T
        self._bias = weights[f"{name}.bias"].astype(np.float64)

    def __call__(self, x: Array) -> Array:
        return x @ self._weight + self._bias


class _Heads:
    """The part of pi_2 that each filter has for its own, made ready when it is first chosen."""

    def __init__(self, weights: Weights, filters: int) -> None:
        self._hidden = [weights[f"policy.value_hidden.{part}"] for part in ("weight", "bias")]
        self._weights, self._filters = weights, filters
        self._ready: dict[int, tuple[Array, Array, _Layer]] = {}

    def __call__(self, features_N: Array, index: int) -> Array:
        if index not in self._ready:
            weight, bias = (np.split(part, self._filters)[index].astype(np.float64) for part in self._hidden)
            self._ready[index] = weight, bias, _Layer(self._weights, f"policy.value_outputs.{index}")
        weight, bias, output = self._ready[index]
        return output(_leaky(weight @ features_N + bias))


def _patches(x_BHWC: Array) -> Array:
    """The 4 x 4 surroundings of every second place, what is beyond the border 0: (B, H W / 4, 16 C)."""
    count, height, width, channels = x_BHWC.shape
    padded = np.zeros((count, height + 2, width + 2, channels))
    padded[:, 1:-1, 1:-1] = x_BHWC
    picture, row, column, channel = padded.strides
    rows = np.lib.stride_tricks.as_strided(
        padded,
        (count, height // 2, width // 2, 4, 4 * channels),
        (picture, 2 * row, 2 * column, row, channel),
        writeable=False,
    )
    return rows.reshape(count, height * width // 4, 16 * channels)


def _leaky(x: Array) -> Array:
    return np.maximum(x, SLOPE * x)
