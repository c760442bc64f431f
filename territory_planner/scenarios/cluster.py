"""`on_cluster`: the executor of a Dask cluster, whose workers know the inputs of a sweep.

The scheduler hands the inputs to each worker once, as a plugin, also to one that joins later or
comes back. It is the scheduler that gives a lost worker's cells to others, as often as its setting
``allowed-failures`` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any
from uuid import uuid4

from distributed import Client, Worker, WorkerPlugin
from distributed.comm.addressing import get_address_host_port

from territory_planner.errors import Fault, InputError
from territory_planner.scenarios.cell import Inputs, forget, ship
from territory_planner.scenarios.sweep import LOST, Crew, LostExecutorError

CONNECT_S = 10
JOIN_S = 60


class Shipped(WorkerPlugin):
    """The inputs of a sweep, for as long as it lasts.

    Parameters
    ----------
    name, inputs
        What a worker is to know.
    """

    def __init__(self, name: str, inputs: Inputs) -> None:
        self.name = name
        self.inputs = inputs

    def setup(self, worker: Worker) -> None:  # noqa: ARG002
        """Let the worker know them."""
        ship(self.name, self.inputs)

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002
        """Let it forget them."""
        forget(self.name)


class Connected(Client):
    """A client that is closed when it cannot be started."""

    def start(self, **options: Any) -> Any:
        """Connect to the scheduler."""
        start: Any = super().start
        close: Any = self.close
        try:
            return start(**options)
        except BaseException:
            # Nobody has it to close: Python would do so at its end, and tell of a time-out.
            close()
            raise


def check_address(address: str) -> None:
    """Refuse what is no address, before anything is read.

    Raises
    ------
    InputError
        When its scheme is none that Dask knows, or it has no port.
    """
    try:
        get_address_host_port(address)
    except ValueError as error:
        given = address or "''"
        told = "is no address. Give the scheduler's, such as tcp://10.0.0.5:8786."
        raise InputError([Fault("command line", f"--cluster {given} {told}")]) from error


@contextmanager
def on_cluster(inputs: Inputs, address: str) -> Iterator[Crew]:
    """Give the workers of a cluster, who know the inputs.

    Parameters
    ----------
    address
        Of the scheduler, such as ``tcp://10.0.0.5:8786``.

    Raises
    ------
    InputError
        When no scheduler answers there, or it has no workers.
    """
    client: Any = _client(address)
    try:
        _wait_for_workers(client, address)
        name = uuid4().hex
        _ship(client, Shipped(name, inputs), address)
        executor = client.get_executor(pure=False)
        try:
            yield Crew(executor, partial(_at_once, client), name)
        finally:
            # Of a scheduler that is gone there is nothing to take back.
            with suppress(OSError):
                executor.shutdown(wait=False)
                client.unregister_worker_plugin(name)
    finally:
        client.close()


def _ship(client: Any, shipped: Shipped, address: str) -> None:
    try:
        client.register_plugin(shipped, name=shipped.name)
    except ImportError as error:
        message = f"its workers do not have what this one has ({error}). Install it there."
        raise InputError([Fault(address, message)]) from error


def _at_once(client: Any) -> int:
    """Return one cell more than there are threads: who is done need not wait for the next."""
    try:
        return 1 + int(sum(client.nthreads().values()))
    except OSError as error:
        raise LostExecutorError(f"{LOST} (The scheduler is gone.)") from error


def _wait_for_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=JOIN_S)
    except TimeoutError as error:
        message = f"no worker has joined in {JOIN_S} s. Start some: dask worker {address}."
        raise InputError([Fault(address, message)]) from error


def _client(address: str) -> Any:
    try:
        connect: Any = Connected
        return connect(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        message = "no Dask scheduler answers here. Start one: dask scheduler, and give its address."
        raise InputError([Fault(address, message)]) from error
    except TypeError as error:
        message = f"Dask is not set up for such an address ({error}). Set it up, or give another."
        raise InputError([Fault(address, message)]) from error
