"""Manual edits from the command line or a table, and what a repair made of them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from territory_planner.errors import Fault, InputError
from territory_planner.evaluation.proof import at_least_percent, at_most_percent
from territory_planner.scenarios.repair import Repaired

COLUMNS = "account", "territory"
SHOWN = 10


def read_moves(words: Sequence[str], table: Path | None) -> dict[str, str]:
    """Return account id to territory, from ``ACCOUNT=TERRITORY`` words and a table.

    Raises
    ------
    InputError
        With every fault of both: no such file, missing columns, empty cells, an account twice.
    """
    faults: list[Fault] = []
    moves: dict[str, str] = {}
    places: dict[str, str] = {}
    rows = [(f"--move {word}", *word.rpartition("=")[::2]) for word in words]
    if table is not None:
        rows += _rows(table, faults)
    for place, account, territory in rows:
        if not account or not territory:
            faults.append(Fault(place, "an account and a territory are needed, as in A123=T07."))
        elif account in moves and moves[account] != territory:
            told = f"'{account}' goes to '{territory}' here, and to '{moves[account]}' in"
            faults.append(Fault(place, f"{told} {places[account]}. Keep one of the two."))
        else:
            moves[account], places[account] = territory, place
    if not faults and not moves:
        faults.append(Fault("repair", "there is no edit. Add --move ACCOUNT=TERRITORY or --moves."))
    if faults:
        raise InputError(faults)
    return moves


def _rows(table: Path, faults: list[Fault]) -> list[tuple[str, str, str]]:
    try:
        text = table.read_bytes().decode("utf-8-sig")
    except OSError as error:
        faults.append(Fault(str(table), f"the file cannot be read: {error.strerror}."))
        return []
    except UnicodeDecodeError:
        faults.append(Fault(str(table), "the file is not UTF-8 text. Save it as UTF-8."))
        return []
    reader = csv.DictReader(text.splitlines())
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        has = ", ".join(reader.fieldnames or ()) or "none"
        wanted = " and ".join(f"'{name}'" for name in missing)
        faults.append(Fault(str(table), f"column {wanted} is missing; the file has: {has}."))
        return []
    return [
        (
            f"{table} line {reader.line_num}",
            (row["account"] or "").strip(),
            (row["territory"] or "").strip(),
        )
        for row in reader
    ]


def repair_text(found: Repaired, measure: str, file: Path) -> str:
    """Return what was kept, what else had to move, and the proof that no fewer would do."""
    problem, of = found.plan.problem, found.plan.alignment.of_accounts(found.plan.problem)
    ids, territories = problem.accounts.ids, problem.territories
    count = len(found.moved)
    lines = [
        f"{_accounts(len(found.edited))} moved by hand, all kept.",
        f"{_accounts(count, 'other ')} moved to hold every band: "
        f"{at_most_percent(found.stage.moved)} of {measure}; no repair moves less than "
        f"{at_least_percent(found.stage.bound)}.",
        *(f"  {ids[a]} to {territories[of[a]].id}" for a in found.moved[:SHOWN]),
    ]
    if count > SHOWN:
        lines.append(f"  and {count - SHOWN:,} more; compare and export list them all")
    if found.broken:
        lines += ["Beside the plan's criteria about today:", *(f"  {one}" for one in found.broken)]
    return "\n".join([*lines, "", f"plan  {file}"])


def _accounts(count: int, kind: str = "") -> str:
    return f"{count:,} {kind}account{'s' if count != 1 else ''}"


def repair_values(found: Repaired, file: Path) -> dict[str, Any]:
    """Return the same as plain values."""
    problem, of = found.plan.problem, found.plan.alignment.of_accounts(found.plan.problem)
    ids = problem.accounts.ids
    return {
        "plan": str(file),
        "edited": [str(ids[a]) for a in found.edited],
        "moved": {str(ids[a]): problem.territories[of[a]].id for a in found.moved},
        "moved_share": found.stage.moved,
        "moved_share_bound": found.stage.bound,
        "broken": list(found.broken),
        "objective_km": found.plan.objective,
    }
