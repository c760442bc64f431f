"""Edits of territories and their reps: hires, leavers, mergers, moves, part-timers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.config.hints import did_you_mean
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.scenario import (
    AssignRep,
    CloseTerritory,
    MergeTerritories,
    MoveHome,
    OpenTerritory,
    SetShare,
    SplitTerritory,
)
from territory_planner.domain.territory import Territory
from territory_planner.geography.projection import to_plane
from territory_planner.scenarios.edit import EditError, applied, retargeted, territory_index


@applied.register
def _(edit: OpenTerritory, problem: Problem) -> Problem:
    _check_new(problem, edit.territory)
    rep_id, rep, email = _rep(problem, edit.rep_id, edit.rep, edit.email)
    new = Territory(
        id=edit.territory,
        name=edit.name or edit.territory,
        home=_home(problem, edit.latitude, edit.longitude),
        share=_share(edit.share),
        rep_id=rep_id,
        rep=rep,
        email=email,
        skills=frozenset(edit.skills),
    )
    return retargeted(problem, (*problem.territories, new))


@applied.register
def _(edit: SplitTerritory, problem: Problem) -> Problem:
    k = territory_index(problem, edit.territory)
    _check_new(problem, edit.into)
    if not 0 < edit.share < 1:
        raise EditError(
            f"share = {edit.share:g} must be more than 0 and less than 1: the new one's part."
        )
    old = problem.territories[k]
    rep_id, rep, email = _rep(problem, edit.rep_id, edit.rep, edit.email)
    new = replace(
        old,
        id=edit.into,
        name=edit.name or edit.into,
        home=_home(problem, edit.latitude, edit.longitude),
        share=old.share * edit.share,
        rep_id=rep_id,
        rep=rep,
        email=email,
    )
    left = _with_territory(problem, k, replace(old, share=old.share * (1 - edit.share)))
    return retargeted(left, (*left.territories, new))


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
    rep_id, rep, email = _rep(problem, edit.rep_id, edit.rep, edit.email)
    changed = replace(problem.territories[k], rep_id=rep_id, rep=rep, email=email)
    return _with_territory(problem, k, changed)


@applied.register
def _(edit: SetShare, problem: Problem) -> Problem:
    k = territory_index(problem, edit.territory)
    changed = replace(problem.territories[k], share=_share(edit.share))
    territories = _with_territory(problem, k, changed).territories
    return retargeted(problem, territories)


def _check_new(problem: Problem, name: str) -> None:
    if name in [t.id for t in problem.territories]:
        raise EditError(f"there is a territory '{name}' already. Give the new one an id.")


def _rep(
    problem: Problem, rep_id: str, rep: str, email: str
) -> tuple[str | None, str | None, str | None]:
    """Return id, name and e-mail of a rep: whoever is known by one of them has the others.

    Raises
    ------
    EditError
        When two match, or nobody does and there is no id.
    """
    known = {t.rep_id: t for t in problem.territories if t.rep_id}
    if rep_id:
        same = known.get(rep_id)
    else:
        if not rep:
            return None, None, None
        found = [t for t in known.values() if rep in (t.rep_id, t.rep)]
        if len(found) > 1:
            told = " and ".join(f"'{t.rep_id}'" for t in found)
            raise EditError(f"'{rep}' is the name of {told}. Give rep_id.")
        if not found:
            names = [name for t in known.values() for name in (t.rep_id, t.rep) if name]
            raise EditError(
                f"there is no rep '{rep}'. {did_you_mean(rep, names)} Whoever is new needs rep_id."
            )
        same = found[0]
        rep_id, rep = str(same.rep_id), str(same.rep or "")
    if same is not None:
        rep, email = rep or same.rep or "", email or same.email or ""
    return rep_id, rep or None, email or None


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
    if (latitude is None) != (longitude is None):
        raise EditError("only one of latitude and longitude is given. Give both, or neither.")
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
