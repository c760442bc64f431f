"""`held_back`: Ctrl-C kept from falling into what must not be cut in two.

Python raises `KeyboardInterrupt` between any two instructions of the main thread. Where that is
inside a lock of a future, the lock is never released: the thread that wants to say how the work
ended waits for ever, and the program with it.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TypeVar

Item = TypeVar("Item")


@contextmanager
def held_back(told: SimpleQueue[Item | None]) -> Iterator[None]:
    """Let the first Ctrl-C be None in a queue, and raise at the end; the second raises at once.

    Parameters
    ----------
    told
        What the main thread waits for; of all queues this kind alone can be told something while
        it is being told something.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    is_told = False

    def on_interrupt(*_: object) -> None:
        nonlocal is_told
        if is_told:
            raise KeyboardInterrupt
        is_told = True
        told.put(None)

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if is_told:
        raise KeyboardInterrupt
