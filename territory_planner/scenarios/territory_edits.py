"""Edits of territories and their reps: hires, leavers, mergers, moves, part-timers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.scenario import (
    AssignRep,
    CloseTerritory,
    MergeTerritories,
    MoveHome,
    OpenTerritory,
    SetShare,
)
from territory_planner.domain.territory import Territory
from territory_planner.geography.projection import to_plane
from territory_planner.scenarios.edit import EditError, applied, retargeted, territory_index


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
    return retargeted(problem, (*problem.territories, new))


@applied.register
def _(edit: CloseTerritory, problem: Problem) -> Problem:
    k = territory_index(problem, edit.territory)
    if (problem.locked == k).any():
        unit = problem.units.ids[np.flatnonzero(problem.locked == k)[0]]
        raise EditError(
            f"'{edit.territory}' cannot be closed: '{unit}' is locked to it. Release it first."
        )
    return _without(problem, k, NONE)


@applied.register
def _(edit: MergeTerritories, problem: Problem) -> Problem:
    k, into = territory_index(problem, edit.territory), territory_index(problem, edit.into)
    if k == into:
        raise EditError(f"'{edit.territory}' cannot be merged with itself. Name another.")
    return _without(problem, k, into)


@applied.register
def _(edit: MoveHome, problem: Problem) -> Problem:
    k = territory_index(problem, edit.territory)
    home = _home(problem, edit.latitude, edit.longitude)
    return _with_territory(problem, k, replace(problem.territories[k], home=home))


@applied.register
def _(edit: AssignRep, problem: Problem) -> Problem:
    k = territory_index(problem, edit.territory)
    changed = replace(
        problem.territories[k],
        rep_id=edit.rep_id or None,
        rep=edit.rep or None,
        email=edit.email or None,
    )
    return _with_territory(problem, k, changed)


@applied.register
def _(edit: SetShare, problem: Problem) -> Problem:
    k = territory_index(problem, edit.territory)
    changed = replace(problem.territories[k], share=_share(edit.share))
    territories = _with_territory(problem, k, changed).territories
    return retargeted(problem, territories)


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
    )
    return retargeted(moved, territories)


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
