"""A sample of atoms that stands for all: good enough for the prices of the first, soft rounds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.solving.candidates import NEAREST
from territory_planner.solving.model import Model


def sampled(model: Model, each: int) -> Model:
    """Return a model of every so many-th atom, each as heavy and as dear as those it stands for.

    Parameters
    ----------
    each
        Atoms of the sample for each territory, about.

    The prices of a sample tell nothing of what is possible.
    """
    every = model.n_atoms // (each * model.n_territories)
    if every < 2:
        return model
    rows = np.arange(0, model.n_atoms, every)
    width = np.diff(model.start)[rows]
    start = np.concatenate([[0], np.cumsum(width)]).astype(np.int64)
    at = np.repeat(model.start[rows] - start[:-1], width) + np.arange(start[-1])
    times = model.activity.sum(axis=0) / np.maximum(model.activity[rows].sum(axis=0), 1e-300)
    sample = replace(
        model,
        activity=np.ascontiguousarray(model.activity[rows] * np.minimum(times, 2 * every)),
        start=start,
        territory=model.territory[at],
        cost=every * model.cost[at],
        moved=every * model.moved[at],
        weight=every * model.weight[rows],
        elsewhere=None if model.elsewhere is None else model.elsewhere.sampled(rows, every),
    )
    if sample.elsewhere is None:
        return sample
    return sample.widened(*sample.elsewhere.nearest(NEAREST))
