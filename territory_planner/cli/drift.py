"""`drift`: what the field has changed by hand since a plan went live."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from territory_planner.cli.scorecard import comparison_values
from territory_planner.cli.verb import Verb, add_json, add_plan, as_json
from territory_planner.domain.problem import NONE
from territory_planner.reporting.numbers import decimals_for, quantity, signed_percent
from territory_planner.reporting.tables import NOBODY, rep_name
from territory_planner.scenarios.compare import aligned
from territory_planner.scenarios.drift import CHANGES, IN_PLACE, Drift

SHOWN = 10


def drift_text(found: Drift) -> str:
    """Return what changed, from whom to whom, and the balance before and after."""
    problem, counts = found.plan.problem, found.counts
    lines = [f"{counts[IN_PLACE]:,} of {problem.n_accounts:,} accounts are where the plan has them"]
    lines += [f"  {what}: {counts[what]:,}" for what in CHANGES if counts[what]]
    if len(lines) == 1:
        return lines[0]
    flows = Counter(_flows(found)).most_common()
    lines += ["", "From whom to whom"]
    lines += [f"  {one} to {other}: {n:,}" for (one, other), n in flows[:SHOWN]]
    if len(flows) > SHOWN:
        lines.append(
            f"  and {len(flows) - SHOWN:,} more ways, which --out lists account by account"
        )
    lines += ["", *aligned(_balance(found)), "", *_broken(found), "", str(found.comparison)]
    if found.new:
        lines.append("New accounts have no figures in the plan, and weigh nothing here.")
    return "\n".join(lines)


def drift_values(found: Drift) -> dict[str, Any]:
    """Return the same as plain values, of every territory."""
    problem = found.plan.problem
    before, after = found.comparison.scorecards
    measures = [m.name for m in problem.measures]
    return {
        "counts": found.counts,
        "territories": {
            t.id: {
                name: {
                    "plan": float(before.total[k, q]),
                    "now": float(after.total[k, q]),
                    "target": float(problem.target[k, q]),
                    "inside": bool(after.inside[k, q]) if before.banded[q] else None,
                }
                for q, name in enumerate(measures)
            }
            for k, t in enumerate(problem.territories)
        },
        "broken": [[problem.territories[k].id, measures[q]] for k, q in found.broken],
        "flows": [
            {"from": one, "to": other, "accounts": n}
            for (one, other), n in Counter(_flows(found)).most_common()
        ],
        "comparison": comparison_values(found.comparison),
    }


def _flows(found: Drift) -> list[tuple[str, str]]:
    """Return from whom to whom each account went that is not in place."""
    problem = found.plan.problem
    planned = found.plan.alignment.of_accounts(problem)
    changed = np.flatnonzero(found.what != IN_PLACE).tolist()

    def place(k: int) -> str:
        return f"{problem.territories[k].id} {rep_name(problem, k)}" if k != NONE else NOBODY

    flows = [
        (place(int(planned[a])),
         place(int(found.now[a])) if found.now[a] != NONE else found.holder[a] or found.what[a])
        for a in changed
    ]  # fmt: skip
    return flows + [("new", place(k) if k != NONE else told or NOBODY) for _, k, told in found.new]


def _balance(found: Drift) -> list[list[str]]:
    """Return what each territory held and holds of every banded measure, and how far off it is."""
    problem = found.plan.problem
    before, after = found.comparison.scorecards
    banded = np.flatnonzero(before.banded).tolist()
    head = ["territory"]
    for q in banded:
        name, unit = problem.measures[q].name, problem.measures[q].unit
        head += [f"{name}, {unit}: plan", "now", "off target: plan", "now"]
    rows = [head]
    for k in found.touched:
        row = [f"{problem.territories[k].id} {rep_name(problem, k)}"]
        for q in banded:
            digits = decimals_for(before.total[:, q])
            mark = "" if after.inside[k, q] else " !"
            row += [
                quantity(float(before.total[k, q]), digits),
                quantity(float(after.total[k, q]), digits),
                signed_percent(float(before.deviation[k, q])),
                signed_percent(float(after.deviation[k, q])) + mark,
            ]
        rows.append(row)
    return rows


def _broken(found: Drift) -> list[str]:
    problem, after = found.plan.problem, found.comparison.scorecards[1]
    told = [
        f"  {problem.territories[k].id} {rep_name(problem, k)}: {problem.measures[q].name} "
        f"{signed_percent(float(after.deviation[k, q]))} of target"
        for k, q in found.broken
    ]
    return ["Out of their bands since", *told] if told else ["Every band of the plan still holds."]


def _options(verb: ArgumentParser) -> None:
    add_plan(verb)
    source = verb.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--crm",
        metavar="ADDRESS",
        help="as for crm: odoo+https://host/database, directory:DIR",
    )
    source.add_argument(
        "--accounts", metavar="FILE", type=Path, help="a table with every account and its owner"
    )
    verb.add_argument("--out", metavar="FILE", type=Path, help="a CSV of what is not in place")
    verb.add_argument(
        "--repair-moves", metavar="FILE", type=Path, help="what was moved, for repair --moves"
    )
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.exporting.spreadsheet import write_table
    from territory_planner.intake.field import read_field
    from territory_planner.scenarios.drift import Held, drift, drift_columns
    from territory_planner.store.plan_file import load_plan

    made = load_plan(arguments.plan)
    if arguments.crm is None:
        found = drift(made, [Held(*row) for row in read_field(arguments.accounts)])
    else:
        from territory_planner.crm.connect import connect
        from territory_planner.crm.field import drift_in

        found = drift_in(made, connect(arguments.crm))
    values, lines = drift_values(found), [drift_text(found)]
    if arguments.out is not None:
        write_table(arguments.out, drift_columns(found))
        values["accounts"] = str(arguments.out)
        lines.append(f"accounts  {arguments.out}")
    if arguments.repair_moves is not None:
        moves = {"account": list(found.moves), "territory": list(found.moves.values())}
        write_table(arguments.repair_moves, moves)
        values["moves"] = str(arguments.repair_moves)
        lines.append(f"moves  {arguments.repair_moves}")
    return as_json(values) if arguments.json else "\n".join(lines)


VERB = Verb(
    "drift",
    "say what the field has changed by hand since a plan went live, and what it did",
    _options,
    _run,
)
