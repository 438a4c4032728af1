"""Many machines: a running dask.distributed scheduler as the executor of a batch.

Scheduling, retries when a machine dies and the dashboard are dask's. A style travels once to each worker, also to
those that join later; nothing else is set up there but Exposure itself.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from exposure_app import __version__
from exposure_app.batch.models import BatchItem, BatchSpec, ItemResult
from exposure_app.batch.remote import is_address, process_remote
from exposure_app.batch.work import process
from exposure_app.errors import ExposureError

if TYPE_CHECKING:
    from distributed import Client

_CONNECT = 20  # seconds
_AHEAD = 2  # jobs handed out for every thread of the workers, so that none waits for the next
_HINT = "Start one with: dask scheduler --host 127.0.0.1, and dask worker ADDRESS --nthreads 1; see docs/batch.md."


@dataclass(frozen=True)
class Cluster:
    """A cluster that is ready for a batch.

    Attributes:
        executor: Where jobs go.
        at_once: How many at a time.
        crashes: What it raises when workers have died on a job again and again.
        dashboard: Where to watch it.
    """

    executor: Executor
    at_once: int
    crashes: tuple[type[BaseException], ...]
    dashboard: str


@contextmanager
def connected(address: str, spec: BatchSpec) -> Iterator[Cluster]:
    """Connect to a scheduler such as ``tcp://host:8786`` and bring the specification's style to its workers.

    Raises:
        ExposureError: dask.distributed is not installed, there is no scheduler or no worker, or the workers have
            another version of Exposure.
    """
    try:
        from distributed import Client, KilledWorker

        from exposure_app.batch.cluster_setup import Setup
    except ImportError:
        raise ExposureError("Clusters need dask.distributed", "Install exposure-app[cluster].") from None
    try:
        client = Client(address, timeout=_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ExposureError(f"There is no scheduler at {address} ({error})", _HINT) from None
    with client:
        _check_versions(client, address)
        client.register_plugin(Setup(spec), name=f"exposure-{spec.style_digest}")
        threads = sum(client.ncores().values())
        executor = client.get_executor(pure=False)
        yield Cluster(executor, _AHEAD * threads, (KilledWorker,), client.dashboard_link)


def process_there(spec: BatchSpec, work: Path, job: BatchItem) -> ItemResult:
    """As ``process``, on a worker of a cluster: with the style that has been brought there."""
    if spec.style:
        from exposure_app.batch.cluster_setup import brought

        spec = replace(spec, style=str(brought[spec.style_digest]))
    return (process_remote if is_address(job.photo) else process)(spec, work, job)


def _version() -> str:
    return __version__


def _check_versions(client: "Client", address: str) -> None:
    versions = client.run(_version)
    if not versions:
        raise ExposureError(f"The scheduler at {address} has no workers", _HINT)
    other = {version for version in versions.values() if version != __version__}
    if other:
        raise ExposureError(
            f"Workers of {address} have Exposure {', '.join(sorted(other))}, this is {__version__}",
            "Install the same version everywhere: another one may give other pictures.",
        )
