"""The recipe of a frontier: weigh, and write plan and report of each point, a page and a table."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from territory_planner.config import Settings
from territory_planner.domain.plan import SolveOptions, Step
from territory_planner.workflow.places import PLAN, REPORT, check_place

if TYPE_CHECKING:
    from territory_planner.scenarios.frontier import Frontier, Tradeoff

SEARCHED = 0.8
"""Of a frontier's time, what the search may take: the reports need the rest."""


@dataclass(frozen=True)
class Weighed:
    """A frontier and the files it was written to.

    Parameters
    ----------
    frontier
        The points.
    page, table
        The page to choose from, and the CSV file.
    links
        For each point of `frontier.best` its report, relative to the page; its plan lies beside it.
    """

    frontier: Frontier
    page: Path
    table: Path
    links: tuple[str, ...]


def plan_frontier(
    settings: Settings,
    tradeoff: Tradeoff,
    out: Path | str | None = None,
    options: SolveOptions | None = None,
    progress: Callable[[Step], object] | None = None,
    tell: Callable[[str], object] = lambda _: None,
) -> Weighed:
    """Find the frontier of a project; write plan and report of each point, a page and a table.

    Parameters
    ----------
    settings, options, progress, tell
        As in `plan_project`; the time limit is that of everything, the reports included.
    tradeoff
        What is weighed.
    out
        The folder for the files; ``out/frontier`` beside `plan.toml` when not given.

    Raises
    ------
    InputError, OutputError, InfeasibleError, NoPlanFoundError
        As `plan_project` does, the last two when no level has a plan.
    """
    from territory_planner.exporting.frontier_table import write_frontier_table
    from territory_planner.intake import read_problem
    from territory_planner.reporting import write_report
    from territory_planner.reporting.frontier_page import write_frontier
    from territory_planner.scenarios.frontier import level_in_words
    from territory_planner.scenarios.frontier_search import frontier
    from territory_planner.store.plan_file import save_plan
    from territory_planner.store.records import Asked
    from territory_planner.workflow.plans import store_of

    folder = Path(out) if out is not None else settings.path.parent / "out" / "frontier"
    check_place(folder)
    store = store_of(settings)
    tell(f"Reading {settings.path} ...")
    problem, criteria = read_problem(settings), settings.criteria()
    asked = Asked.of(settings, options)
    options = asked.options
    search = replace(options, time_limit_s=SEARCHED * options.time_limit_s)
    found = frontier(problem, criteria, tradeoff, search, progress, tell)
    tell(f"Writing {len(found.best):,} report{'s' if len(found.best) != 1 else ''} ...")
    links = tuple(f"points/{n + 1:02d}/{REPORT}" for n in range(len(found.best)))
    for n, (point, link) in enumerate(zip(found.best, links, strict=True)):
        if point.plan is not None:
            title = f"{settings.project.name} – plan {n + 1} of {len(links)}"
            write_report(point.plan, folder / link, title=title)
            save_plan(point.plan, (folder / link).with_name(PLAN))
            if store is not None:
                level = f"frontier/{level_in_words(point.level, found.tradeoff.measure or '')}"
                kept = replace(asked, options=point.plan.options, problem=problem, key=level)
                with store.begin(kept) as run:
                    run.finish(point.plan)
    _remove_older(folder / "points", len(links))
    table = write_frontier_table(found, folder / "frontier.csv", links)
    name = f"{settings.project.name} – trade-offs"
    page = write_frontier(found, folder / "frontier.html", links, name)
    return Weighed(found, page, table, links)


def _remove_older(points: Path, count: int) -> None:
    """Remove the points of an earlier frontier that had more, unless anything else lies there."""
    for place in points.glob("[0-9][0-9]"):
        names = {path.name for path in place.iterdir()}
        if int(place.name) > count and names <= {PLAN, REPORT}:
            shutil.rmtree(place)
