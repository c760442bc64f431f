"""`repair_in_words`: what becomes of manual edits, as sentences."""

from __future__ import annotations

from territory_planner.evaluation.proof import at_least_percent, at_most_percent
from territory_planner.reporting.numbers import percent
from territory_planner.scenarios.repair import Repaired

SHOWN = 10
SMALL = 1e-3
"""Share that is told with more decimals."""


def repair_in_words(found: Repaired) -> str:
    """Return what was kept, what else had to move, and the proof that no fewer would do."""
    problem, of = found.plan.problem, found.plan.alignment.of_accounts(found.plan.problem)
    ids, territories = problem.accounts.ids, problem.territories
    count = len(found.moved)
    moved = at_most_percent(found.stage.moved)
    least = f"no repair moves less than {at_least_percent(found.stage.bound)}"
    if found.is_proven:
        moved = percent(found.stage.moved, 4 if found.stage.moved < SMALL else 2)
        least = "it is proven that no repair moves less"
    lines = [
        f"{_accounts(len(found.edited))} moved by hand, all kept.",
        f"{_accounts(count, 'other ')} moved to hold every band: "
        f"{moved} of {found.stage.measure}; {least}.",
        *(f"  {ids[a]} to {territories[of[a]].id}" for a in found.moved[:SHOWN]),
    ]
    if count > SHOWN:
        lines.append(f"  and {count - SHOWN:,} more; compare and export list them all")
    if found.broken:
        lines += ["Beside the plan's criteria about today:", *(f"  {one}" for one in found.broken)]
    return "\n".join(lines)


def _accounts(count: int, kind: str = "") -> str:
    return f"{count:,} {kind}account{'s' if count != 1 else ''}"
