"""`compare`: today and plans side by side, as text, as values, as files and as a page."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from territory_planner.cli.scorecard import comparison_values, plain
from territory_planner.cli.verb import Verb, add_json, as_json
from territory_planner.errors import Fault, InputError
from territory_planner.scenarios.compare import Comparison
from territory_planner.scenarios.differences import Differences, differences, flows
from territory_planner.scenarios.facts import facts_that_differ
from territory_planner.scenarios.matching import matched
from territory_planner.scenarios.side import Side

DEAREST, LISTED = 5, 1000
"""Accounts that are told in text, and in JSON; `--csv` lists them all."""


def compare_text(comparison: Comparison) -> str:
    """Return the table, what is matched, and what differs between the plans."""
    parts = [str(comparison), *matched(comparison.sides).told()]
    for found in differences(comparison):
        if not found.before.is_today:
            parts += ["", difference_text(found)]
    return "\n".join(parts)


def difference_text(found: Differences) -> str:
    """Return how many accounts differ between two sides, why the dearest do, and what it costs."""
    count, before, after = len(found.rows_after), found.before.name, found.after.name
    lines = [
        *facts_that_differ(found),
        f"{count:,} of {found.shared:,} accounts {'lies' if count == 1 else 'lie'} elsewhere in "
        f"{after} than in {before}.",
    ]
    if count:
        lines += [
            *found.cost_in_words,
            *(
                f"  {one['account']} from {one['from']} to {one['to']}: {one['reason']}"
                for one in _accounts(found, DEAREST)
            ),
        ]
        if count > DEAREST:
            lines.append(f"  and {count - DEAREST:,} more; --csv lists them all")
    return "\n".join(lines)


def compare_values(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison and its differences as plain values."""
    return {
        **comparison_values(comparison),
        "notes": list(comparison.notes),
        "matches": list(matched(comparison.sides).told()),
        "differences": [_values(found) for found in differences(comparison)],
    }


def _values(found: Differences) -> dict[str, Any]:
    moved, count = flows(found), len(found.rows_after)
    measures = found.after.problem.measures
    return {
        "from": found.before.name,
        "to": found.after.name,
        "accounts_in_both": found.shared,
        "accounts_that_differ": count,
        "cost_km": plain(found.total_cost_km),
        "cannot_be_moved_back": found.fixed,
        "facts": list(facts_that_differ(found)),
        "territories": [
            {
                "id": name,
                "accounts_in": int(moved.accounts_in[j]),
                "accounts_out": int(moved.accounts_out[j]),
                "measures": {
                    m.name: {
                        "in": float(moved.activity_in[j, q]),
                        "out": float(moved.activity_out[j, q]),
                    }
                    for q, m in enumerate(measures)
                },
            }
            for j, name in enumerate(found.ids)
        ],
        "accounts": _accounts(found, LISTED),
        "accounts_not_listed": max(count - LISTED, 0),
    }


def _accounts(found: Differences, most: int) -> list[dict[str, Any]]:
    """Return the dearest accounts that differ."""
    rows = np.arange(min(most, len(found.rows_after)), dtype=np.int32)
    ids = found.after.problem.accounts.ids
    return [
        {
            "account": str(ids[found.rows_after[i]]),
            "from": _id(found.before, int(found.before.of[found.rows_before[i]])),
            "to": _id(found.after, int(found.after.of[found.rows_after[i]])),
            "cost_km": plain(found.cost_km[i]),
            "reason": reason,
        }
        for i, reason in zip(rows, found.reasons(rows), strict=True)
    ]


def _id(side: Side, k: int) -> str | None:
    return None if k < 0 else side.problem.territories[k].id


def _options(verb: ArgumentParser) -> None:
    verb.add_argument("plans", metavar="PLAN", nargs="+", type=Path)
    verb.add_argument("--no-today", action="store_true", help="leave today out")
    verb.add_argument("--html", metavar="FILE", type=Path, help="write a page that opens offline")
    verb.add_argument("--csv", metavar="DIR", type=Path, help="write the tables into a folder")
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.scenarios.compare import compare
    from territory_planner.store.plan_file import load_plan

    places = [path.resolve() for path in arguments.plans]
    twice = [p for n, p in enumerate(arguments.plans) if places[n] in places[:n]]
    if twice:
        raise InputError([Fault(str(p), "this plan is given twice. Name it once.") for p in twice])
    plans = [load_plan(path) for path in arguments.plans]
    try:
        comparison = compare(plans, _names(arguments.plans), not arguments.no_today)
    except ValueError as error:
        files = ", ".join(map(str, arguments.plans))
        raise InputError([Fault(files, f"{error}. Compare plans of one project.")]) from error
    written = _written(comparison, arguments)
    if arguments.json:
        return as_json(compare_values(comparison) | {"files": [str(path) for path in written]})
    return "\n".join([compare_text(comparison), *(f"wrote  {path}" for path in written)])


def _written(comparison: Comparison, arguments: Namespace) -> list[Path]:
    written: list[Path] = []
    if arguments.csv is not None:
        from territory_planner.exporting.comparison import export_comparison

        written += export_comparison(comparison, arguments.csv)
    if arguments.html is not None:
        from territory_planner.reporting import write_comparison

        written.append(write_comparison(comparison, arguments.html))
    return written


def _names(paths: Sequence[Path]) -> list[str]:
    """Return a short name for each plan file, the whole path where short names agree.

    Plans that a project keeps in folders of their own are called by the folder.
    """
    stems = [path.stem for path in paths]
    if len(set(stems)) == 1 and len(paths) > 1:
        stems = [path.resolve().parent.name for path in paths]
    return [s if stems.count(s) == 1 else str(p) for s, p in zip(stems, paths, strict=True)]


VERB = Verb("compare", "put today and one plan or more side by side", _options, _run)
