"""The neutral bundle: a plan as files that people read and every CRM can be fed from.

========================  =======================================================
assignments.csv           every account with its new and its previous owner
territories.csv           the territories
members.csv               which rep holds which territory
handover.csv, handover/   the accounts that change, in all and one file a rep
territories.gpkg          one polygon a territory, with its totals
manifest.json             what the files were made from, their rows and SHA-256
========================  =======================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.plan import Plan
from territory_planner.evaluation.disruption import disruption
from territory_planner.exporting.assignments import CHANGES, assignment_columns
from territory_planner.exporting.folder import MANIFEST, write_manifest, written_whole
from territory_planner.exporting.geopackage import write_geopackage
from territory_planner.exporting.handover import value_measure, write_handover
from territory_planner.exporting.spreadsheet import write_csv
from territory_planner.exporting.territories import member_columns, territory_columns


@dataclass(frozen=True)
class Attached:
    """Files that are written into the bundle besides.

    Parameters
    ----------
    rows
        File name to the number of its rows.
    told
        What the manifest says of them.
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)


def export_assignments(
    plan: Plan,
    folder: Path | str,
    effective_date: date | None = None,
    *,
    known: Mapping[str, NDArray[Any]] | None = None,
    attach: Callable[[Path], Attached] = lambda _: Attached(),
) -> tuple[Path, ...]:
    """Write the neutral bundle, whole or not at all, and return the files in it.

    Parameters
    ----------
    folder
        Where to write; made when it is missing. Files of an earlier export are replaced, all
        other files are left alone.
    effective_date
        The day from which the plan holds; blank in the files when not given.
    known
        What the CRM knows of each account, for the hand-over lists.
    attach
        Writes further files into the folder that it is given.

    Raises
    ------
    InputError
        When the folder is a file, or a file that is not an earlier export's is in the way.
    OutputError
        When the files cannot be written.
    """
    folder = Path(folder)
    with written_whole(folder) as fresh:
        columns = assignment_columns(plan, effective_date)
        change = columns["change"]
        rows = {
            "assignments.csv": write_csv(fresh / "assignments.csv", columns),
            "territories.csv": write_csv(
                fresh / "territories.csv", territory_columns(plan.problem)
            ),
            "members.csv": write_csv(
                fresh / "members.csv", member_columns(plan.problem, effective_date)
            ),
            "territories.gpkg": write_geopackage(plan, fresh / "territories.gpkg"),
        }
        rows |= write_handover(
            plan,
            fresh,
            columns["reason"],
            np.flatnonzero(change != "unchanged").astype(np.int32),
            known,
        )
        attached = attach(fresh)
        rows |= attached.rows
        counts = {
            "accounts": plan.problem.n_accounts,
            **{name: int((change == name).sum()) for name in CHANGES},
            "territories": plan.problem.n_territories,
            "members": rows["members.csv"],
        }
        told = _told(plan, effective_date) | dict(attached.told) | {"counts": counts}
        write_manifest(fresh, rows, told)
    return tuple(folder / name for name in (*rows, MANIFEST))


def _told(plan: Plan, effective_date: date | None) -> dict[str, Any]:
    problem = plan.problem
    value = value_measure(problem)
    return {
        "effective_date": None if effective_date is None else effective_date.isoformat(),
        "plan": {
            "fingerprint": plan.fingerprint,
            "facts_fingerprint": problem.fingerprint,
            "objective_km": plan.objective,
            "bound_km": plan.bound,
            "gap": plan.gap,
            "stopped": plan.stopped,
        },
        "disruption_share": dict(
            zip(
                (measure.name for measure in problem.measures),
                disruption(problem, plan.alignment).tolist(),
                strict=True,
            )
        ),
        "handover_value": None if value is None else f"{value.name} [{value.unit}]",
    }
