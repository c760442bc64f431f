"""Hand-over lists: what each rep gives and takes, the dearest account first.

The value of an account is its measure in money: ``revenue`` where there is such a measure, else the
first one whose unit starts with a currency code, else blank. What only the CRM knows (`FROM_CRM`)
is blank unless it is given, to be filled in there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import Problem
from territory_planner.domain.territory import Measure
from territory_planner.exporting.assignments import of_territory
from territory_planner.exporting.spreadsheet import write_csv
from territory_planner.scenarios.dominant import moves

FROM_CRM = ("open_opportunities", "open_pipeline", "next_renewal", "last_activity", "hold_until")
MONEY = re.compile(r"^[A-Z]{3}\b")


def value_measure(problem: Problem) -> Measure | None:
    """Return the measure that says what an account is worth, None when none is in money."""
    money = [measure for measure in problem.measures if MONEY.match(measure.unit)]
    return next((m for m in money if m.name == "revenue"), money[0] if money else None)


def write_handover(
    plan: Plan,
    folder: Path,
    reason: NDArray[np.object_],
    changed: IntArray,
    known: Mapping[str, NDArray[Any]] | None = None,
) -> dict[str, int]:
    """Write ``handover.csv`` and one file a rep, and return the rows of each by file name.

    Parameters
    ----------
    reason
        ``(n_accounts,)`` why each account changes.
    changed
        The accounts that change, by index.
    known
        Header of `FROM_CRM` to ``(n_accounts,)`` what the CRM knows.
    """
    known = known or {}
    problem = plan.problem
    before, after = problem.accounts.current, plan.alignment.of_accounts(problem)
    changed = changed[np.lexsort((after[changed], before[changed], -_values(problem)[changed]))]
    found = moves(plan)
    kind = np.full(problem.n_accounts, "", dtype=object)
    kind[found.accounts] = found.kind
    known = {**known, "dominant_reason": kind}
    path = folder / "handover.csv"
    files = {path.name: write_csv(path, _columns(plan, reason, changed, known))}
    (folder / "handover").mkdir()
    for name, territories in _keepers(problem).items():
        involved = np.isin(before[changed], territories) | np.isin(after[changed], territories)
        if involved.any():
            mine = _columns(plan, reason, changed[involved], known)
            files[f"handover/{name}.csv"] = write_csv(folder / "handover" / f"{name}.csv", mine)
    return files


def _columns(
    plan: Plan, reason: NDArray[np.object_], rows: IntArray, known: Mapping[str, NDArray[Any]]
) -> dict[str, Any]:
    problem, blank = plan.problem, np.full(len(rows), "")
    accounts = problem.accounts
    before, after = accounts.current[rows], plan.alignment.of_accounts(problem)[rows]
    email, holder = of_territory(problem, "email"), _holders(problem)
    return {
        "from_owner_email": email[before],
        "to_owner_email": email[after],
        "account_id": accounts.ids[rows],
        "account_name": accounts.names[rows],
        "value": _values(problem)[rows] if value_measure(problem) else blank,
        **{name: known[name][rows] if name in known else blank for name in FROM_CRM},
        "note": [
            f"from {giver} to {taker}: {why}"
            for giver, taker, why in zip(holder[before], holder[after], reason[rows], strict=True)
        ],
        "dominant_reason": known["dominant_reason"][rows],
    }


def _values(problem: Problem) -> FloatArray:
    """Return ``(n_accounts,)`` values of the accounts, zero where no measure is in money."""
    measure = value_measure(problem)
    if measure is None:
        return np.zeros(problem.n_accounts)
    values: FloatArray = problem.accounts.activity[:, problem.measure_index(measure.name)]
    return values


def _holders(problem: Problem) -> NDArray[np.object_]:
    """Return who holds each territory, in words; the last entry is for ``NONE``."""
    told = [f"{t.id} ({t.rep or t.rep_id or 'vacant'})" for t in problem.territories]
    return np.array([*told, "nobody"], dtype=object)


def _keepers(problem: Problem) -> dict[str, list[int]]:
    """Return file name to territories: by rep, or by territory where it is vacant."""
    by_key: dict[str, list[int]] = {}
    for k, territory in enumerate(problem.territories):
        by_key.setdefault(territory.rep_id or territory.id, []).append(k)
    names: dict[str, list[int]] = {}
    taken: set[str] = set()
    for key, territories in by_key.items():
        name = plain = re.sub(r"[^\w.-]+", "_", key).strip("._")[:60] or "rep"
        count = 1
        while name.lower() in taken:
            count += 1
            name = f"{plain}_{count}"
        taken.add(name.lower())
        names[name] = territories
    return names
