"""Sweeps: every cell is planned once, whatever dies or cannot be planned on the way."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from territory_planner.domain.sweep import Cell, Parameter
from territory_planner.scenarios.cell import NOT_PLANNED, Inputs, cell_key, plan_of, ship
from territory_planner.scenarios.sweep import (
    Crew,
    LostExecutorError,
    on_processes,
    sweep,
)
from territory_planner.scenarios.swept import cells_in_words
from territory_planner.solving import solve
from tests.scenarios.grids import Killing, inputs_of

BANDS = Parameter("band", (0.2, 0.3, 0.4, 0.5))


def threads(inputs: Inputs, executor: ThreadPoolExecutor, at_once: int = 2) -> Crew:
    ship("threads", inputs)
    return Crew(executor, lambda: at_once, "threads")


def test_every_cell_on_processes() -> None:
    """Each cell comes back once, and its plan is the one that is made of it here."""
    inputs = inputs_of(Parameter("headcount", (2, 3, 4)), Parameter("band", (0.2, 0.3)))
    with on_processes(inputs, 2) as crew:
        outcomes = list(sweep(inputs, crew))
    assert sorted(o.cell for o in outcomes) == sorted(inputs.sweep)
    for outcome in outcomes:
        plan = plan_of(inputs, outcome)
        assert plan == solve(plan.problem, plan.criteria, plan.options)
        assert plan.problem.n_territories == outcome.cell[0]
    assert multiprocessing.active_children() == []


def test_every_cell_on_threads() -> None:
    """Any executor will do, also one of threads."""
    inputs = inputs_of(Parameter("seed", (1, 2, 3)))
    with ThreadPoolExecutor(2) as executor:
        found = {o.cell: plan_of(inputs, o) for o in sweep(inputs, threads(inputs, executor))}
    assert {cell: plan.options.seed for cell, plan in found.items()} == {(1,): 1, (2,): 2, (3,): 3}


def test_known_cells_are_left_out() -> None:
    """Cells whose keys are done are not planned again, and the others begin once each."""
    inputs = inputs_of(BANDS)
    begun: list[Cell] = []
    done = {cell_key(inputs, (0.2,)), cell_key(inputs, (0.4,)), "another's"}
    with ThreadPoolExecutor(1) as executor:
        found = [o.cell for o in sweep(inputs, threads(inputs, executor), done, begun.append)]
    assert found == begun == [(0.3,), (0.5,)]


def test_failing_cells_stop_nobody() -> None:
    """A cell that cannot be planned is told with its reason; the others are planned."""
    inputs = inputs_of(Parameter("band", (0.0001, 0.3)), Parameter("headcount", (3, 0)))
    with ThreadPoolExecutor(1) as executor:
        outcomes = {o.cell: o for o in sweep(inputs, threads(inputs, executor))}
    assert len(outcomes) == 4
    assert outcomes[0.3, 3].found
    assert "No alignment satisfies these criteria together" in outcomes[0.0001, 3].why
    assert "it is the only territory" in outcomes[0.3, 0].why
    assert not outcomes[0.3, 0].found


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_process(tmp_path: Path, workers: int) -> None:
    """The cell whose process is killed is planned again, and begins once."""
    inputs = inputs_of(BANDS)
    begun: list[Cell] = []
    initargs = (inputs.fingerprint, inputs)
    with Killing(tmp_path, {(0.2,): 1, (0.4,): 1}, workers, ship, initargs) as executor:
        crew = Crew(executor, lambda: workers, inputs.fingerprint)
        outcomes = list(sweep(inputs, crew, begins=begun.append))
    assert sorted(o.cell for o in outcomes) == sorted(begun) == sorted(inputs.sweep)
    assert all(o.found for o in outcomes)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["0.2", "0.4"]


def test_deadly_cell_is_given_up(tmp_path: Path) -> None:
    """A cell that is the end of its process twice is told so, after all others are planned."""
    inputs = inputs_of(BANDS)
    with Killing(tmp_path, {(0.2,): 99}, 2, ship, (inputs.fingerprint, inputs)) as executor:
        outcomes = list(sweep(inputs, Crew(executor, lambda: 2, inputs.fingerprint)))
    assert len(outcomes) == 4
    assert [o.cell for o in outcomes if not o.found] == [(0.2,)]
    assert outcomes[-1].why == f"{NOT_PLANNED}its process was killed 2 times on the way."
    assert (tmp_path / "0.2").stat().st_size == 2


def test_plain_pool_that_breaks() -> None:
    """A pool that cannot be mended ends the sweep with a sentence instead of a traceback."""
    inputs = inputs_of(BANDS)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context, os._exit, (1,)) as pool:
        crew = Crew(pool, lambda: 1, inputs.fingerprint)
        with pytest.raises(LostExecutorError, match="run the same again"):
            list(sweep(inputs, crew))


def test_left_early() -> None:
    """Who stops listening to a sweep leaves no process behind."""
    inputs = inputs_of(BANDS)

    def first() -> None:
        with on_processes(inputs, 2) as crew:
            for _ in sweep(inputs, crew):
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        first()
    assert multiprocessing.active_children() == []


def test_cells_are_counted_in_words() -> None:
    """One is no "1 cells"."""
    assert [cells_in_words(n) for n in (0, 1, 1200)] == ["0 cells", "1 cell", "1,200 cells"]
