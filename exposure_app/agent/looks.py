"""Which look a seed asks for, in styles that can be told one: the source of alternatives."""

import numpy as np
from numpy.typing import NDArray

from exposure_app.agent.chances import Chances

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


def offset(seed: int) -> NDArray[np.float64]:
    """What a seed asks for beside the look that suits the photo: (4,); seed 0 for nothing else."""
    return np.array(OFFSETS[seed]) if seed < len(OFFSETS) else SPREAD * Chances(seed).normal(len(OFFSETS[0]))
