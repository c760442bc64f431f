"""Small sweeps that tests share, and work that kills its process."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.plan import SolveOptions
from territory_planner.domain.sweep import Parameter, Sweep
from territory_planner.scenarios.cell import Base, Inputs
from territory_planner.scenarios.processes import Processes
from tests.worlds import grid_problem

SECONDS = 20.0
"""More than any cell here takes."""
OPTIONS = SolveOptions(SECONDS)


def inputs_of(*parameters: Parameter, **more: Base) -> Inputs:
    """Return a sweep over sixteen units of three territories, of which the first holds least."""
    problem = grid_problem(
        "11212121/12121212",
        current="AABBBCCC/ABBBBCCC",
        n_territories=3,
        potential="1" * 8 + "/" + "1" * 8,
    )
    criteria = Criteria({"workload": Band.within(0.2), "potential": Band.within(0.3, 0.5)})
    bases = {"base": Base(problem, criteria, OPTIONS), **more}
    return Inputs(bases, Sweep(parameters))


class Killing(Processes):
    """Processes of which some are killed by their work: as often as a file says, by cell.

    Parameters
    ----------
    folder
        Where the deaths are counted.
    deadly
        How often each cell is the end of its process.
    """

    def __init__(
        self,
        folder: Path,
        deadly: dict[tuple[Any, ...], int],
        workers: int,
        initializer: Callable[..., object],
        initargs: tuple[Any, ...],
    ) -> None:
        super().__init__(workers, initializer, initargs)
        self._folder = folder
        self._deadly = deadly

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Give work to a process that may not live to do it."""
        name, cell = args
        times = self._deadly.get(cell, 0)
        place = self._folder / "-".join(map(str, cell))
        return super().submit(kill_first, place, times, fn, name, cell)


def kill_first(place: Path, times: int, fn: Callable[..., Any], *args: Any) -> Any:
    """Do the work, once the process has been killed so often before."""
    deaths = place.stat().st_size if place.exists() else 0
    if deaths < times:
        with place.open("a", encoding="utf-8") as file:
            file.write("x")
        os.kill(os.getpid(), signal.SIGKILL)
    return fn(*args)
