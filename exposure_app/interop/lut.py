"""Look-up tables: a recipe sampled on a grid of colours, which any program can apply but nobody can read.

A table is one photo's look, not the style that made it. What looks beyond one pixel, masks and geometry, is not in it.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from exposure_app import __version__
from exposure_app.atomic import write_text_atomic
from exposure_app.image import Pixels
from exposure_app.io.transfer import linear_to_srgb, srgb_to_linear
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.recipe import Recipe
from exposure_app.plain_text import for_cube

Encoding = Literal["srgb", "linear"]

INPUT_COMMENT = "# Input: "  # followed by one of INPUTS; how ``read_cube`` knows our own files
INPUTS: dict[Encoding, str] = {
    "srgb": "display-referred sRGB (encoded, 0 to 1)",
    "linear": "linear light, sRGB primaries (the 1D table comes first)",
}
_SHAPER_SIZE = 4096  # entries of the curve before a table for linear light
_UNIT = ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))

Triple = tuple[float, float, float]
Domain = tuple[Triple, Triple]  # lowest and highest input of each channel; beyond it the border counts


@dataclass(frozen=True, eq=False)
class Lut:
    """Curves, then a table; either may be missing.

    Attributes:
        curves: float32, n x 3, a curve for each channel (the shaper) with equal steps over its domain.
        table: float32, n x n x n x 3, indexed by red, green and blue, with equal steps over its domain.
        encoding: What goes in. What comes out is display-referred sRGB.
        title: Of one line.
        is_whole: Whether it is all that becomes of a photo's light, as our own tables are. Those of others are for
            pictures that are exposed already.
        curves_domain: Input of ``curves``.
        table_domain: Input of ``table``.
    """

    curves: Pixels | None = None
    table: Pixels | None = None
    encoding: Encoding = "srgb"
    title: str = ""
    is_whole: bool = False
    curves_domain: Domain = _UNIT
    table_domain: Domain = _UNIT

    def look_up(self, pixels: Pixels) -> Pixels:
        """The output for pixels (..., 3) in the table's own encoding; linear between the entries."""
        found = pixels.astype(np.float32, copy=False)
        if self.curves is not None:
            at = _positions(found, self.curves_domain, len(self.curves))
            knots = np.arange(len(self.curves))
            found = np.stack([np.interp(at[..., i], knots, self.curves[:, i]) for i in range(3)], axis=-1)
        if self.table is not None:
            found = _trilinear(self.table, _positions(found, self.table_domain, len(self.table)))
        return found.astype(np.float32, copy=False)

    def render(self, pixels: Pixels) -> Pixels:
        """The picture, display-referred sRGB in [0, 1], from linear light (..., 3)."""
        encoded = linear_to_srgb(pixels) if self.encoding == "srgb" else pixels
        return np.clip(self.look_up(encoded), 0, 1)


def bake(recipe: Recipe, size: int = 33, encoding: Encoding = "srgb", title: str = "Exposure") -> Lut:
    """Sample a recipe, its geometry and its masked steps left out.

    For linear light the sRGB curve comes first as a shaper: even steps of light would be far too coarse in the shadows.

    Args:
        recipe: What to sample.
        size: Grid points a channel.
        encoding: What will go in. Light above 1 is taken as 1.
        title: Kept in the file.
    """
    table = _sampled(everywhere(recipe), srgb_to_linear(np.linspace(0, 1, size)))
    if encoding == "srgb":
        return Lut(table=table, title=title, is_whole=True)
    shaper = linear_to_srgb(np.linspace(0, 1, _SHAPER_SIZE))
    return Lut(np.repeat(shaper[:, None], 3, axis=1), table, "linear", title, is_whole=True)


def everywhere(recipe: Recipe) -> Recipe:
    """The recipe without its masked steps: what one colour alone decides."""
    return replace(recipe, steps=tuple(step for step in recipe.steps if step.mask is None))


def cube_text(lut: Lut) -> str:
    """A table as a .cube file (Adobe's Cube LUT specification 1.0, with Resolve's way of putting a shaper first)."""
    lines = [f'TITLE "{for_cube(lut.title)}"', f"# Written by Exposure {__version__}: the look of one photo."]
    lines += [INPUT_COMMENT + INPUTS[lut.encoding], "# Output: display-referred sRGB (encoded, 0 to 1)"]
    parts = [
        (rank, part, domain)
        for rank, part, domain in ((1, lut.curves, lut.curves_domain), (3, lut.table, lut.table_domain))
        if part is not None
    ]
    for rank, part, (low, high) in parts:
        lines.append(f"LUT_{rank}D_SIZE {len(part)}")
        if len(parts) == 2:
            lines.append(f"LUT_{rank}D_INPUT_RANGE {low[0]:.7g} {high[0]:.7g}")
        else:
            lines += [
                f"DOMAIN_M{name} {' '.join(f'{x:.7g}' for x in ends)}" for name, ends in (("IN", low), ("AX", high))
            ]
    for rank, part, _ in parts:
        rows = part if rank == 1 else part.transpose(2, 1, 0, 3).reshape(-1, 3)  # red runs fastest
        lines += [f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in rows.tolist()]
    return "\n".join(lines) + "\n"


def write_cube(path: Path, lut: Lut) -> None:
    """Write a table as a .cube file.

    Raises:
        ExposureError: The file cannot be written.
    """
    write_text_atomic(path, cube_text(lut))


def _sampled(recipe: Recipe, levels: Pixels) -> Pixels:
    """The recipe's output at each combination of linear levels, n x n x n x 3."""
    size = len(levels)
    grid = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1)
    return render(grid.reshape(1, -1, 3), recipe, depth=32).reshape(size, size, size, 3)


def _positions(values: Pixels, domain: Domain, count: int) -> Pixels:
    """Where values lie among a number of entries, 0 to count - 1."""
    low, high = np.array(domain, np.float32)
    shares: Pixels = np.clip((values - low) / (high - low), 0, 1)
    return shares * np.float32(count - 1)


def _trilinear(table: Pixels, at: NDArray[np.floating]) -> Pixels:
    lower = np.minimum(at.astype(np.intp), len(table) - 2)
    upper_share = (at - lower).astype(np.float32)
    found = np.zeros(at.shape, np.float32)
    for corner in np.ndindex(2, 2, 2):
        shares = np.where(corner, upper_share, 1 - upper_share).prod(axis=-1, keepdims=True)
        red, green, blue = np.moveaxis(lower + corner, -1, 0)
        found += shares * table[red, green, blue]
    return found
