"""Edits of accounts: locks, forbidden pairs, growth, losses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.config.hints import did_you_mean
from territory_planner.domain.arrays import IntArray
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.scenario import Forbid, Lock, Release, RemoveAccounts, Scale
from territory_planner.scenarios.edit import (
    EditError,
    accounts_named,
    applied,
    matching,
    retargeted,
    territory_index,
)


@applied.register
def _(edit: Lock, problem: Problem) -> Problem:
    some, k = _accounts_and_territory(edit, problem)
    locked, faults = problem.locked.copy(), []
    forbidden = set(problem.forbidden[problem.forbidden[:, 1] == k, 0].tolist())
    for a in some:
        unit, told = int(problem.accounts.unit[a]), problem.accounts.ids[a]
        held = int(locked[unit])
        if unit in forbidden:
            faults.append(
                f"'{told}' cannot be locked to '{edit.territory}', where it is forbidden. "
                "Remove one of the two."
            )
        elif held not in (NONE, k):
            faults.append(
                f"'{told}' cannot be locked to '{edit.territory}': its unit "
                f"'{problem.units.ids[unit]}' is locked to '{problem.territories[held].id}' "
                "already, by a rule, another edit or an earlier repair. In a scenario release it "
                "first, repair the plan from before that, or move what lies in one unit together."
            )
        else:
            locked[unit] = k
    if faults:
        raise EditError(*faults)
    return replace(problem, locked=locked)


@applied.register
def _(edit: Release, problem: Problem) -> Problem:
    some = accounts_named(problem, edit.account, edit.where)
    units = problem.accounts.unit[some]
    free = some[problem.locked[units] == NONE]
    if edit.account and free.size:
        told = [f"'{problem.accounts.ids[a]}' is not locked. Remove the edit." for a in free]
        raise EditError(*told)
    if free.size == some.size:
        raise EditError("none of these accounts is locked. Remove the edit.")
    locked = problem.locked.copy()
    locked[units] = NONE
    return replace(problem, locked=locked)


@applied.register
def _(edit: Forbid, problem: Problem) -> Problem:
    some, k = _accounts_and_territory(edit, problem)
    units = problem.accounts.unit[some]
    held = some[problem.locked[units] == k]
    if held.size:
        raise EditError(
            *(
                f"'{problem.accounts.ids[a]}' cannot be forbidden in '{edit.territory}', to which "
                "it is locked. Release it first."
                for a in held
            )
        )
    pairs = np.column_stack([units, np.full(len(units), k)])
    return replace(problem, forbidden=np.unique(np.vstack([problem.forbidden, pairs]), axis=0))


@applied.register
def _(edit: Scale, problem: Problem) -> Problem:
    names = [measure.name for measure in problem.measures]
    faults = []
    if edit.measure not in names:
        faults.append(f"'{edit.measure}' is not a measure. {did_you_mean(edit.measure, names)}")
    if not edit.by > -1:
        faults.append(f"by = {edit.by:g} would leave nothing. Give more than -1, such as 0.12.")
    accounts, some = problem.accounts, np.ones(problem.n_accounts, dtype=np.bool_)
    try:
        some = matching(problem, edit.where)
    except EditError as error:
        faults += error.args
    try:
        if edit.territory:
            some = some & (accounts.current == territory_index(problem, edit.territory))
    except EditError as error:
        faults += error.args
    if faults:
        raise EditError(*faults)
    activity = accounts.activity.copy()
    activity[some, names.index(edit.measure)] *= 1 + edit.by
    scaled = replace(problem, accounts=replace(accounts, activity=activity))
    return retargeted(scaled, problem.territories)


@applied.register
def _(edit: RemoveAccounts, problem: Problem) -> Problem:
    kept = np.ones(problem.n_accounts, dtype=np.bool_)
    kept[accounts_named(problem, edit.account, edit.where)] = False
    if not kept.any():
        raise EditError("no account would be left. Name fewer.")
    # Its unit stays, so that the map does: an empty one weighs next to nothing.
    fewer = replace(problem, accounts=problem.accounts.only(kept))
    return retargeted(fewer, problem.territories)


def _accounts_and_territory(edit: Lock | Forbid, problem: Problem) -> tuple[IntArray, int]:
    """Return which accounts and which territory an edit is about, or all that is not there."""
    faults = list[str]()
    try:
        some = accounts_named(problem, edit.account, edit.where)
    except EditError as error:
        faults += error.args
    try:
        k = territory_index(problem, edit.territory)
    except EditError as error:
        faults += error.args
    if faults:
        raise EditError(*faults)
    return some, k
