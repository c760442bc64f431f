"""`sweep`: a grid of parameters, every cell a plan; a table, a heat map, or values."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from territory_planner.cli.progress import ProgressBar
from territory_planner.cli.verb import (
    Verb,
    add_json,
    add_out,
    add_project,
    add_time_limit,
    as_json,
    insisted,
    positive,
)
from territory_planner.errors import Fault, InputError
from territory_planner.reporting.numbers import MISSING

if TYPE_CHECKING:
    from territory_planner.scenarios.cell import Inputs
    from territory_planner.scenarios.sweep import Crew
    from territory_planner.scenarios.swept import Swept

SHOWN = ("territories", "gap", "moved", "distance", "seconds")
"""The figures of the table of text, beside the one that is the heat map's colour."""

RESUMES = "What was planned is kept; the same command goes on where this one ended."


def sweep_values(swept: Swept) -> dict[str, Any]:
    """Return what a sweep found as plain values."""
    parameters = {p.name: list(p.values) for p in swept.sweep.parameters}
    cells = [
        {
            "cell": dict(zip(swept.sweep.names, row.cell, strict=True)),
            "figures": dict(row.figures) or None,
            "why": row.why or None,
            "run": row.run or None,
            "was_known": row.is_known,
        }
        for row in swept.rows
    ]
    return {
        "parameters": parameters,
        "figures": {f.name: {"title": f.title, "unit": f.unit} for f in swept.figures},
        "headcounts": dict(swept.headcounts),
        "cells": cells,
    }


def sweep_table(swept: Swept, show: str) -> str:
    """Return a line for each cell, which territories come and go, and why cells have no plan."""
    from territory_planner.reporting.heat_map import figure_in_words, value_in_words
    from territory_planner.scenarios.compare import aligned
    from territory_planner.scenarios.swept import cells_in_words

    names = list(dict.fromkeys((show, *SHOWN)))
    figures = [next(f for f in swept.figures if f.name == name) for name in names]
    parameters = swept.sweep.parameters
    rows = [["cell", *swept.sweep.names, *(figure.title for figure in figures)]]
    for number, row in enumerate(swept.rows, 1):
        said = [value_in_words(p, v) for p, v in zip(parameters, row.cell, strict=True)]
        found = [
            figure_in_words(figure, row.figures.get(figure.name)) if row.figures else MISSING
            for figure in figures
        ]
        rows.append([str(number), *said, *found])
    known = sum(row.is_known for row in swept.rows)
    cells = cells_in_words(len(swept.rows))
    told = f"{cells}, {known:,} known before, {len(swept.failed):,} without a plan"
    lines = [*aligned(rows), "", told]
    lines += [f"{what}: {done}." for what, done in swept.headcounts]
    for number, row in enumerate(swept.rows, 1):
        if not row.figures:
            lines.append(f"\nCell {number} has no plan. {row.why}")
    return "\n".join(lines)


def _options(verb: ArgumentParser) -> None:
    add_project(verb)
    verb.add_argument(
        "--vary",
        metavar="NAME=VALUES",
        action="append",
        default=[],
        help="such as headcount=50:70:5 or band=0.05,0.1; instead of [sweep]",
    )
    verb.add_argument("--workers", metavar="N", type=positive, help="processes: one for each CPU")
    verb.add_argument("--cluster", metavar="URL", help="plan on a Dask cluster: tcp://host:8786")
    verb.add_argument("--threads", metavar="N", type=positive, default=1, help="of each cell: 1")
    add_out(verb)
    verb.add_argument("--x", metavar="NAME", default="", help="parameter from left to right")
    verb.add_argument("--y", metavar="NAME", default="", help="parameter from top to bottom")
    verb.add_argument("--show", metavar="FIGURE", default="objective", help="colour: objective")
    add_time_limit(verb, "of each cell")
    verb.add_argument("--start", metavar="PLAN", type=Path, help="where each cell begins")
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.config import read_settings, read_varied
    from territory_planner.reporting.heat_map import view_of
    from territory_planner.store.plan_file import load_plan
    from territory_planner.workflow.places import check_place
    from territory_planner.workflow.sweep import (
        draw_sweep,
        figures_of_project,
        sweep_project,
    )

    settings = insisted(read_settings(arguments.project), arguments)
    grid = read_varied(settings, arguments.vary) or settings.sweep
    if grid is None:
        message = "nothing is varied. Add [sweep] with a line such as headcount = [50, 55, 60], "
        raise InputError([Fault(str(settings.path), f"{message}or give --vary headcount=50:60:5.")])
    figures = figures_of_project(settings, grid)
    view = view_of(grid, figures, arguments.x, arguments.y, arguments.show)
    gather = _gathering(arguments)
    folder = arguments.out or settings.path.parent / "out"
    check_place(folder)
    start = None if arguments.start is None else load_plan(arguments.start)
    threads = arguments.threads
    with ProgressBar(settings.solve.time_limit_s, sys.stderr) as progress:
        try:
            swept = sweep_project(settings, grid, gather, None, start, progress.tell, threads)
        except KeyboardInterrupt:
            progress.tell(RESUMES)
            raise
    page, table = draw_sweep(swept, view, folder, settings.project.name)
    if arguments.json:
        return as_json(sweep_values(swept) | {"files": {"page": str(page), "table": str(table)}})
    return f"{sweep_table(swept, arguments.show)}\n\nheat map {page}\ntable    {table}"


def _gathering(arguments: Namespace) -> Callable[[Inputs], AbstractContextManager[Crew]]:
    """Return who plans the cells: processes of this machine, or a cluster."""
    if arguments.cluster is None:
        from os import cpu_count

        from territory_planner.scenarios.sweep import on_processes

        return partial(on_processes, workers=arguments.workers or cpu_count() or 1)
    if arguments.workers is not None:
        message = "--workers are processes here; a cluster has its own. Give one of the two."
        raise InputError([Fault("command line", message)])
    try:
        from territory_planner.scenarios.cluster import check_address, on_cluster
    except ModuleNotFoundError as error:
        message = "--cluster needs Dask. Install it: pip install 'territory-planner[dask]'."
        raise InputError([Fault("command line", message)]) from error
    check_address(arguments.cluster)
    return partial(on_cluster, address=arguments.cluster)


VERB = Verb(
    "sweep",
    "plan every combination of headcounts, bands, budgets, growth, scenarios and seeds",
    _options,
    _run,
)
