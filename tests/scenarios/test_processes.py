"""An executor that outlives its processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from territory_planner.scenarios.processes import Processes

PARENT = """
import os, sys, time
from territory_planner.scenarios.processes import Processes
if __name__ == "__main__":
    executor = Processes(1, int)
    print(executor.submit(os.getpid).result(), flush=True)
    executor.submit(time.sleep, 600)
    time.sleep(600)
"""


def test_killed_while_idle() -> None:
    """A process that is killed between two pieces of work is replaced for the next one."""
    with Processes(1, int) as executor:
        first = executor.submit(os.getpid).result()
        assert executor.submit(os.getpid).result() == first
        os.kill(first, signal.SIGKILL)
        _wait_until_gone(first)
        try:
            second = executor.submit(os.getpid).result()
        except BrokenProcessPool:
            # Given to it in the moment before its death was seen.
            second = executor.submit(os.getpid).result()
        assert second != first


def test_killed_at_work() -> None:
    """Who is killed takes nothing but its own work with it."""
    with Processes(2, int) as executor:
        # Work goes to who has least of it: one to each.
        futures = [executor.submit(time.sleep, 3.0), executor.submit(time.sleep, 3.0)]
        multiprocessing.active_children()[0].kill()
        wait(futures)
        errors = [future.exception() for future in futures]
        assert sorted(type(error).__name__ for error in errors) == ["BrokenProcessPool", "NoneType"]
        assert executor.submit(max, 1, 2).result() == 2


def test_begins_once_in_each_process(tmp_path: Path) -> None:
    """The initializer is called in each process before its first work, and not again."""
    place = tmp_path / "begun"
    with Processes(2, _note, (place,)) as executor:
        wait([executor.submit(time.sleep, 0.2) for _ in range(6)])
    assert len(set(place.read_text().split())) == len(place.read_text().split()) == 2


def _note(place: Path) -> None:
    with place.open("a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\n")


def test_shutdown_at_once() -> None:
    """Who does not wait for the work ends it, and nothing goes on behind their back."""
    threads = set(threading.enumerate())
    executor = Processes(2, int)
    futures = [executor.submit(time.sleep, 600) for _ in range(2)]
    began = time.monotonic()
    executor.shutdown(wait=False, cancel_futures=True)
    assert time.monotonic() - began < 30
    assert multiprocessing.active_children() == []
    assert set(threading.enumerate()) <= threads
    for future in futures:
        with pytest.raises(BrokenProcessPool):
            future.result(timeout=30)


def test_gone_with_their_parent(tmp_path: Path) -> None:
    """When the parent is killed, a process ends in the middle of its work."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        os.kill(worker, 0)
        parent.kill()
    _wait_until_gone(worker)


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="POSIX only")
def test_deaf_from_their_first_moment() -> None:
    """Ctrl-C is blocked in a process before it can say so itself, and not in its parent."""
    with Processes(1, int) as executor:
        blocked = executor.submit(signal.pthread_sigmask, signal.SIG_BLOCK, []).result()
    assert signal.SIGINT in blocked
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def _wait_until_gone(process: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return
        if state == "Z":
            return
        time.sleep(0.05)
    raise TimeoutError(f"process {process} is still there")


SAYING_MUCH = """
import time
from territory_planner.scenarios.processes import Processes

def say(size):
    return b"x" * size

if __name__ == "__main__":
    executor = Processes(2, int)
    begun = [executor.submit(say, 400_000_000) for _ in range(2)]
    time.sleep(1.0)
    executor.shutdown(wait=False, cancel_futures=True)
"""


def test_what_is_half_said_keeps_nobody_waiting(tmp_path: Path) -> None:
    """Processes that are ended while they hand over their results let the program end."""
    script = tmp_path / "half.py"
    script.write_text(SAYING_MUCH, encoding="utf-8")
    done = subprocess.run([sys.executable, "-W", "ignore", str(script)], timeout=60)
    assert done.returncode == 0
