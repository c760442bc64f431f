"""A sample of atoms that stands for all: good enough for the prices of the first, soft rounds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.spatial import cKDTree

from territory_planner.domain.arrays import IntArray
from territory_planner.solving.candidates import NEAREST
from territory_planner.solving.model import Model
from territory_planner.solving.reduced import size_of

CANDIDATES_PER_CENTER = 20
"""Nearest atoms listed for each center, in those there are for each territory: that a center
far from all others may fill its territory."""


def is_few(model: Model, each: int) -> bool:
    """Return whether a model is hardly larger than a sample of it would be."""
    return model.n_atoms < 2 * each * model.n_territories


def sampled(model: Model, each: int) -> Model:
    """Return a model of some atoms that stand for all, with their nearest centers listed.

    Atoms are drawn with a chance that goes with their size and made as much heavier, so that all
    that are drawn weigh about the same; a heavy atom stands for itself. The prices of a sample tell
    nothing of what is possible.

    Parameters
    ----------
    each
        Atoms of the sample for each territory, about.
    """
    return model if is_few(model, each) else _thinned(model, each * model.n_territories)


def with_nearest(model: Model) -> Model:
    """Return the model with so many near pairs listed that hot prices know where to go."""
    if model.elsewhere is None:
        return model
    back = CANDIDATES_PER_CENTER * model.n_atoms // max(model.n_territories, 1)
    return model.widened(*model.elsewhere.nearest(NEAREST, back))


def _thinned(model: Model, wanted: int) -> Model:
    """Return the model of some atoms, each as heavy as what it stands for."""
    size, order = size_of(model), _by_place(model)
    chance = np.minimum(wanted * size / size.sum(), 1.0)
    # Systematic sampling: one atom wherever the sum of the chances passes a half. From place to
    # place, so that every region has its due: a little too much would raise all its prices.
    passed = np.floor(np.cumsum(chance[order]) + 0.5)
    rows = np.sort(order[np.diff(passed, prepend=0.0) > 0])
    times = 1 / chance[rows]
    activity = times[:, None] * model.activity[rows]
    # What the light ones weigh together is made up for, so that the bands ask for the same.
    missing = model.activity.sum(axis=0) - activity.sum(axis=0)
    of_light = activity[times > 1].sum(axis=0)
    share = np.divide(missing, of_light, out=np.zeros_like(missing), where=of_light > 0)
    activity[times > 1] *= np.clip(1 + share, 0.5, 2.0)
    width = np.diff(model.start)[rows]
    start = np.concatenate([[0], np.cumsum(width)]).astype(np.int64)
    at = np.repeat(model.start[rows] - start[:-1], width) + np.arange(start[-1])
    wide = np.repeat(times, width)
    return replace(
        model,
        activity=np.ascontiguousarray(activity),
        start=start,
        territory=model.territory[at],
        cost=wide * model.cost[at],
        moved=np.ascontiguousarray(wide[:, None] * model.moved[at]),
        weight=times * model.weight[rows],
        elsewhere=None if model.elsewhere is None else model.elsewhere.sampled(rows, times),
    )


def _by_place(model: Model) -> IntArray:
    """Return the atoms in an order in which near ones follow one another."""
    if model.elsewhere is None:
        return np.arange(model.n_atoms)
    order: IntArray = cKDTree(model.elsewhere.xy, balanced_tree=False).indices
    return order
