"""`heard`: a library's own search, in a thread of its own so that an interrupt is heard.

Python handles a signal between two instructions of the main thread, and such a search is one.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from territory_planner.solving.progress import Search

PULSE_S = 0.1
"""How often it is asked whether the search is over."""

Answer = TypeVar("Answer")


def heard(run: Callable[[], Answer], stop: Callable[[], object], search: Search) -> Answer:
    """Return what a call returns, which is told to stop once the search is over.

    Parameters
    ----------
    stop
        Makes the call return soon; may be called before it has begun, and more than once.
    """
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run)
        try:
            while not wait([running], PULSE_S).done:
                if search.is_over():
                    stop()
        except KeyboardInterrupt:
            search.stop()
            stop()
            raise
    return running.result()
