"""Edits of accounts: locks, forbidden pairs, growth, losses."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from territory_planner.config.hints import did_you_mean
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.scenario import Forbid, Lock, Release, RemoveAccounts, Scale
from territory_planner.scenarios.edit import (
    EditError,
    account_index,
    applied,
    retargeted,
    territory_index,
)


@applied.register
def _(edit: Lock, problem: Problem) -> Problem:
    unit, k = _unit(problem, edit.account), territory_index(problem, edit.territory)
    if ((problem.forbidden == (unit, k)).all(axis=1)).any():
        raise EditError(
            f"'{edit.account}' cannot be locked to '{edit.territory}', where it is forbidden. "
            "Remove one of the two."
        )
    held = int(problem.locked[unit])
    if held not in (NONE, k):
        raise EditError(
            f"'{edit.account}' cannot be locked to '{edit.territory}': its unit "
            f"'{problem.units.ids[unit]}' is locked to '{problem.territories[held].id}' already. "
            "Release it first, or move what lies in one unit together."
        )
    locked = problem.locked.copy()
    locked[unit] = k
    return replace(problem, locked=locked)


@applied.register
def _(edit: Release, problem: Problem) -> Problem:
    unit = _unit(problem, edit.account)
    if problem.locked[unit] == NONE:
        raise EditError(f"'{edit.account}' is not locked. Remove the edit.")
    locked = problem.locked.copy()
    locked[unit] = NONE
    return replace(problem, locked=locked)


@applied.register
def _(edit: Forbid, problem: Problem) -> Problem:
    unit, k = _unit(problem, edit.account), territory_index(problem, edit.territory)
    if problem.locked[unit] == k:
        raise EditError(
            f"'{edit.account}' cannot be forbidden in '{edit.territory}', to which it is locked. "
            "Release it first."
        )
    pairs = np.unique(np.vstack([problem.forbidden, [(unit, k)]]), axis=0)
    return replace(problem, forbidden=pairs)


@applied.register
def _(edit: Scale, problem: Problem) -> Problem:
    names = [measure.name for measure in problem.measures]
    if edit.measure not in names:
        raise EditError(f"'{edit.measure}' is not a measure. {did_you_mean(edit.measure, names)}")
    if not edit.by > -1:
        raise EditError(f"by = {edit.by:g} would leave nothing. Give more than -1, such as 0.12.")
    accounts, q = problem.accounts, names.index(edit.measure)
    some = np.ones(len(accounts), dtype=np.bool_)
    if edit.territory:
        some = accounts.current == territory_index(problem, edit.territory)
    activity = accounts.activity.copy()
    activity[some, q] *= 1 + edit.by
    scaled = replace(problem, accounts=replace(accounts, activity=activity))
    return retargeted(scaled, problem.territories)


@applied.register
def _(edit: RemoveAccounts, problem: Problem) -> Problem:
    accounts = problem.accounts
    kept = np.arange(len(accounts)) != account_index(problem, edit.account)
    columns = {f.name: getattr(accounts, f.name)[kept] for f in fields(accounts)}
    fewer = replace(accounts, **columns)
    # Its unit stays, so that the map does: an empty one weighs next to nothing.
    return retargeted(replace(problem, accounts=fewer), problem.territories)


def _unit(problem: Problem, name: str) -> int:
    return int(problem.accounts.unit[account_index(problem, name)])
