"""`Processes`: an executor that outlives its processes.

A `ProcessPoolExecutor` is of no use any more when one of its processes is killed, and tells nobody
whose work that process did. Here each process is a pool of its own: the one that is killed takes
nothing but its own work with it, and the next submission begins a new one.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, TypeVar

Result = TypeVar("Result")


class Processes(Executor):
    """Runs work in processes of this machine.

    Parameters
    ----------
    workers
        How many processes.
    initializer, initargs
        Called in each process before its first work.
    """

    def __init__(
        self, workers: int, initializer: Callable[..., object], initargs: tuple[Any, ...] = ()
    ) -> None:
        self._begins = (initializer, initargs)
        self._lanes = [self._pool() for _ in range(workers)]
        self._busy: list[set[Future[Any]]] = [set() for _ in range(workers)]

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Give work to the process that has the least."""
        lane = min(range(len(self._lanes)), key=lambda i: len(self._busy[i]))
        with _deaf():
            try:
                future = self._lanes[lane].submit(fn, *args, **kwargs)
            except BrokenProcessPool:
                self._lanes[lane] = self._pool()
                future = self._lanes[lane].submit(fn, *args, **kwargs)
        self._busy[lane].add(future)
        future.add_done_callback(self._busy[lane].discard)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes: when their work is done, or at once when nobody waits for it."""
        # A pool has no public way to end a process that works, before Python 3.14.
        processes = [p for pool in self._lanes for p in (pool._processes or {}).values()]
        results = [pool._result_queue for pool in self._lanes]
        managers = [pool._executor_manager_thread for pool in self._lanes]
        for pool in self._lanes:
            pool.shutdown(wait=False, cancel_futures=cancel_futures)
        if not wait:
            for process in processes:
                process.kill()
        for process in processes:
            process.join()
        if not wait:
            # Whoever reads what a process was about to say would wait for the rest of it.
            for queue in results:
                if queue is not None:
                    queue._writer.close()  # type: ignore[attr-defined]
        # They wait for the processes too, and only one who waits is told that a process has ended.
        for manager in managers:
            if manager is not None:
                manager.join()  # type: ignore[attr-defined]

    def _pool(self) -> ProcessPoolExecutor:
        # A fork would copy the locks of threads that it does not copy.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(1, context, _begin, self._begins)


@contextmanager
def _deaf() -> Iterator[None]:
    """Hear no Ctrl-C meanwhile, nor ever in a process that begins here: it is its parent's."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(initializer: Callable[..., object], initargs: tuple[Any, ...]) -> None:
    """Begin a process: out of reach of the terminal, which is its parent's, and gone with it."""
    if hasattr(os, "setpgrp"):
        os.setpgrp()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    initializer(*initargs)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
