"""`sweep`: every cell of a grid planned, on any executor of `concurrent.futures`.

The executor's processes must know the inputs (`ship`) under the crew's name: `on_processes` and
`scenarios.cluster` see to that, once for each process.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Generator, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from queue import SimpleQueue

from territory_planner.domain.sweep import Cell
from territory_planner.errors import InputError, TerritoryPlannerError
from territory_planner.scenarios.cell import (
    NOT_PLANNED,
    Inputs,
    Outcome,
    asked,
    cell_key,
    ship,
    solve_cell,
)
from territory_planner.scenarios.interrupts import held_back
from territory_planner.scenarios.processes import Processes
from territory_planner.solving import prepare

LOST = "Whoever plans the cells takes no more. What is planned is kept: run the same again."
LIVES = 2
"""How often a cell may be the end of its process before it is given up."""


class LostExecutorError(TerritoryPlannerError):
    """The executor is gone, with cells that have not been planned."""


@dataclass(frozen=True)
class Crew:
    """Who plans the cells of a sweep.

    Parameters
    ----------
    executor
        Any of `concurrent.futures`, or one like them.
    at_once
        Returns how many cells it is to be given at a time.
    name
        The name under which its processes know the inputs.
    """

    executor: Executor
    at_once: Callable[[], int]
    name: str


def sweep(
    inputs: Inputs,
    crew: Crew,
    done: Collection[str] = (),
    begins: Callable[[Cell], object] = lambda _: None,
) -> Generator[Outcome]:
    """Plan the cells of a sweep, and yield what became of each as soon as it is known.

    A cell whose process is killed is planned again, alone, so that a second death is its own; then
    it is given up. What goes wrong with one cell stops no other. Ctrl-C is raised where this waits,
    and neither while a cell is given away nor in what is done with its outcome.

    Parameters
    ----------
    inputs
        The grid, and what its cells have in common.
    crew
        Who plans; its executor is not shut down here.
    done
        Keys of cells that need no plan any more.
    begins
        Called with each cell that is given away, once.

    Raises
    ------
    LostExecutorError
        When the executor takes no more work, or drops what it had.
    KeyboardInterrupt
        At Ctrl-C.
    """
    known = frozenset(done)
    waiting = deque(cell for cell in inputs.sweep if cell_key(inputs, cell) not in known)
    deaths = Counter[Cell]()
    running: dict[Future[Outcome], Cell] = {}
    ended = SimpleQueue[Future[Outcome] | None]()
    with held_back(ended):
        try:
            while waiting or running:
                while waiting and _may_begin(waiting[0], running, deaths, crew):
                    cell = waiting.popleft()
                    if not deaths[cell]:
                        begins(cell)
                    future = _submitted(crew, cell)
                    running[future] = cell
                    future.add_done_callback(ended.put)
                one = ended.get()
                if one is None:
                    raise KeyboardInterrupt
                cell = running.pop(one)
                outcome = _outcome(one, cell)
                if outcome is None:
                    deaths[cell] += 1
                    if deaths[cell] < LIVES:
                        waiting.append(cell)
                        continue
                    why = f"{NOT_PLANNED}its process was killed {LIVES} times on the way."
                    outcome = Outcome(cell, why=why)
                yield outcome
        finally:
            for future in running:
                future.cancel()


def _may_begin(
    cell: Cell, running: dict[Future[Outcome], Cell], deaths: Counter[Cell], crew: Crew
) -> bool:
    """Return whether the next cell may begin; one that a process died of is left alone."""
    if not running:
        return True
    alone = deaths[cell] or any(deaths[other] for other in running.values())
    return not alone and len(running) < crew.at_once()


def _submitted(crew: Crew, cell: Cell) -> Future[Outcome]:
    try:
        return crew.executor.submit(solve_cell, crew.name, cell)
    except RuntimeError as error:
        raise LostExecutorError(f"{LOST} ({error})") from error


def _outcome(future: Future[Outcome], cell: Cell) -> Outcome | None:
    """Return what became of a cell, None when its process was killed."""
    try:
        error = future.exception()
    except CancelledError as cancelled:
        raise LostExecutorError(LOST) from cancelled
    if error is None:
        return future.result()
    if isinstance(error, BrokenExecutor):
        return None
    if not isinstance(error, Exception):
        raise error
    return Outcome(cell, why=f"{NOT_PLANNED}{type(error).__name__}: {error}")


@contextmanager
def on_processes(inputs: Inputs, workers: int) -> Iterator[Crew]:
    """Give processes on this machine that know the inputs.

    When it is left by an exception, what they are at is given up.
    """
    _compile(inputs)
    executor = Processes(workers, ship, (inputs.fingerprint, inputs))
    try:
        yield Crew(executor, lambda: workers, inputs.fingerprint)
    except BaseException:
        # Whoever presses Ctrl-C again would else leave the processes at work.
        with held_back(SimpleQueue()):
            executor.shutdown(wait=False, cancel_futures=True)
        raise
    executor.shutdown()


def _compile(inputs: Inputs) -> None:
    """Have compiled what the cells need, once for all processes."""
    opens = any(parameter.kind == "headcount" for parameter in inputs.sweep.parameters)
    # Cells of one scenario differ in numbers, and not in what is asked of the search.
    firsts = {inputs.scenario_of(cell): cell for cell in reversed(list(inputs.sweep))}
    for cell in firsts.values():
        with suppress(InputError):
            criteria = asked(inputs, cell)[1]
            prepare(criteria)
            if opens:
                prepare(replace(criteria, centers="free"))
