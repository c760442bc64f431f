"""A comparison as files: its numbers, what each rep gains and loses, every account that differs.

============  ==================================================================
metrics.csv   one row a number and side, and whether it is the better
reps.csv      one row a pair of sides and matched territory: accounts and measures
accounts.csv  one row a pair of sides and account whose territory differs
manifest.json the rows and SHA-256 of each file
============  ==================================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.arrays import IntArray
from territory_planner.domain.territory import Measure
from territory_planner.exporting.assignments import of_territory
from territory_planner.exporting.folder import MANIFEST, write_manifest, written_whole
from territory_planner.exporting.spreadsheet import write_csv
from territory_planner.scenarios.compare import Comparison
from territory_planner.scenarios.differences import Differences, differences, flows
from territory_planner.scenarios.side import Side, looked_up

Columns = dict[str, Any]


def export_comparison(comparison: Comparison, folder: Path | str) -> tuple[Path, ...]:
    """Write the tables of a comparison, whole or not at all, and return the files.

    Parameters
    ----------
    folder
        Where to write; made when it is missing. Files of an earlier export are replaced, all
        other files are left alone.

    Raises
    ------
    InputError
        When the folder is a file, or a file that is not an earlier export's is in the way.
    OutputError
        When the files cannot be written.
    """
    folder = Path(folder)
    found = differences(comparison)
    tables = {
        "metrics.csv": _metrics(comparison),
        "reps.csv": _stacked([_reps(one) for one in found]),
        "accounts.csv": _stacked([_accounts(one) for one in found]),
    }
    with written_whole(folder) as fresh:
        rows = {name: write_csv(fresh / name, columns) for name, columns in tables.items()}
        write_manifest(fresh, rows, {"sides": list(comparison.names)})
    return tuple(folder / name for name in (*tables, MANIFEST))


def _metrics(comparison: Comparison) -> Columns:
    cells = [(m, s) for m in comparison.metrics for s in range(len(comparison.names))]
    values = [m.values[s] for m, s in cells]
    return {
        "metric": [m.name for m, _ in cells],
        "unit": [m.unit for m, _ in cells],
        "side": [comparison.names[s] for _, s in cells],
        "value": np.array([np.nan if v is None else v for v in values], dtype=np.float64),
        "better": ["yes" if s in m.best else "no" for m, s in cells],
    }


def _reps(found: Differences) -> Columns:
    moved, n = flows(found), len(found.ids)
    columns: Columns = {
        "from": np.full(n, found.before.name),
        "to": np.full(n, found.after.name),
        "territory_id": np.array(found.ids, dtype=object),
    }
    for end, side, joint in (
        ("from", found.before, found.joint_before),
        ("to", found.after, found.joint_after),
    ):
        own = np.full(n, -1, dtype=np.int32)
        own[joint] = np.arange(len(joint))
        for field in ("id", "rep"):
            columns[f"{end}_{field}"] = of_territory(side.problem, field)[own]
    columns["gained accounts"], columns["lost accounts"] = moved.accounts_in, moved.accounts_out
    for q, measure in enumerate(found.after.problem.measures):
        columns[f"gained {_head(measure)}"] = moved.activity_in[:, q]
        columns[f"lost {_head(measure)}"] = moved.activity_out[:, q]
    return columns


def _accounts(found: Differences) -> Columns:
    accounts = found.after.problem.accounts
    rows, n = found.rows_after, len(found.rows_after)
    before, after = found.before.of[found.rows_before], found.after.of[rows]
    today = _today(found)
    return {
        "from": np.full(n, found.before.name),
        "to": np.full(n, found.after.name),
        "account_id": accounts.ids[rows],
        "account_name": accounts.names[rows],
        "today_territory_id": today,
        **_ends("from", found.before, before),
        **_ends("to", found.after, after),
        **{
            f"its {_head(m)}": accounts.activity[rows, q]
            for q, m in enumerate(found.after.problem.measures)
        },
        "cost_km": found.cost_km,
        "reason": found.reasons(),
    }


def _ends(end: str, side: Side, of: IntArray) -> Columns:
    return {
        f"{end}_territory_id": of_territory(side.problem, "id")[of],
        f"{end}_rep": of_territory(side.problem, "rep")[of],
    }


def _today(found: Differences) -> NDArray[np.object_]:
    """Return today's territory of each account that differs, in the first side's words."""
    problem = found.before.problem
    ids: NDArray[np.object_] = of_territory(problem, "id")
    return ids[looked_up(found.rows_before, problem.accounts.current)]


def _head(measure: Measure) -> str:
    """Return a measure's part of a head.

    With its unit it agrees with no other column's; a word of ours goes before it, so that no head
    starts like a formula.
    """
    return f"{measure.name} [{measure.unit}]"


def _stacked(tables: Sequence[Columns]) -> Columns:
    """Return tables with the same columns below one another."""
    return {name: np.concatenate([t[name] for t in tables]) for name in tables[0]}
