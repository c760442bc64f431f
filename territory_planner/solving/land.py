"""`Land`, `Limits` and `Course`: what the compiled search reads, and what it changes.

Named tuples of arrays, as compiled code takes them. On a `Land` that is measured, distances are
taken from where the centers stand at the moment, so that no list of pairs is needed however many
there are; otherwise each candidate's cost stands in the model's list.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.arrays import BoolArray, FloatArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import METRES, Problem
from territory_planner.evaluation.compactness import unit_weight
from territory_planner.solving import lookup
from territory_planner.solving.model import Model

Ints = NDArray[Any]

SECTORS = 8
EACH_SECTOR = 2
"""Nearest centers in each eighth of the compass to which an atom off the map may go."""


class Land(NamedTuple):
    """What stands still during a search.

    Parameters
    ----------
    is_measured
        Whether distances are taken from the centers, and come on top of ``cost``.
    is_listed
        Whether an atom may go to its candidates alone; if not, anywhere.
    first_unit, xy, weight
        The units of each atom in CSR form, in km, with their shares of all distance weight.
    distance, inertia
        Km of objective that a weighted km, and a weighted squared km, are worth.
    movable
        ``(n_territories,)`` whether the center follows its territory.
    activity, next_start, next_atom, on_map, start, territory, cost, moved
        As in `Model`.
    order
        ``(n_candidates,)`` each atom's candidates, the most promising first.
    free, held
        The atoms that may be proposed a shift, and ``(n_atoms,)`` those that may never leave.
    warmth
        ``(n_atoms,)`` factor on each atom's temperature, so that light atoms do not wander.
    border
        Price in km of each edge of the map between two territories.
    """

    is_measured: bool
    is_listed: bool
    first_unit: Ints
    xy: FloatArray
    weight: FloatArray
    distance: float
    inertia: float
    movable: BoolArray
    activity: FloatArray
    next_start: Ints
    next_atom: Ints
    on_map: BoolArray
    start: Ints
    territory: Ints
    cost: FloatArray
    moved: FloatArray
    order: Ints
    free: Ints
    held: BoolArray
    warmth: FloatArray
    border: float


class Limits(NamedTuple):
    """Bands (2) and budgets (3), as `Model` has them, and how firmly they are held.

    Parameters
    ----------
    scale
        ``(n_territories, n_banded)`` activity by which a violation is divided: the target.
    firmness
        ``(n_territories, n_banded)`` km that a violation of 100% would cost, were it squared to
        the end.
    toll
        ``(n_budgets,)`` km per unit of share over each budget.
    inset
        By how much of target and budget the search aims inside its limits.
    """

    lower: FloatArray
    upper: FloatArray
    target: FloatArray
    slope: FloatArray
    scale: FloatArray
    firmness: FloatArray
    budget: FloatArray
    toll: FloatArray
    inset: float


class Course(NamedTuple):
    """What a search changes as it goes.

    Parameters
    ----------
    of, total, carried
        The assignment of atoms, the totals (2) of territories and of budgets (3).
    center, softness
        Centers in km, and the squared distance within which each counts as near.
    shift
        ``(n_territories, n_banded)`` activity by which each band is aimed below its place: the
        price of a limit that is hard to hold, see `moves`.
    near
        ``(n_territories, n)`` territories nearby in every direction, -1 at the end.
    best
        The best assignment inside every limit, and its value in ``best_value[0]``.
    border, mark, label, queue, now
        Memory of sweeps and of `pieces.strays`.
    """

    of: Ints
    total: FloatArray
    carried: FloatArray
    center: FloatArray
    softness: FloatArray
    shift: FloatArray
    near: Ints
    best: Ints
    best_value: FloatArray
    border: Ints
    mark: Ints
    label: Ints
    queue: Ints
    now: Ints


def listed_land(model: Model, reduced: FloatArray) -> Land:
    """Return the land on which centers stand still and every candidate's cost is listed.

    Parameters
    ----------
    reduced
        ``(n_candidates,)`` reduced costs: the cheaper a candidate at prices, the sooner it is
        proposed.
    """
    nothing = np.zeros(0)
    return _land(
        model,
        is_measured=False,
        first_unit=np.zeros(model.n_atoms + 1, dtype=np.int64),
        xy=np.zeros((0, 2)),
        weight=nothing,
        distance=0.0,
        inertia=0.0,
        movable=np.zeros(model.n_territories, dtype=np.bool_),
        cost=model.cost,
        order=lookup.ordered(model.start, reduced),
    )


def measured_land(
    model: Model, problem: Problem, criteria: Criteria, center: FloatArray, movable: BoolArray
) -> Land:
    """Return the land on which distances are taken from centers that may move.

    Parameters
    ----------
    center
        ``(n_territories, 2)`` in metres: where the centers stood when the model was built.
    movable
        ``(n_territories,)`` which of them follow their territories.
    """
    weight = unit_weight(problem, criteria)
    by_atom = np.argsort(model.atom_of, kind="stable")
    first_unit = np.zeros(model.n_atoms + 1, dtype=np.int64)
    np.cumsum(np.bincount(model.atom_of, minlength=model.n_atoms), out=first_unit[1:])
    land = _land(
        model,
        is_measured=True,
        first_unit=first_unit,
        xy=np.ascontiguousarray(problem.units.xy[by_atom] / METRES),
        weight=(weight / weight.sum())[by_atom],
        distance=criteria.worth("distance"),
        inertia=criteria.worth("inertia"),
        movable=movable,
        cost=np.zeros(0),
        order=lookup.ordered(model.start, model.cost),
    )
    if not land.is_listed:
        return land
    # What a candidate costs beside its distance: the price of what changes hands.
    return land._replace(cost=model.cost - _listed_distance(land, model, center / METRES))


def _listed_distance(land: Land, model: Model, center: FloatArray) -> FloatArray:
    """Return ``(n_candidates,)``: what the distance to its center costs each candidate, in km."""
    row = model.row_of_candidate
    count = np.diff(land.first_unit)[row]
    candidate = np.repeat(np.arange(len(row)), count)
    first = np.cumsum(count) - count
    unit = land.first_unit[row][candidate] + np.arange(len(candidate)) - first[candidate]
    offset = land.xy[unit] - center[model.territory[candidate]]
    far = np.hypot(offset[:, 0], offset[:, 1])
    each = land.weight[unit] * (land.distance * far + land.inertia * far**2)
    result: FloatArray = np.bincount(candidate, each, len(row)).astype(np.float64)
    return result


def _land(model: Model, **parts: Any) -> Land:
    is_listed = len(model.territory) > 0
    free = np.diff(model.start) > 1 if is_listed else np.ones(model.n_atoms, dtype=np.bool_)
    return Land(
        is_listed=is_listed,
        activity=model.activity,
        next_start=model.next_start,
        next_atom=model.next_atom,
        on_map=model.on_map,
        start=model.start,
        territory=model.territory,
        moved=model.moved,
        free=np.flatnonzero(free).astype(np.int32),
        held=~free,
        warmth=np.minimum(1.0, model.weight * model.n_atoms),
        border=0.0,
        **parts,
    )
