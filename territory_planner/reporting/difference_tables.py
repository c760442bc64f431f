"""The tables of plans side by side: their numbers, gains and losses, and what lies elsewhere."""

from __future__ import annotations

import numpy as np

from territory_planner.domain.arrays import IntArray
from territory_planner.domain.problem import NONE
from territory_planner.evaluation.rounding import half_up
from territory_planner.reporting.numbers import MISSING, decimals_for, quantity, signed
from territory_planner.reporting.tables import (
    Column,
    Table,
    listed_measures,
    measure_head,
    rep_name,
)
from territory_planner.scenarios.differences import Differences, flows
from territory_planner.scenarios.side import Side

LISTED = 2000
"""Accounts of one pair that a page lists; more make it slow to open and are read by nobody."""


def pair_gains_table(found: Differences, number: int) -> Table:
    """Return what each matched territory gains from and loses to others between two sides."""
    before, after, moved = found.before, found.after, flows(found)
    own_before = _own(found.joint_before, len(found.ids))
    own_after = _own(found.joint_after, len(found.ids))
    rows = np.flatnonzero((own_before != NONE) | (own_after != NONE))
    columns = [Column("territory", numeric=False), Column("rep", numeric=False)]
    columns += [Column(title, group="accounts") for title in ("gained", "lost", "net")]
    came, went = moved.accounts_in[rows], moved.accounts_out[rows]
    cells: list[list[str]] = [
        [found.ids[j] for j in rows],
        [_reps(before, int(own_before[j]), after, int(own_after[j])) for j in rows],
        [quantity(float(v)) for v in came],
        [quantity(float(v)) for v in went],
        [signed(float(v)) for v in came - went],
    ]
    problem = after.problem
    for q in listed_measures(problem, np.zeros(problem.n_measures, dtype=np.bool_)):
        gained, lost = moved.activity_in[rows, q], moved.activity_out[rows, q]
        decimals = decimals_for([*gained, *lost])
        columns += [
            Column(title, group=measure_head(problem, q)) for title in ("gained", "lost", "net")
        ]
        # The net is that of the numbers shown, so that every row adds up for its reader.
        shown = [[half_up(v, decimals) for v in side] for side in (gained, lost)]
        cells += [[quantity(float(v), decimals) for v in side] for side in shown]
        cells.append([signed(float(a - b), decimals) for a, b in zip(*shown, strict=True)])
    caption = f"What each territory gains from and loses to others, from {before.name} to "
    return Table(
        f"gains-{number}",
        f"{caption}{after.name}",
        tuple(columns),
        list(zip(*cells, strict=True)),
    )


def elsewhere_table(found: Differences, number: int) -> Table:
    """Return the accounts whose territory differs, the dearest first, as many as a page lists."""
    count = len(found.rows_after)
    listed = np.arange(min(count, LISTED), dtype=np.int32)
    rows_before, rows_after = found.rows_before[listed], found.rows_after[listed]
    before, after = found.before, found.after
    accounts, problem = after.problem.accounts, after.problem
    was, now = before.of[rows_before], after.of[rows_after]
    text: list[list[str]] = [
        accounts.ids[rows_after].tolist(),
        accounts.names[rows_after].tolist(),
        [_id(before, k) for k in was],
        [rep_name(before.problem, int(k)) for k in was],
        [_id(after, k) for k in now],
        [rep_name(after.problem, int(k)) for k in now],
    ]
    measures = listed_measures(problem, np.zeros(problem.n_measures, dtype=np.bool_))
    for q in measures:
        values = accounts.activity[rows_after, q]
        decimals = decimals_for(values)
        text.append([quantity(v, decimals) for v in values])
    text.append([signed(km * 1000, 1) for km in found.cost_km[listed]])
    text.append([str(reason) for reason in found.reasons(listed)])
    heads = ("account", "name", "from", "from rep", "to", "to rep")
    columns = (
        *(Column(head, numeric=False) for head in heads),
        *(Column(measure_head(problem, q)) for q in measures),
        Column("moving back costs, m"),
        Column("why", numeric=False),
    )
    caption = f"Accounts that lie elsewhere in {after.name} than in {before.name}"
    if before.is_today:
        caption = f"Accounts that lie elsewhere in {after.name} than today"
    caption += ", the dearest to move back first"
    return Table(f"elsewhere-{number}", caption, columns, list(zip(*text, strict=True)))


def _own(joint: IntArray, n: int) -> IntArray:
    own = np.full(n, NONE, dtype=np.int32)
    own[joint] = np.arange(len(joint))
    return own


def _reps(before: Side, k: int, after: Side, other: int) -> str:
    """Return who serves a matched territory, both names where they differ."""
    if k == NONE or other == NONE:
        side, only = (after, other) if k == NONE else (before, k)
        name = "today" if side.is_today else side.name
        return f"{rep_name(side.problem, only)} (only {name})"
    was, now = rep_name(before.problem, k), rep_name(after.problem, other)
    return now if was == now else f"{was} → {now}"


def _id(side: Side, k: int) -> str:
    return MISSING if k == NONE else side.problem.territories[int(k)].id
