"""Random numbers for the agent in use: those that torch gives for the same seed, without torch.

Seeds are kept in recipes, and what they stand for must last: the recipes of years are made of these numbers. Both
torch and numpy begin a Mersenne Twister (M. Matsumoto and T. Nishimura 1998) the same way, from the lowest 32 bits of a
seed.
"""

import numpy as np
from numpy.typing import NDArray

_BITS = 0xFFFFFFFF


class Chances:
    """What ``torch.Generator().manual_seed(seed)`` would give, one number after the other.

    Args:
        seed: From 0.
    """

    def __init__(self, seed: int) -> None:
        self._twister = np.random.RandomState(seed & _BITS)

    def uniform(self, count: int) -> NDArray[np.float32]:
        """As ``torch.rand``: multiples of 2^-24 in [0, 1)."""
        return (self._words(count) & 0xFFFFFF).astype(np.float32) * np.float32(2.0**-24)

    def normal(self, count: int) -> NDArray[np.float64]:
        """As the first call of ``torch.randn`` for fewer than 16 numbers in double precision (Box and Muller 1958)."""
        words = self._words(4 * -(-count // 2)).astype(np.uint64).reshape(-1, 2, 2)
        chance = ((words[..., 0] << np.uint64(32) | words[..., 1]) & np.uint64(2**53 - 1)).astype(np.float64) * 2.0**-53
        angle, radius = 2 * np.pi * chance[:, 0], np.sqrt(-2 * np.log1p(-chance[:, 1]))
        return np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1).reshape(-1)[:count]

    def _words(self, count: int) -> NDArray[np.uint32]:
        return self._twister.randint(0, _BITS + 1, count, np.uint32)
