"""Families that new accounts join or make: who is kept together, and who leaves its area for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from territory_planner.domain.arrays import BoolArray, IntArray, TextArray
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.units import Units
from territory_planner.intake.basic_units import groups_of_units, with_scattered_families
from territory_planner.intake.families import related
from territory_planner.scenarios.edit import EditError, kept_column
from territory_planner.scenarios.records import Record, tell, text

FAMILY = "family"
"""A new account's parent or family, and the column that tells those of the others."""


def joined_families(
    problem: Problem, records: Sequence[Record], ids: TextArray, names: TextArray
) -> IntArray:
    """Return ``(n_accounts + n_new,)``: the families with a new account in them, else ``NONE``.

    Raises
    ------
    EditError
        When the families of the accounts there are have not been kept.
    """
    said = [text(record, FAMILY) for record in records]
    alone = np.full(problem.n_accounts + len(records), NONE, dtype=np.int32)
    accounts = problem.accounts
    if FAMILY not in {name.casefold() for name in accounts.columns}:
        if not any(said):
            return alone
        raise EditError(
            "new accounts name a family, and those of the accounts there are have not been kept. "
            f"Name '{FAMILY}' in [data] keep of plan.toml, and read or plan again; or leave "
            "families alone with keep_together = false."
        )
    column = kept_column(problem, FAMILY)
    family = related(
        [*accounts.ids.tolist(), *ids.tolist()],
        [*accounts.names.tolist(), *names.tolist()],
        [*column.values[column.code].tolist(), *said],
    )
    return np.where(np.isin(family, family[problem.n_accounts :]), family, NONE)


def leaving(
    problem: Problem, family: IntArray, area: IntArray, apart: BoolArray
) -> tuple[BoolArray, BoolArray]:
    """Return which accounts, and which new ones, are not in an area when families are together.

    Parameters
    ----------
    family
        As `joined_families` returns it.
    area, apart
        ``(n_new,)`` the unit that a new account lies in, and whether it stands apart anyway.
    """
    unit = problem.accounts.unit
    everywhere = np.concatenate([unit, area]).astype(np.int32)
    already = np.concatenate([problem.units.named[unit], apart])
    left = with_scattered_families(family, everywhere, already)
    return left[: problem.n_accounts], left[problem.n_accounts :]


def with_leavers(problem: Problem, left: BoolArray) -> Problem:
    """Return the problem with some accounts out of their areas: each a unit, with its area's locks.

    Raises
    ------
    EditError
        When one of them has the id of a unit.
    """
    accounts, units = problem.accounts, problem.units
    some = np.flatnonzero(left & ~units.named[accounts.unit])
    if not some.size:
        return problem
    faults: list[str] = []
    ids, was = accounts.ids[some], accounts.unit[some]
    tell(
        faults, ids, np.isin(ids, units.ids),
        "to leave the area with the family, and called like a unit: give another id, or add "
        "keep_together = false",
    )  # fmt: skip
    if faults:
        raise EditError(*faults)
    unit = accounts.unit.copy()
    unit[some] = problem.n_units + np.arange(some.size)
    # Whoever was locked with the area, or forbidden with it, still is.
    pairs = [problem.forbidden]
    for new, old in zip(unit[some].tolist(), was.tolist(), strict=True):
        barred = problem.forbidden[problem.forbidden[:, 0] == old, 1]
        pairs.append(np.column_stack([np.full(len(barred), new), barred]))
    return replace(
        problem,
        units=Units(
            ids=np.concatenate([units.ids, ids]),
            xy=np.concatenate([units.xy, accounts.xy[some]]),
            named=np.concatenate([units.named, np.ones(some.size, dtype=np.bool_)]),
            shapes=(*units.shapes, *[b""] * some.size),
        ),
        accounts=replace(accounts, unit=unit),
        locked=np.concatenate([problem.locked, problem.locked[was]]),
        forbidden=np.unique(np.concatenate(pairs), axis=0),
        group=np.concatenate([problem.group, np.full(some.size, NONE, dtype=np.int32)]),
        skill_class=np.concatenate([problem.skill_class, problem.skill_class[was]]),
    )


def with_families(problem: Problem, family: IntArray) -> Problem:
    """Return the problem with families kept together, beside the groups that there are.

    Parameters
    ----------
    family
        ``(n_accounts,)``, ``NONE`` for an account on its own.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    bound, grouped = np.flatnonzero(family != NONE), np.flatnonzero(problem.group != NONE)
    if not bound.size:
        return problem
    # Units are the first nodes of the graph, then groups, then families.
    n, n_groups = problem.n_units, int(problem.group.max(initial=NONE)) + 1
    one = np.concatenate([grouped, problem.accounts.unit[bound]])
    other = np.concatenate([n + problem.group[grouped], n + n_groups + family[bound]])
    size = n + n_groups + int(family.max()) + 1
    graph = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(size, size))
    _, piece = connected_components(graph, directed=False)
    return replace(
        problem,
        group=groups_of_units(piece[:n].astype(np.int32), np.arange(n, dtype=np.int32), n),
    )
