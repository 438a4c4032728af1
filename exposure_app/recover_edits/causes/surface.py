"""Causes in the colours of the cells: what the error depends on, brightness, hue or the place in the picture.

The error in Lab is explained by a sum of curves, all fitted at once, so that a dark sky is not taken for a dark upper
edge: of brightness, of hue (as much as there is colour), of the distance from the centre, and of the place across the
picture. Light that falls off multiplies light, and so changes L* by a share of L* + 16. Few cells that disagree with
all of that do not count: they are what ``spot`` looks at.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exposure_app.pipeline.color_difference import Lab, delta_e_2000
from exposure_app.recover_edits.causes.cause import Cause

Array = NDArray[np.float64]

TONES, HUES = 7, 8  # points of the curves
COLORED = 20.0  # chroma from which a hue counts in full
ROUNDS, BEND = 8, 1.0  # of the robust fit, and the error in Lab from which a cell counts less
RIDGE = 1e-3  # keeps curves flat where no cell tells of them
HELP = 0.06  # share of the error that a cause must explain, none of the others could
LIGHT = 0.15  # EV that the light at the corners, or from edge to edge, must change by
ENDS, END = 0.02, 1.5  # share of the cells that are the darkest, and how much L* they must be off
SHADOW, GLARE = 35.0, 75.0  # L* that is no shadow, no highlight any more
TINT, HUE = 1.2, 2.4  # CIEDE2000: toning of the mean cell, hue-selective changes of the cells of that hue
RARE = 0.015  # share of the cells that a hue must have
HUE_NAMES = ("pinks", "reds and oranges", "yellows", "greens", "blue-greens", "light blues", "blues", "purples")


@dataclass(frozen=True, eq=False)
class Surface:
    """The error of the cells, explained.

    Attributes:
        lab: Of what the steps give, H x W x 3.
        parts: The explained error in Lab by what it depends on: ``tone``, ``hue``, ``vignette`` and ``gradient``.
        rest: What is left of the error.
        falloff: How L* + 16 changes: by the squared distance from the centre, its square, across and down.
        helps: For each part the share of the error that grows back without it.
    """

    lab: Lab
    parts: Mapping[str, Lab]
    rest: Lab
    falloff: Array
    helps: Mapping[str, float]

    @classmethod
    def of(cls, ours: Lab, after: Lab) -> "Surface":
        """Explain the error between two grids of cells in Lab, H x W x 3."""
        columns = _columns(ours)
        error = (after - ours).reshape(-1, 3)
        fitted, weights = _fitted(columns, error)
        solved = {name: columns[name] @ fitted[name] for name in columns}
        rest = error - sum(solved.values())
        size = _mean(rest, weights)
        helps = {}
        for name in columns:
            others, _ = _fitted({other: columns[other] for other in columns if other != name}, error, weights)
            without = error - sum(columns[other] @ coefficients for other, coefficients in others.items())
            helps[name] = 1 - size / max(_mean(without, weights), 1e-9)
        falloff = np.concatenate([fitted["vignette"][:, 0], fitted["gradient"][:, 0]])
        shaped = {name: part.reshape(ours.shape) for name, part in solved.items()}
        return cls(ours, shaped, rest.reshape(ours.shape), falloff, helps)

    def causes(self) -> list[Cause]:
        """What the error says was done."""
        found = [self._vignette(), self._gradient(), self._end(dark=True), self._end(dark=False)]
        return [cause for cause in (*found, self._toning(), self._hue()) if cause is not None]

    def of_hue(self, number: int) -> NDArray[np.bool_]:
        """Which cells are clearly of a hue, by its number in ``HUE_NAMES``."""
        chroma = np.hypot(self.lab[..., 1], self.lab[..., 2])
        sector: NDArray[np.bool_] = np.rint(_turn(self.lab) * HUES).astype(int) % HUES == number
        return sector & (chroma > COLORED / 2)

    @property
    def unsettled(self) -> NDArray[np.bool_]:
        """Cells of hues that were changed everywhere: what the curves leave of them says nothing about their place."""
        if self._hue() is None:
            return np.zeros(self.lab.shape[:2], bool)
        changed = delta_e_2000(self.lab, self.lab + self.parts["hue"])
        hues = [cells for number in range(HUES) if (cells := self.of_hue(number)).any()]
        told: NDArray[np.bool_] = np.any([cells for cells in hues if changed[cells].mean() >= HUE / 2], axis=0)
        return told

    def _vignette(self) -> Cause | None:
        ev = _stops(self.falloff[0] + self.falloff[1])
        if abs(ev) < LIGHT or self.helps["vignette"] < HELP:
            return None
        words = f"vignette: the corners are {abs(ev):.1f} EV {'darker' if ev < 0 else 'brighter'} than the centre"
        return Cause("vignette", ev, "EV", abs(ev) / LIGHT, words)

    def _gradient(self) -> Cause | None:
        across, down = (_stops(change) for change in self.falloff[2:])
        ev = float(np.hypot(across, down))
        if ev < LIGHT or self.helps["gradient"] < HELP:
            return None
        sides = ("top", "bottom", down) if abs(down) > abs(across) else ("left", "right", across)
        side = sides[0] if sides[2] > 0 else sides[1]
        words = f"gradient: the {side} is {ev:.1f} EV darker than the opposite side"
        return Cause("gradient", ev, "EV", ev / LIGHT, words)

    def _end(self, dark: bool) -> Cause | None:
        """Blacks that are lifted or crushed; whites that are lowered or blown."""
        lightness = self.lab[..., 0]
        limit = np.quantile(lightness, ENDS if dark else 1 - ENDS)
        cells = lightness <= min(limit, SHADOW) if dark else lightness >= max(limit, GLARE)
        if cells.mean() < ENDS / 4:
            return None
        ours = float(np.median(lightness[cells]))
        change = float(np.median((self.rest + self.parts["tone"])[cells][:, 0]))
        if abs(change) < END:
            return None
        name, deed = ("blacks", ("lifted", "crushed")) if dark else ("whites", ("brightened", "lowered"))
        done = deed[0] if change > 0 else deed[1]
        words = f"{done} {name}: L* {max(ours + change, 0):.0f} where the steps give {ours:.0f}"
        return Cause(name, change, "L*", abs(change) / END, words)

    def _toning(self) -> Cause | None:
        """Tints that change with brightness."""
        tint = self.parts["tone"] * (0, 1, 1)
        error = float(delta_e_2000(self.lab, self.lab + tint).mean())
        if error < TINT or self.helps["tone"] < HELP:
            return None
        dark = self.lab[..., 0] < np.median(self.lab[..., 0])
        sides = (_tint(tint[dark].mean(0)), _tint(tint[~dark].mean(0)))
        where = f"everywhere {sides[0]}" if sides[0] == sides[1] else f"shadows {sides[0]}, highlights {sides[1]}"
        words = f"toning: {where} (mean {error:.1f})"
        return Cause("toning", error, "ΔE", error / TINT, words)

    def _hue(self) -> Cause | None:
        """Changes of some hues and not of others."""
        changed = delta_e_2000(self.lab, self.lab + self.parts["hue"])
        errors = np.zeros(HUES)
        for number in range(HUES):
            cells = self.of_hue(number)
            if cells.mean() > RARE:
                errors[number] = changed[cells].mean()
        worst = int(errors.argmax())
        if errors[worst] < HUE or self.helps["hue"] < HELP:
            return None
        cells = self.of_hue(worst)
        how = _change(self.lab[cells].mean(0), self.parts["hue"][cells].mean(0))
        words = f"hue-selective: {HUE_NAMES[worst]} are {how} (mean {errors[worst]:.1f})"
        return Cause("hue", float(errors[worst]), "ΔE", float(errors[worst]) / HUE, words)


def _columns(lab: Lab) -> dict[str, Array]:
    """What the error may depend on, one column each, N x columns."""
    lightness = lab[..., 0].reshape(-1)
    tones = _hats(np.clip(lightness / 100, 0, 1) * (TONES - 1), TONES)
    chroma = np.hypot(lab[..., 1], lab[..., 2]).reshape(-1)
    turn = _turn(lab).reshape(-1) * HUES
    hues = np.stack([np.clip(1 - np.abs((turn - at + HUES / 2) % HUES - HUES / 2), 0, 1) for at in range(HUES)], -1)
    places = _places(*lab.shape[:2])
    light = (lightness + 16)[:, None]
    return {
        "tone": tones,
        "hue": hues * np.minimum(chroma / COLORED, 1)[:, None],
        "vignette": light * places[:, :2],
        "gradient": light * places[:, 2:],
    }


def light(height: int, width: int, falloff: Array) -> Array:
    """By what the light of each pixel is multiplied, H x W x 1, given ``Surface.falloff``."""
    share: Array = np.maximum(1 + _places(height, width) @ falloff, 0.1)
    return share.reshape(height, width, 1) ** 3  # L* goes with the cube root of light


def _places(height: int, width: int) -> Array:
    """Squared distance from the centre, 1 in the corners; its square; and the place across and down, N x 4."""
    y, x = np.meshgrid((np.arange(height) + 0.5) / height - 0.5, (np.arange(width) + 0.5) / width - 0.5, indexing="ij")
    radius = (x**2 + y**2) / 0.5
    return np.stack([radius, radius**2, x, y], axis=-1).reshape(-1, 4)


def _stops(change: float) -> float:
    """EV of a change of L* + 16."""
    return float(3 * np.log2(max(1 + change, 0.1)))


def _fitted(columns: Mapping[str, Array], error: Array, weights: Array | None = None) -> tuple[dict[str, Array], Array]:
    """Coefficients of each group of columns, and the weights of the cells; found by reweighting unless given."""
    matrix = np.concatenate(list(columns.values()), axis=1)
    scale = np.sqrt((matrix**2).mean(0)) + 1e-9
    matrix = matrix / scale
    rounds, weights = (1, weights) if weights is not None else (ROUNDS, np.ones(len(error)))
    solved = np.zeros((matrix.shape[1], 3))
    for number in range(rounds):
        if number:
            off = np.sqrt(((error - matrix @ solved) ** 2).sum(1))
            weights = 1 / np.sqrt(1 + (off / max(BEND, float(np.median(off)))) ** 2)
            weights = weights**2
        weighted = matrix * weights[:, None]
        system = weighted.T @ matrix + RIDGE * len(error) * np.eye(len(scale))
        solved = np.linalg.solve(system, weighted.T @ error)
    solved = solved / scale[:, None]
    ends = np.cumsum([group.shape[1] for group in columns.values()])[:-1]
    return dict(zip(columns, np.split(solved, ends), strict=True)), weights


def _mean(error: Array, weights: Array) -> float:
    return float(np.average(np.sqrt((error**2).sum(1)), weights=weights))


def _hats(place: Array, count: int) -> Array:
    """Piecewise linear curves through ``count`` points; place 0 to count - 1."""
    hats: Array = np.clip(1 - np.abs(place[:, None] - np.arange(count)), 0, 1)
    return hats


def _turn(lab: Lab) -> Array:
    """Hue as a share of the circle, 0 at pink, 0 to 1."""
    turned: Array = (np.arctan2(lab[..., 2], lab[..., 1]) / (2 * np.pi)) % 1
    return turned


def _tint(change: Array) -> str:
    _, a, b = change
    if np.hypot(a, b) < TINT:
        return "unchanged"
    if abs(b) > abs(a):
        return f"more {'yellow' if b > 0 else 'blue'}"
    return f"more {'magenta' if a > 0 else 'green'}"


def _change(color: Array, change: Array) -> str:
    """How colours of a hue were changed, the most of it."""
    chroma = np.hypot(color[1], color[2])
    along = (change[1] * color[1] + change[2] * color[2]) / max(float(chroma), 1e-9)
    aside = np.hypot(change[1], change[2]) ** 2 - along**2
    kinds = {
        "darker" if change[0] < 0 else "brighter": abs(change[0]),
        "less colourful" if along < 0 else "more colourful": abs(along),
        "of another hue": float(np.sqrt(max(aside, 0.0))),
    }
    return max(kinds, key=lambda kind: kinds[kind])
