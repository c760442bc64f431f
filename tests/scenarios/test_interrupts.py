"""Ctrl-C, wherever it falls: a sweep ends, and nothing is cut in two."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import pytest

from territory_planner.domain.sweep import Cell, Parameter
from territory_planner.scenarios.cell import ship
from territory_planner.scenarios.interrupts import held_back
from territory_planner.scenarios.sweep import Crew, sweep
from tests.scenarios.grids import inputs_of

EVERYWHERE = '''
import itertools, signal, sys, threading, traceback
from concurrent.futures import ThreadPoolExecutor
from territory_planner.domain.sweep import Parameter
from territory_planner.scenarios.cell import ship
from territory_planner.scenarios.sweep import Crew, sweep
from tests.scenarios.grids import inputs_of

inputs = inputs_of(Parameter("band", (0.2, 0.3, 0.4)))
ship("threads", inputs)
executor = ThreadPoolExecutor(2)
crew = Crew(executor, lambda: 2, "threads")
list(sweep(inputs, crew))

def interrupted(moment):
    """Sweep with Ctrl-C at one moment; return whether there was such a moment."""
    passed = itertools.count()

    def trace(frame, event, _):
        # A future's own instructions, and those of its lock.
        if any("concurrent" in f.f_code.co_filename for f in (frame, frame.f_back)):
            if next(passed) == moment:
                sys.settrace(None)
                signal.raise_signal(signal.SIGINT)
        return trace

    sys.settrace(trace)
    try:
        for _ in sweep(inputs, crew):
            pass
    except KeyboardInterrupt as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        assert "scenarios" in place.filename, f"moment {moment}: raised in {place}"
    finally:
        sys.settrace(None)
    return next(passed) > moment

moments = 0
while interrupted(moments):
    moments += 5
executor.shutdown()
print(moments, "moments")
'''


def test_ctrl_c_at_many_moments() -> None:
    """Wherever it falls in the locks of futures, it is raised outside, and no thread is stuck."""
    command = [sys.executable, "-c", EVERYWHERE]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) > 50


def test_what_begins_is_given_away() -> None:
    """Ctrl-C while a cell begins is raised once it is given away, and begins no other."""
    inputs = inputs_of(Parameter("seed", (1, 2, 3)))
    ship("threads", inputs)
    begun: list[Cell] = []

    def begin(cell: Cell) -> None:
        signal.raise_signal(signal.SIGINT)
        begun.append(cell)

    before = signal.getsignal(signal.SIGINT)
    with ThreadPoolExecutor(1) as executor, pytest.raises(KeyboardInterrupt):
        list(sweep(inputs, Crew(executor, lambda: 1, "threads"), begins=begin))
    assert begun == [(1,)]
    assert signal.getsignal(signal.SIGINT) is before


def test_none_is_lost() -> None:
    """Ctrl-C that nobody waited for is raised at the end; the second is raised at once."""
    told = SimpleQueue[int | None]()
    passed = []

    def pressed(times: int) -> None:
        with held_back(told):
            for time in range(times):
                signal.raise_signal(signal.SIGINT)
                passed.append((time, times))

    with pytest.raises(KeyboardInterrupt):
        pressed(1)
    assert told.get_nowait() is None
    with pytest.raises(KeyboardInterrupt):
        pressed(2)
    assert passed == [(0, 1), (0, 2)]


def test_other_threads_hear_nothing_of_it() -> None:
    """Only the main thread can hold anything back; another one goes on as it is."""
    before = signal.getsignal(signal.SIGINT)
    heard = []

    def hold() -> None:
        with held_back(SimpleQueue[int | None]()):
            heard.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=hold)
    thread.start()
    thread.join()
    assert heard == [before]
