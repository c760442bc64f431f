"""The recipe of a sweep: read, plan every cell that is not kept yet, keep it, measure, draw."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from functools import partial
from os import cpu_count
from pathlib import Path
from typing import TYPE_CHECKING

from territory_planner.config import Settings
from territory_planner.config.scenarios import BASE
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.sweep import Cell, Sweep
from territory_planner.scenarios.cell import (
    NOT_PLANNED,
    Base,
    Inputs,
    Outcome,
    cell_key,
    cell_name,
    check_growth,
    options_of,
    plan_of,
)
from territory_planner.scenarios.sweep import Crew, on_processes, sweep
from territory_planner.scenarios.swept import (
    Figure,
    Row,
    Swept,
    cells_in_words,
    figures_of,
    headcounts_in_words,
    measured,
)

if TYPE_CHECKING:
    from territory_planner.reporting.heat_map import View
    from territory_planner.store.run import Run
    from territory_planner.store.runs import Store

PREFIX = "sweep/"
MARK, CODE = "#", 16
"""How the keys of a sweep's runs begin in the store, and what stands before their last digits."""

PAGE, TABLE = "sweep.html", "sweep.csv"

Tell = Callable[[str], object]
Gather = Callable[[Inputs], AbstractContextManager[Crew]]


def sweep_project(
    settings: Settings,
    grid: Sweep,
    gather: Gather | None = None,
    options: SolveOptions | None = None,
    start: Plan | None = None,
    tell: Tell = lambda _: None,
    threads: int = 1,
) -> Swept:
    """Plan every cell of a project's sweep that its store does not hold, and keep each.

    The processes begin anew: a script that calls this does so below ``if __name__ == "__main__":``.

    Parameters
    ----------
    settings
        What `plan.toml` says.
    grid
        The cells.
    gather
        Gives who plans the cells, from what they have in common; a process for each CPU when not
        given.
    options
        The effort of each cell; when not given that of the settings, or of the cell's scenario.
    start
        A plan that each cell begins at.
    tell
        Called with a sentence when a cell is done.
    threads
        Of each cell, in the place of the workers that the settings give one plan.

    Raises
    ------
    InputError
        When the files or the store cannot be used, or growth is that of what no cell has.
    LostExecutorError
        When those who plan are gone.
    """
    gather = gather or partial(on_processes, workers=cpu_count() or 1)
    tell(f"Reading {settings.path} ...")
    # What growth asks of the accounts' columns is kept when they are read.
    settings = replace(settings, sweep=grid).insisting(workers=threads)
    inputs = Inputs(_bases(settings, grid, options, start), grid)
    check_growth(inputs)
    figures = figures_of_project(settings, grid)
    ledger = Ledger(settings, inputs, figures)
    rows = ledger.known()
    left = len(grid) - len(rows)
    tell(f"{cells_in_words(len(grid))}, {len(rows):,} known already")
    if left:
        tell("Starting those who plan ...")
        done = {cell_key(inputs, cell) for cell in rows}
        try:
            with gather(inputs) as crew, closing(sweep(inputs, crew, done, ledger.begin)) as found:
                for outcome in found:
                    row = ledger.end(outcome)
                    rows[outcome.cell] = row
                    told = f"{len(rows):,} of {len(grid):,}: {cell_name(inputs, outcome.cell)}: "
                    tell(told + _in_short(row))
        finally:
            ledger.close()
    ordered = tuple(rows[cell] for cell in grid)
    return Swept(grid, figures, ordered, headcounts_in_words(inputs))


def _bases(
    settings: Settings, grid: Sweep, options: SolveOptions | None, start: Plan | None
) -> dict[str, Base]:
    """Return the project, and those of its scenarios that are asked for."""
    from territory_planner.scenarios.cases import read_cases
    from territory_planner.store.plan_file import load_plan

    varied = [p.values for p in grid.parameters if p.kind == "scenario"]
    names = dict.fromkeys((BASE, *(str(name) for values in varied for name in values)))
    line = {s.name: s for name in names if name != BASE for s in settings.lineage(name)}
    cases = read_cases(settings, tuple(line.values()), load_plan)
    return {
        n: Base(case.problem, case.criteria, options or case.options, start or case.start)
        for n, case in cases.items()
        if n in names
    }


