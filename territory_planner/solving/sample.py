"""A sample of atoms that stands for all: good enough for the prices of the first, soft rounds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.solving.candidates import NEAREST
from territory_planner.solving.model import Model

HEAVY = 0.3
"""Share of target that a light atom may come to with all that it stands for."""


def sampled(model: Model, each: int) -> Model:
    """Return a model of some atoms that stand for all, with their nearest centers listed.

    A heavy atom stands for itself: as many times as heavy no territory could hold it. The prices of
    a sample tell nothing of what is possible.

    Parameters
    ----------
    each
        Light atoms of the sample for each territory, about.
    """
    every = model.n_atoms // (each * model.n_territories)
    sample = model if every < 2 else _thinned(model, every)
    if sample.elsewhere is None:
        return sample
    return sample.widened(*sample.elsewhere.nearest(NEAREST))


def _thinned(model: Model, every: int) -> Model:
    """Return the model of heavy atoms and of every so many-th light one, as heavy as so many."""
    target = np.maximum(model.target.mean(axis=0), 1e-300)
    heavy = every * (model.activity / target).max(axis=1, initial=0.0) > HEAVY
    chosen = heavy.copy()
    chosen[np.flatnonzero(~heavy)[::every]] = True
    rows = np.flatnonzero(chosen)
    times = np.where(heavy[rows], 1.0, every)
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
