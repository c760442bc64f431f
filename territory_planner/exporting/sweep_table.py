"""`write_sweep`: what a sweep found as a CSV file, a row for each cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from territory_planner.exporting.spreadsheet import write_table
from territory_planner.scenarios.swept import Swept


def write_sweep(swept: Swept, path: Path | str) -> Path:
    """Write the table of a sweep, whole or not at all, and return its path.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    path = Path(path)
    write_table(path, sweep_columns(swept))
    return path


def sweep_columns(swept: Swept) -> dict[str, list[Any]]:
    """Return the columns of the table: parameters, figures, the run, and why there is no plan.

    A figure of a cell without a plan is missing.
    """
    columns: dict[str, list[Any]] = {
        name: [row.cell[i] for row in swept.rows] for i, name in enumerate(swept.sweep.names)
    }
    for figure in swept.figures:
        columns[figure.name] = [row.figures.get(figure.name) for row in swept.rows]
    columns["run"] = [row.run for row in swept.rows]
    columns["why_not"] = [row.why for row in swept.rows]
    return columns
