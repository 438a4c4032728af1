"""Exposure: a white-box photo editor that learns a style from photos you like."""

import os

__version__ = "0.1.0"

# Numpy reads this when it loads. The agent's products of matrices are small: to share one among cores takes longer, far
# longer on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
