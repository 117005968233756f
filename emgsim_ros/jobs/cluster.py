"""Independent jobs on a Ray cluster (https://docs.ray.io)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import InvalidInput, MissingExtra

HERE = "local"  # address for a Ray that is started on this machine and ends with the command
RETRIES = 3  # repetitions of a job whose worker has crashed


class ClusterJob:
    """A job on the cluster, with the interface of a future."""

    def __init__(self, reference: Any) -> None:
        self._reference = reference

    def done(self) -> bool:
        """Return whether the job has ended, successfully or not."""
        import ray

        return bool(ray.wait([self._reference], timeout=0)[0])

    def result(self) -> Any:
        """Return the result of the job, or raise its error."""
        import ray

        return ray.get(self._reference)


class RayCluster:
    """Submits jobs that use one core each."""

    def submit(self, function: Callable[..., Any], *arguments: Any) -> ClusterJob:
        """Run a function of this package on a machine of the cluster; the package must be installed there as well."""
        import ray

        return ClusterJob(ray.remote(num_cpus=1, max_retries=RETRIES)(function).remote(*arguments))


@contextmanager
def ray_cluster(address: str, workers: int = 0) -> Iterator[RayCluster]:
    """Connect to a Ray cluster, or start one on this machine.

    Args:
        address: Address of its head (``auto``, ``host:6379`` or ``ray://host:10001``), or ``local`` to start one here.
        workers: Number of workers of a cluster that is started here; 0: one for each core.

    Raises:
        MissingExtra: The package ray is not installed.
        InvalidInput: There is no cluster at the address.
    """
    try:
        import ray
    except ImportError:
        raise MissingExtra("a Ray cluster", "ray", "emgsim-ros[cluster]") from None
    here: dict[str, Any] = {"num_cpus": workers or None, "include_dashboard": False} if address == HERE else {}
    try:
        ray.init(address=address, log_to_driver=False, **here)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise InvalidInput("address", address, f"a running Ray cluster ({error})") from None
    try:
        yield RayCluster()
    finally:
        ray.shutdown()