def figures_of_project(settings: Settings, grid: Sweep) -> tuple[Figure, ...]:
    """Return the figures that the plans of a project's sweep have."""
    banded = {m.name for m in settings.measure if m.limits is not None}
    for parameter in grid.parameters:
        if parameter.kind == "band" and parameter.measure:
            banded.add(parameter.measure)
    for scenario in settings.scenarios:
        banded |= set(scenario.bands)
    return figures_of([m.name for m in settings.measure], banded)


def draw_sweep(swept: Swept, view: View, folder: Path, title: str) -> tuple[Path, Path]:
    """Write the heat map and the table of a sweep, and return their paths.

    Raises
    ------
    OutputError
        When they cannot be written.
    """
    from territory_planner.exporting.sweep_table import write_sweep
    from territory_planner.reporting.heat_map import write_heat_map

    return write_heat_map(swept, folder / PAGE, title, view), write_sweep(swept, folder / TABLE)


class Ledger:
    """The runs of a sweep in the project's store, where it has one.

    Parameters
    ----------
    settings, inputs, figures
        The project, the sweep, and what is measured of each plan.
    """

    def __init__(self, settings: Settings, inputs: Inputs, figures: tuple[Figure, ...]) -> None:
        from territory_planner.store.inputs import place_of_store
        from territory_planner.store.records import Asked
        from territory_planner.store.runs import Store

        self._inputs = inputs
        self._figures = figures
        self._asked = {
            name: Asked.of(settings, scenario=None if name == BASE else name)
            for name in inputs.bases
        }
        self._open: dict[Cell, Run] = {}
        self._store: Store | None = None
        if settings.store.keep:
            self._store = Store.open(place_of_store(settings))

    def known(self) -> dict[Cell, Row]:
        """Return the cells that need no plan any more."""
        if self._store is None:
            return {}
        finished = {_code(key): run for key, run in self._store.finished(PREFIX).items()}
        failed = {
            _code(run.key or ""): run
            for run in reversed(self._store.history())
            if (run.key or "").startswith(PREFIX)
            and run.status == "failed"
            and not (run.reason or "").startswith(NOT_PLANNED)
        }
        rows = {}
        for cell in self._inputs.sweep:
            key = _code(self._key(cell))
            if key in finished:
                plan = self._store.load(finished[key])
                rows[cell] = Row(cell, measured(plan, self._figures), "", finished[key], True)
            elif key in failed:
                rows[cell] = Row(cell, {}, failed[key].reason or "", failed[key].id, True)
        return rows

    def _key(self, cell: Cell) -> str:
        """Return a cell's key in the store: in words for people, then what tells it from others."""
        code = cell_key(self._inputs, cell)[:CODE]
        return f"{PREFIX}{cell_name(self._inputs, cell)} {MARK}{code}"

    def begin(self, cell: Cell) -> None:
        """Record that a cell is being planned."""
        if self._store is None:
            return
        scenario, start = self._inputs.scenario_of(cell), self._inputs.base_of(cell).start
        asked = replace(
            self._asked[scenario],
            options=options_of(self._inputs, cell),
            key=self._key(cell),
            start=start,
            parent=None if start is None else self._store.made(start),
        )
        self._open[cell] = self._store.begin(asked)

    def end(self, outcome: Outcome) -> Row:
        """Record what became of a cell, and return it."""
        run = self._open.pop(outcome.cell, None)
        id_ = "" if run is None else run.id
        if not outcome.found:
            if run is not None:
                run.fail(outcome.why)
            return Row(outcome.cell, {}, outcome.why, id_)
        plan = plan_of(self._inputs, outcome)
        if run is not None:
            run.finish(plan)
        return Row(outcome.cell, measured(plan, self._figures), "", id_)

    def close(self) -> None:
        """Record of the cells that are still being planned that nobody plans them any more."""
        for run in self._open.values():
            run.fail(f"{NOT_PLANNED}the sweep was interrupted.")
        self._open.clear()


def _code(key: str) -> str:
    return key.rpartition(MARK)[2]


def _in_short(row: Row) -> str:
    if not row.figures:
        return f"no plan. {row.why.splitlines()[0]}"
    return f"{row.figures['objective']:,.2f} km in {row.figures['seconds']:.1f} s"
