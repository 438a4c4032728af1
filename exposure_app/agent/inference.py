"""The networks in use: numpy, double precision, nothing that learns, and so no second spent on loading torch.

The siblings of ``nets``; a test holds them equal. Of the policy only the head of the filter that is chosen is computed.
Convolutions are products of matrices: kernels 4 x 4 of stride 2 take pictures whose channels come last as rows of
patches. The first convolution of both halves of the policy is computed in one go.

Shapes: B batch, C channel, H height, W width, K constant planes, F filters, N features, P patches of Q numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

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
PARTS = 4  # of the last convolution's outputs
_BORDERS = (slice(0, 1), slice(1, -1), slice(-1, None))  # these places

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
        return np.concatenate([rgb_BCHW, np.maximum(rgb_BCHW, DARKEST) ** DISPLAY_GAMMA], 1)

    def quality(self, seen_BCHW: Array) -> Array:
        """D (B,) of what is seen of pictures as they would be shown: values above 1 are clipped."""
        return self.critic(seen_BCHW.clip(0, 1))


class Policy:
    """pi_1 and pi_2 for one picture, see ``nets.Policy``."""

    def __init__(self, weights: Weights, net: NetConfig, filters: int) -> None:
        self._net, self._filters = net, filters
        names = "policy.select_extractor", "policy.value_extractor"
        self._first, self._rest = _First(weights, names, net), [_Rest(weights, name) for name in names]
        self._layers = {
            name: _Layer(weights, f"policy.{name}")
            for name in ("select_hidden", "select_output", *(["value_shared"] if net.head else []))
        }
        self._heads = _Heads(weights, filters)

    def __call__(self, seen_BCHW: Array, planes_K: Array, chances: Chances) -> tuple[Array, Callable[[int], Array]]:
        """Decide.

        Args:
            seen_BCHW: The picture (B is 1), see ``Networks.see``.
            planes_K: State planes.
            chances: Source of the dropout, which is always on.

        Returns:
            The logits (F,) of pi_1, and what gives the raw outputs (width,) of pi_2 for a filter, to be squashed.
        """
        used_F, planes_BK = planes_K[: self._filters], planes_K[None]
        if self._net.policy_statistics:
            planes_BK = np.concatenate([planes_BK, statistics.known(seen_BCHW[:, :3])], 1)
        kept = [self._kept(rest.features, chances) for rest in self._rest]
        for_select, for_value = np.split(self._first(patches(seen_BCHW), planes_BK), 2, -1)

        def features(rest: "_Rest", first_BHWC: Array, kept: Array | None) -> Array:
            """What the hidden layers see: some features are dropped, the planes beside them never."""
            found = rest(first_BHWC)[0]
            if kept is not None:
                found = found * kept
            return np.concatenate([found, planes_BK[0]]) if self._net.shortcut else found

        selecting = features(self._rest[0], for_select, kept[0])
        logits = self._layers["select_output"](_leaky(self._layers["select_hidden"](selecting)))
        if self._net.once:
            logits[used_F > 0] = NEVER

        def outputs(index: int) -> Array:
            found = features(self._rest[1], for_value, kept[1])
            if self._net.head:
                found = _leaky(self._layers["value_shared"](found))
            return self._heads(found, index)

        return logits, outputs

    def _kept(self, features: int, chances: Chances) -> Array | None:
        """What features are multiplied by: 0 for a random share of them; None if none is dropped."""
        share = self._net.dropout
        return (chances.uniform(features) >= np.float32(share)) / (1 - share) if share else None


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


class Extractor:
    """Four convolutions on the picture and planes that are constant over it, see ``nets.Extractor``."""

    def __init__(self, weights: Weights, name: str, net: NetConfig) -> None:
        self._first, self._rest = _First(weights, [name], net), _Rest(weights, name)

    def __call__(self, patches_BPQ: Array, planes_BK: Array) -> Array:
        """Features (B, N) of pictures, as ``patches``, and their constant planes."""
        return self._rest(self._first(patches_BPQ, planes_BK))


class _First:
    """The first convolution of some extractors that are given the same, one beside the other."""

    def __init__(self, weights: Weights, names: Sequence[str], net: NetConfig) -> None:
        seen = 6 if net.coded else 3
        kernel, self._bias = (
            np.concatenate([weights[f"{name}.convolutions.0.{part}"] for name in names]).astype(np.float64)
            for part in ("weight", "bias")
        )
        # Planes that are constant over the picture differ from place to place only at the borders.
        inside = np.array(BORDERS, float)
        self._constant = np.einsum("okyx,ry,cx->krco", kernel[:, seen:], inside, inside, optimize=True)
        self._kernel = _matrix(kernel[:, :seen])

    def __call__(self, patches_BPQ: Array, planes_BK: Array) -> Array:
        """Before the leaky ReLU: (B, H / 2, W / 2, channels of all)."""
        constant = np.tensordot(planes_BK, self._constant, 1) + self._bias
        x: Array = (patches_BPQ @ self._kernel).reshape(len(planes_BK), SIZE // 2, SIZE // 2, -1)
        for row, rows in enumerate(_BORDERS):
            for column, columns in enumerate(_BORDERS):
                x[:, rows, columns] += constant[:, row, column, None, None]
        return x


class _Rest:
    """The three convolutions that follow.

    Attributes:
        features: N.
    """

    def __init__(self, weights: Weights, name: str) -> None:
        layers = [f"{name}.convolutions.{number}" for number in (1, 2, 3)]
        *kernels, last = (_matrix(weights[f"{layer}.weight"].astype(np.float64)) for layer in layers)
        *biases, self._last_bias = (weights[f"{layer}.bias"].astype(np.float64)[:, None] for layer in layers)
        self._layers = [(kernel, bias[:, 0]) for kernel, bias in zip(kernels, biases, strict=True)]
        # Few patches and a large kernel: in parts and the other way round it takes half the time.
        self._last = np.ascontiguousarray(last.T).reshape(PARTS, -1, len(last))
        self.features = len(self._last_bias) * (SIZE // 16) ** 2

    def __call__(self, x_BHWC: Array) -> Array:
        """Features (B, N) of what the first convolution gives."""
        count = len(x_BHWC)
        for kernel, bias in self._layers:
            edge = x_BHWC.shape[1] // 2
            x_BHWC = (_active_patches(x_BHWC) @ kernel + bias).reshape(count, edge, edge, -1)
        features = self._last @ _active_patches(x_BHWC)[:, None].transpose(0, 1, 3, 2)
        return _leaky(features.reshape(count, *self._last_bias.shape[:1], -1) + self._last_bias).reshape(count, -1)


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


def patches(seen_BCHW: Array) -> Array:
    """What the first convolution sees of pictures: (B, P, Q)."""
    count, channels, edge, _ = seen_BCHW.shape
    padded = np.zeros((count, edge + 2, edge + 2, channels))
    np.subtract(seen_BCHW.transpose(0, 2, 3, 1), 0.5, out=padded[:, 1:-1, 1:-1])
    return _patches(padded)


def _active_patches(x_BHWC: Array) -> Array:
    """What the next convolution sees of the outputs of another, after their leaky ReLU."""
    count, height, width, channels = x_BHWC.shape
    padded = np.zeros((count, height + 2, width + 2, channels))
    np.maximum(x_BHWC, SLOPE * x_BHWC, out=padded[:, 1:-1, 1:-1])
    return _patches(padded)


def _patches(padded_BHWC: Array) -> Array:
    """The 4 x 4 surroundings of every second place of pictures with a border: (B, P, 16 C)."""
    count, height, width, channels = padded_BHWC.shape
    picture, row, column, channel = padded_BHWC.strides
    rows = np.lib.stride_tricks.as_strided(
        padded_BHWC,
        (count, height // 2 - 1, width // 2 - 1, 4, 4 * channels),
        (picture, 2 * row, 2 * column, row, channel),
        writeable=False,
    )
    return rows.reshape(count, (height // 2 - 1) * (width // 2 - 1), 16 * channels)


def _matrix(kernel_OC44: Array) -> Array:
    """A kernel as what patches are multiplied by: (16 C, O)."""
    return kernel_OC44.transpose(2, 3, 1, 0).reshape(-1, len(kernel_OC44))


def _leaky(x: Array) -> Array:
    return np.maximum(x, SLOPE * x)
