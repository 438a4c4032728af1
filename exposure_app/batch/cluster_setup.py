"""What is done once on every worker of a cluster."""

import tempfile
from pathlib import Path

from distributed import Worker
from distributed.diagnostics.plugin import WorkerPlugin

from exposure_app.agent.style import MOST_BYTES
from exposure_app.batch.models import BatchSpec
from exposure_app.jit import limit_cores
from exposure_app.reading import read_bytes

brought: dict[str, Path] = {}  # styles in this process, by their digests


class Setup(WorkerPlugin):
    """Writes the style down and lets each job compute on one core, for a worker has one for each of its threads.

    Args:
        spec: Whose style.
    """

    def __init__(self, spec: BatchSpec) -> None:
        self._digest = spec.style_digest
        self._name = Path(spec.style).name  # recipes tell it
        self._style = read_bytes(spec.style, MOST_BYTES) if spec.style else b""

    def setup(self, worker: Worker) -> None:
        """Called by dask on every worker, also on those that join later."""
        limit_cores(1)
        if self._style:
            path = Path(tempfile.mkdtemp(prefix="exposure-style-", dir=worker.local_directory)) / self._name
            path.write_bytes(self._style)
            brought[self._digest] = path
