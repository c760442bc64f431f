"""The points of a frontier as one CSV file, those without a plan included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from territory_planner.exporting.spreadsheet import write_table
from territory_planner.scenarios.frontier import AXES, Frontier, Point

COLUMNS = (
    "plan", "knee", "fewest_moves", "best_at_most", "band_scale", "budget", *AXES, "bound", "gap",
    "dominated", "expected_out", "report", "why",
)  # fmt: skip


def point_values(frontier: Frontier, links: Sequence[str]) -> list[dict[str, Any]]:
    """Return one record for each point: those that are not dominated first, numbered.

    Parameters
    ----------
    links
        For each point of `frontier.best` where its report is.
    """
    best = frontier.best
    numbered = {id(point): n for n, point in enumerate(best)}
    others = [point for point in frontier.points if id(point) not in numbered]
    return [_values(frontier, p, numbered.get(id(p)), links) for p in (*best, *others)]


def _values(
    frontier: Frontier, point: Point, n: int | None, links: Sequence[str]
) -> dict[str, Any]:
    plan, level = point.plan, point.level
    return {
        "plan": None if n is None else n + 1,
        "knee": point is frontier.knee,
        "fewest_moves": point is frontier.fewest,
        "best_at_most": point is frontier.best_within,
        "band_scale": level.scale,
        "budget": level.budget,
        **{axis: point.values.get(axis) for axis in AXES},
        "bound": None if plan is None else plan.bound,
        "gap": None if plan is None else plan.gap,
        "dominated": point.is_dominated,
        "expected_out": point.expected_out,
        "report": None if n is None else links[n],
        "why": point.why,
    }


def write_frontier_table(frontier: Frontier, path: Path, links: Sequence[str]) -> Path:
    """Write the points as CSV, whole or not at all, and return the path.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    rows: list[Mapping[str, Any]] = list(point_values(frontier, links))
    write_table(path, {name: [_cell(row[name]) for row in rows] for name in COLUMNS})
    return path


def _cell(value: Any) -> str:
    """Return a value as text: nothing for what is missing, floats to the last digit."""
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value)
