"""Which look a seed asks for, in styles that can be told one: the source of alternatives."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

# Away from the look that suits the photo, by ``statistics.AIMS``: brightness, contrast, warmth, color. Large enough to
# be seen beside each other, small enough that each is still a good picture.
OFFSETS = (
    (0.0, 0.0, 0.0, 0.0),
    (0.8, 0.0, 0.0, 0.0),
    (0.0, 0.0, 0.6, 0.2),
    (-0.2, 0.9, 0.0, 0.3),
    (0.3, 0.2, 0.0, 0.9),
    (-0.8, 0.0, 0.0, 0.0),
    (0.0, 0.0, -0.6, 0.0),
    (0.4, -0.8, 0.0, -0.4),
    (0.0, 0.1, 0.0, -0.8),
)
SPREAD = 0.6  # deviation of the offsets of further seeds


def offset(seed: int) -> "Tensor":
    """What a seed asks for beside the look that suits the photo: (4,), double precision; seed 0 for nothing else."""
    import torch

    if seed < len(OFFSETS):
        return torch.tensor(OFFSETS[seed], dtype=torch.float64)
    generator = torch.Generator().manual_seed(seed)
    return SPREAD * torch.randn(len(OFFSETS[0]), generator=generator, dtype=torch.float64)
