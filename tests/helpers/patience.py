"""Waiting for what must come: so long that only what never comes fails, on the busiest machine too."""

import time
from collections.abc import Callable

PATIENCE = 600  # seconds


def wait_until(condition: Callable[[], object]) -> None:
    """Look again and again until it holds; for what other processes do, which tell us nothing."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)
