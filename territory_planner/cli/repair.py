"""`repair`: what becomes of manual edits, as sentences or as values."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from territory_planner.cli.verb import Verb, add_json, add_plan, add_time_limit, as_json, effort
from territory_planner.evaluation.proof import at_least_percent, at_most_percent
from territory_planner.scenarios.repair import Repaired

SHOWN = 10


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


def _options(verb: ArgumentParser) -> None:
    add_plan(verb)
    verb.add_argument(
        "--move", metavar="ACCOUNT=TERRITORY", action="append", default=[], help="an edit"
    )
    verb.add_argument(
        "--moves", metavar="FILE", type=Path, help="a table with the columns account and territory"
    )
    verb.add_argument("--measure", metavar="NAME", help="what moves is counted in it")
    verb.add_argument(
        "--out", metavar="FILE", type=Path, help="default: repaired.plan beside the plan"
    )
    add_time_limit(verb, "instead of the plan's")
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.intake.moves import read_moves
    from territory_planner.scenarios.repair import repair
    from territory_planner.store.plan_file import load_plan, save_plan

    moves = read_moves(arguments.move, arguments.moves)
    made = load_plan(arguments.plan)
    found = repair(made, moves, arguments.measure, effort(made.options, arguments))
    file = save_plan(found.plan, arguments.out or arguments.plan.with_name("repaired.plan"))
    if arguments.json:
        return as_json(repair_values(found, file))
    return repair_text(found, found.stage.measure, file)


VERB = Verb(
    "repair",
    "keep manual edits of a plan, and hold every band with few other moves",
    _options,
    _run,
)
