"""`away`: how far the moves lead that a part of a model leaves open, told in steps on the map."""

from __future__ import annotations

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.problem import Problem
from territory_planner.solving.apart import Apart, counts_for_nothing
from territory_planner.solving.hops import steps_from
from territory_planner.solving.model import Model


def away(
    problem: Problem, model: Model, center: FloatArray, found: Apart, start: IntArray
) -> FloatArray:
    """Return ``(n_part,)``: how far each open candidate is away, times what its atom weighs.

    Steps to the territory as it lies, and how much farther than now its center is.

    Parameters
    ----------
    center
        ``(n_territories, 2)`` in metres.
    start
        ``(n_atoms,)`` territories.
    """
    part, xy = found.part, problem.units.xy
    row = part.row_of_candidate
    atom = found.atoms[row]
    at = xy[np.unique(model.atom_of, return_index=True)[1]][atom]
    now = problem.distance_km(at, center[start[atom]])
    farther = np.maximum(problem.distance_km(at, center[part.territory]) - now, 0.0)
    steps = problem.distance_km(xy[model.edges[:, 0]], xy[model.edges[:, 1]])
    step = float(steps.mean()) if len(steps) else 0.0
    each = part.weight[row] + 1 / model.n_atoms
    result: FloatArray = each * (_hops(model, found, start) + farther / (step or 1.0))
    return result


def _hops(model: Model, found: Apart, start: IntArray) -> FloatArray:
    """Return ``(n_part,)``: steps from open atoms to territories over atoms that count nothing.

    As many as there are atoms where no such way leads; none off the map, or where nothing costs.
    """
    part = found.part
    atom, hops = found.atoms[part.row_of_candidate], np.zeros(len(part.cost))
    asked = (part.cost > 0) & model.on_map[atom]
    free = counts_for_nothing(model)
    for k in np.unique(part.territory[asked]):
        held: BoolArray = model.on_map & (start == k)
        mine = asked & (part.territory == k)
        hops[mine] = steps_from(model, np.flatnonzero(held), held | free)[atom[mine]]
    return hops
