"""Edits of territories and their reps: hires, leavers, mergers, moves, part-timers."""

from __future__ import annotations

from collections.abc import Sequence
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
        When two match, or nobody does and there is no id; or when id, name and e-mail are of
        different people.
    """
    words = {"rep_id": rep_id, "rep": rep, "email": email}
    words = {kind: word for kind, word in words.items() if word}
    if not words:
        return None, None, None
    known = list({t.rep_id: t for t in problem.territories if t.rep_id}.values())
    kind = next(iter(words))
    found = _known_by(known, kind, words[kind])
    if kind != "rep_id" and len(found) != 1:
        raise EditError(_not_one(known, kind, words[kind], found))
    same = found[0] if found else None
    for other, word in words.items():
        reps = [str(t.rep_id) for t in _known_by(known, other, word)]
        if same is None:
            # A new rep may have a known one's name, but not the address.
            differs = other == "email" and bool(reps)
        else:
            is_wrong_name = other == "rep" and same.rep is not None
            differs = same.rep_id not in reps and (bool(reps) or is_wrong_name)
        if differs:
            raise EditError(_contradiction(kind, words[kind], same, other, word, reps))
    if same is not None:
        rep_id, rep, email = str(same.rep_id), same.rep or rep, email or same.email or ""
    return rep_id, rep or None, email or None


def _known_by(known: Sequence[Territory], kind: str, word: str) -> list[Territory]:
    """Return those whose rep a word stands for: an id, an e-mail, or an id or name in "rep"."""
    if kind == "rep_id":
        return [t for t in known if word == t.rep_id]
    if kind == "email":
        return [t for t in known if word.casefold() == (t.email or "").casefold()]
    return [t for t in known if word in (t.rep_id, t.rep)]


def _not_one(known: Sequence[Territory], kind: str, word: str, found: Sequence[Territory]) -> str:
    if found:
        told = " and ".join(f"'{t.rep_id}'" for t in found)
        return f"'{word}' is the {'name' if kind == 'rep' else 'email'} of {told}. Give rep_id."
    if kind == "email":
        return (
            f"email '{word}' is no known rep's. Add rep_id or rep to say whose it is; whoever is "
            "new needs rep_id."
        )
    names = [name for t in known for name in (t.rep_id, t.rep) if name]
    return f"there is no rep '{word}'. {did_you_mean(word, names)} Whoever is new needs rep_id."


def _contradiction(
    kind: str, word: str, same: Territory | None, other: str, said: str, reps: Sequence[str]
) -> str:
    """Return how one word is of a rep, another of somebody else."""
    one = "new" if same is None else same.rep if word == same.rep_id else same.rep_id
    hint = "" if reps else " Whoever is new needs a rep_id of their own."
    return (
        f"{kind} '{word}' is {one or 'another'}, {other} '{said}' is "
        f"{' and '.join(reps) or 'not known'}. Name one of them.{hint}"
    )


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
