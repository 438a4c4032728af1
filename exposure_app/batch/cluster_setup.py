"""What is done once on every worker of a cluster."""

import tempfile
from pathlib import Path

from distributed import Worker
from distributed.diagnostics.plugin import WorkerPlugin

from exposure_app.agent.style import MOST_BYTES
from exposure_app.batch.order import Order
from exposure_app.jit import limit_cores
from exposure_app.reading import read_bytes

brought: dict[str, Path] = {}  # styles in this process, by their digests


class Setup(WorkerPlugin):
    """Writes an order's style down and lets each job compute on one core, for a worker has one for each of its threads.

    Args:
        order: Whose style.
    """

    def __init__(self, order: Order) -> None:
        self._digest = order.style_digest
        self._name = Path(order.style).name  # recipes tell it
        self._style = read_bytes(order.style, MOST_BYTES) if order.style else b""

    def setup(self, worker: Worker) -> None:
        """Called by dask on every worker, also on those that join later."""
        limit_cores(1)
        if self._style:
            path = Path(tempfile.mkdtemp(prefix="exposure-style-", dir=worker.local_directory)) / self._name
            path.write_bytes(self._style)
            brought[self._digest] = path
