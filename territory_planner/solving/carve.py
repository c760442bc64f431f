"""Territories round odd accounts: cut out first, where a single account decides their shape.

An account that is most of what its territory may have of one measure and little of another leaves
room only for those that are odd the other way: its territory runs far along what is poor in the
one and rich in the other, and no search that trades between neighbours finds it. It is found alone,
against all the rest as one piece, and held while the others are drawn.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.problem import METRES
from territory_planner.solving.improve import Start, improve
from territory_planner.solving.land import Land, listed_land
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.whole import made_whole

ODD = 0.5
"""Difference of an account's shares of two targets from which on it is odd."""
MOST = 20
"""Odd accounts looked at, the oddest first."""
TIME_SHARE = 0.35
"""Of the time that is left, what one territory may take."""
MANNERS = ((1000.0, 3000.0), (300.0, 1000.0))
"""Heat in distance costs of an account, and firmness in those of a territory, of one worker and of
the next: bands come before all distances."""
EFFORT = 0.5
"""Share of a full search, so that there is time for several."""
FREED = 300.0
"""Firmness with which all territories are drawn on when those of odd accounts are let go again."""
REST, ITS = 0, 1


def carved(
    model: Model, land: Land, start: Start, search: Search, rng: np.random.Generator
) -> tuple[Land, Start]:
    """Return land and start with the territories of odd accounts cut out and held.

    Parameters
    ----------
    start
        Centers, and territories that are whole.
    """
    of, kept = start.of.copy(), np.zeros(model.n_atoms, dtype=np.bool_)
    for atom in _odd(model, land).tolist():
        k = int(of[atom])
        if kept[atom] or kept[of == k].any() or search.is_over():
            continue
        piece = _piece(model, land, of, atom, kept, search.part(TIME_SHARE).silent(), rng)
        if piece is None:
            continue
        left = np.flatnonzero((of == k) & ~piece)
        of[piece] = k
        kept |= piece
        of[left] = _nearest_but(land, start.center / METRES, k)[left]
    if not kept.any():
        return land, start
    land = land._replace(free=land.free[~kept[land.free]], held=land.held | kept)
    return land, replace(start, of=made_whole(model, land, start.center, of))


def _odd(model: Model, land: Land) -> IntArray:
    """Return the odd accounts on the map that may go anywhere, the oddest first."""
    if model.target.shape[1] < 2:
        return np.empty(0, dtype=np.int64)
    share = model.activity / np.maximum(model.target.mean(axis=0), 1e-300)
    oddness = np.where(model.on_map & ~land.held, np.ptp(share, axis=1), 0.0)
    order = np.argsort(-oddness, kind="stable")[:MOST]
    result: IntArray = order[oddness[order] > ODD]
    return result


def _piece(
    model: Model,
    land: Land,
    of: IntArray,
    atom: int,
    kept: BoolArray,
    search: Search,
    rng: np.random.Generator,
) -> BoolArray | None:
    """Return a territory of an atom inside its bands, whole as all the rest is; None if not found.

    Parameters
    ----------
    of
        Where all lie now.
    kept
        The atoms it may not have.
    """
    k = of[atom]
    n, here = model.n_atoms, land.xy[land.first_unit[:-1]]
    lower, upper, target = model.lower[[k, k]], model.upper[[k, k]], model.target[[k, k]]
    lower[REST], upper[REST] = 0.0, model.activity.sum(axis=0)
    cost = np.zeros((n, 2))
    cost[:, ITS] = model.weight * np.hypot(*(here - here[atom]).T)
    may = np.ones((n, 2), dtype=np.bool_)
    may[kept, ITS] = may[atom, REST] = False
    two = replace(
        model,
        lower=lower,
        upper=upper,
        target=target,
        slope=np.zeros_like(target),
        start=2 * np.arange(n + 1),
        territory=np.tile(np.array([REST, ITS], dtype=np.int32), n),
        cost=cost.ravel(),
        moved=np.zeros((2 * n, 0)),
        budget=np.zeros(0),
        short_borders=0.0,
        elsewhere=None,
    ).restricted(may.ravel())
    cell = of == k
    if not two.is_whole(cell.astype(np.int32)):
        cell = np.arange(n) == atom
    center = METRES * here[[atom, atom]]
    cell, size = cell.astype(np.int32), int(cell.sum())
    starts = [
        Start(cell, center, heat * n / size, effort=EFFORT, firmness=firm) for heat, firm in MANNERS
    ]
    found = improve(two, listed_land(two, two.cost), starts, search, rng)
    return found.of == ITS if np.isfinite(found.value) else None


def _nearest_but(land: Land, center: FloatArray, k: int) -> IntArray:
    """Return ``(n_atoms,)`` the nearest center of each atom but one."""
    from scipy.spatial import cKDTree

    others = np.flatnonzero(np.arange(len(center)) != k)
    _, near = cKDTree(center[others]).query(land.xy[land.first_unit[:-1]])
    result: IntArray = others[near].astype(np.int32)
    return result
