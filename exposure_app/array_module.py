"""Formulas that stand once, for numpy and for torch: whichever their arrays are of."""

import sys
from typing import Any

import numpy as np


def module_of(array: Any) -> Any:
    """Of numpy or torch, without loading torch: who has a tensor has loaded it."""
    return np if isinstance(array, (np.ndarray, np.generic)) else sys.modules["torch"]
