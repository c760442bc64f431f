"""Edits made: a problem and criteria, and those that a scenario makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import singledispatch

import numpy as np

from territory_planner.config.hints import did_you_mean
from territory_planner.domain.criteria import Criteria, Disruption
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.scenario import (
    AssignRep,
    CloseTerritory,
    Edit,
    Forbid,
    Lock,
    MergeTerritories,
    MoveHome,
    OpenTerritory,
    Release,
    RemoveAccounts,
    Scale,
    Scenario,
    SetShare,
)
from territory_planner.domain.territory import Territory, fair_targets
from territory_planner.errors import Fault, InputError
from territory_planner.geography.projection import to_plane


class EditError(ValueError):
    """An edit that cannot be made, in a sentence."""


def apply(
    problem: Problem, criteria: Criteria, scenario: Scenario, file: str = "plan.toml"
) -> tuple[Problem, Criteria]:
    """Return the problem and the criteria that a scenario makes of others.

    Parameters
    ----------
    file
        Where the scenario is written, for the error.

    Raises
    ------
    InputError
        With every edit that cannot be made: unknown ids, with the nearest there are, and
        contradictions.
    """
    faults = []
    for number, edit in enumerate(scenario.edits, start=1):
        try:
            problem = applied(edit, problem)
        except EditError as error:
            where = f"[[scenario]] '{scenario.name}' edit {number}"
            faults.append(Fault(file, f"{where}: {error}"))
    names = [measure.name for measure in problem.measures]
    for name in [*scenario.bands, *scenario.budgets]:
        if name not in names:
            told = f"'{name}' is not a measure. {did_you_mean(name, names)}"
            faults.append(Fault(file, f"[[scenario]] '{scenario.name}': {told}"))
    if faults:
        raise InputError(faults)
    entries = {entry.measure: entry for entry in criteria.disruption}
    for name, budget in scenario.budgets.items():
        entries[name] = replace(entries.get(name, Disruption(name)), budget=budget)
    bands = {**criteria.bands, **scenario.bands}
    return problem, replace(criteria, bands=bands, disruption=tuple(entries.values()))


@singledispatch
def applied(edit: Edit, problem: Problem) -> Problem:
    """Return the problem with an edit made.

    Raises
    ------
    EditError
        When it cannot be.
    """
    raise TypeError(f"{edit!r} is no edit of a problem of {problem.n_units} units")


@applied.register
def _(edit: OpenTerritory, problem: Problem) -> Problem:
    ids = [t.id for t in problem.territories]
    if edit.territory in ids:
        raise EditError(f"there is a territory '{edit.territory}' already. Give the new one an id.")
    if (edit.latitude is None) != (edit.longitude is None):
        raise EditError("only one of latitude and longitude is given. Give both, or neither.")
    new = Territory(
        id=edit.territory,
        name=edit.name or edit.territory,
        home=_home(problem, edit.latitude, edit.longitude),
        share=_share(edit.share),
        rep_id=edit.rep_id or None,
        rep=edit.rep or None,
        email=edit.email or None,
        skills=frozenset(edit.skills),
    )
    return _retargeted(problem, (*problem.territories, new))


@applied.register
def _(edit: CloseTerritory, problem: Problem) -> Problem:
    k = _territory(problem, edit.territory)
    if (problem.locked == k).any():
        unit = problem.units.ids[np.flatnonzero(problem.locked == k)[0]]
        raise EditError(
            f"'{edit.territory}' cannot be closed: '{unit}' is locked to it. Release it first."
        )
    return _without(problem, k, NONE)


@applied.register
def _(edit: MergeTerritories, problem: Problem) -> Problem:
    k, into = _territory(problem, edit.territory), _territory(problem, edit.into)
    if k == into:
        raise EditError(f"'{edit.territory}' cannot be merged with itself. Name another.")
    return _without(problem, k, into)


@applied.register
def _(edit: MoveHome, problem: Problem) -> Problem:
    k = _territory(problem, edit.territory)
    home = _home(problem, edit.latitude, edit.longitude)
    return _with_territory(problem, k, replace(problem.territories[k], home=home))


@applied.register
def _(edit: AssignRep, problem: Problem) -> Problem:
    k = _territory(problem, edit.territory)
    changed = replace(
        problem.territories[k],
        rep_id=edit.rep_id or None,
        rep=edit.rep or None,
        email=edit.email or None,
    )
    return _with_territory(problem, k, changed)


@applied.register
def _(edit: SetShare, problem: Problem) -> Problem:
    k = _territory(problem, edit.territory)
    changed = replace(problem.territories[k], share=_share(edit.share))
    territories = _with_territory(problem, k, changed).territories
    return _retargeted(problem, territories)


@applied.register
def _(edit: Lock, problem: Problem) -> Problem:
    unit, k = _unit(problem, edit.account), _territory(problem, edit.territory)
    if ((problem.forbidden == (unit, k)).all(axis=1)).any():
        raise EditError(
            f"'{edit.account}' cannot be locked to '{edit.territory}', where it is forbidden. "
            "Remove one of the two."
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
    unit, k = _unit(problem, edit.account), _territory(problem, edit.territory)
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
        some = accounts.current == _territory(problem, edit.territory)
    activity = accounts.activity.copy()
    activity[some, q] *= 1 + edit.by
    scaled = replace(problem, accounts=replace(accounts, activity=activity))
    return _retargeted(scaled, problem.territories)


@applied.register
def _(edit: RemoveAccounts, problem: Problem) -> Problem:
    accounts = problem.accounts
    kept = np.arange(len(accounts)) != account_index(problem, edit.account)
    fewer = replace(
        accounts,
        ids=accounts.ids[kept],
        names=accounts.names[kept],
        unit=accounts.unit[kept],
        xy=accounts.xy[kept],
        activity=accounts.activity[kept],
        current=accounts.current[kept],
        placed_by=accounts.placed_by[kept],
    )
    # Its unit stays, so that the map does: an empty one weighs next to nothing.
    return _retargeted(replace(problem, accounts=fewer), problem.territories)


def _retargeted(problem: Problem, territories: Sequence[Territory]) -> Problem:
    """Return the problem with these territories, and targets by their shares."""
    share = np.array([t.share for t in territories])
    total = problem.accounts.activity.sum(axis=0)
    target = fair_targets(problem.measures, share, total)
    return replace(problem, territories=tuple(territories), target=target)


def _with_territory(problem: Problem, k: int, changed: Territory) -> Problem:
    territories = list(problem.territories)
    territories[k] = changed
    return replace(problem, territories=tuple(territories))


def _without(problem: Problem, k: int, into: int) -> Problem:
    """Return the problem without a territory, whose accounts and locks go to another, or nobody."""
    if problem.n_territories == 1:
        raise EditError("it is the only territory. Open another one first.")
    after = np.arange(problem.n_territories) - (np.arange(problem.n_territories) > k)
    after[k] = NONE if into == NONE else after[into]
    # The last place stands for NONE.
    to = np.append(after, NONE)
    accounts = replace(problem.accounts, current=to[problem.accounts.current])
    forbidden = problem.forbidden[problem.forbidden[:, 1] != k]
    forbidden = np.column_stack([forbidden[:, 0], to[forbidden[:, 1]]])
    territories = [t for i, t in enumerate(problem.territories) if i != k]
    moved = replace(
        problem,
        accounts=accounts,
        locked=to[problem.locked],
        forbidden=forbidden,
        territories=tuple(territories),
        target=np.delete(problem.target, k, axis=0),
    )
    return _retargeted(moved, territories)


def _territory(problem: Problem, name: str) -> int:
    """Return the territory of an id, or of its rep's id or name where that is one alone."""
    ids = [t.id for t in problem.territories]
    if name in ids:
        return ids.index(name)
    of_rep = [k for k, t in enumerate(problem.territories) if name in (t.rep_id, t.rep)]
    if len(of_rep) > 1:
        told = " and ".join(f"'{ids[k]}'" for k in of_rep)
        raise EditError(f"'{name}' is the rep of {told}. Name the territory.")
    if of_rep:
        return of_rep[0]
    raise EditError(f"there is no territory or rep '{name}'. {did_you_mean(name, ids)}")


def account_index(problem: Problem, name: str) -> int:
    """Return the index of an account.

    Raises
    ------
    EditError
        When there is none of that id; with the nearest there are.
    """
    at = np.flatnonzero(problem.accounts.ids == name)
    if not at.size:
        near = did_you_mean(name, problem.accounts.ids.tolist())
        raise EditError(f"there is no account '{name}'. {near}")
    return int(at[0])


def _unit(problem: Problem, name: str) -> int:
    return int(problem.accounts.unit[account_index(problem, name)])


def _home(
    problem: Problem, latitude: float | None, longitude: float | None
) -> tuple[float, float] | None:
    if latitude is None or longitude is None:
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise EditError(
            f"latitude {latitude:g}, longitude {longitude:g} is no place. Give degrees."
        )
    x, y = to_plane(problem.crs, np.array([[longitude, latitude]]))[0]
    return float(x), float(y)


def _share(share: float) -> float:
    if not 0 < share < np.inf:
        raise EditError(f"share = {share:g} must be more than 0, such as 0.5 for half a rep.")
    return share
