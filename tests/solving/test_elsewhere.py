"""Unlisted pairs found by landmarks, against all pairs looked at one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria
from territory_planner.evaluation.compactness import pair_cost
from territory_planner.solving import candidates, landmarks
from territory_planner.solving.model import build_model
from territory_planner.solving.sample import sampled, with_nearest
from territory_planner.solving.unlisted import places
from tests.solving.worlds import random_problem


@pytest.mark.parametrize(("distance", "inertia"), [(1.0, 0.0), (0.5, 0.01)])
@pytest.mark.parametrize(("step_m", "reach_km"), [(0.0, None), (7000.0, None), (0.0, 500.0)])
@pytest.mark.parametrize("seed", range(3))
def test_nothing_cheap_is_passed_over(
    seed: int,
    step_m: float,
    reach_km: float | None,
    distance: float,
    inertia: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The least of all pairs, and every pair below a value, whatever the prices and landmarks."""
    monkeypatch.setattr(candidates, "COMPLETE_UP_TO", 10)
    monkeypatch.setattr(landmarks, "MOST", 7)
    rng = np.random.default_rng(seed)
    problem = replace(random_problem(300, 12, seed), distance_step_m=step_m)
    criteria = Criteria(
        {"workload": Band.within(0.1), "potential": Band.within(0.1)},
        compactness={"distance": distance, "inertia": inertia},
        max_distance_km=reach_km,
    )
    model = build_model(problem, criteria, problem.home, nearest=2)
    other = model.elsewhere
    assert other is not None
    price = rng.normal(scale=30.0, size=model.target.shape) / model.target
    unit = np.repeat(np.arange(300), 12).astype(np.int32)
    territory = np.tile(np.arange(12), 300).astype(np.int32)
    far = problem.distance_km(problem.units.xy[unit], problem.home[territory])
    cost = model.weight[unit] * pair_cost(criteria, far)
    if reach_km is not None:
        cost[far > reach_km] = np.inf
    reduced = (cost + (model.activity[unit] * price[territory]).sum(axis=1)).reshape(300, 12)
    least, _ = other.least(model.activity, price, np.zeros(0), np.full(300, 1e9))
    np.testing.assert_allclose(least, np.minimum(reduced.min(axis=1), 1e9), rtol=1e-12)
    below = np.where(np.isfinite(reduced.min(axis=1)), reduced.min(axis=1), 0.0) + 0.1
    atom, where = other.near(model.activity, price, np.zeros(0), below)
    expected = np.argwhere(reduced < below[:, None])
    np.testing.assert_array_equal(np.column_stack([atom, where]), expected)


def test_a_sample_weighs_what_all_weigh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Atoms are as much heavier as they are rare, here and there; a heavy one stands for itself."""
    monkeypatch.setattr(candidates, "COMPLETE_UP_TO", 10)
    problem = random_problem(1200, 4)
    heavy = int(np.argmax(problem.accounts.activity[:, 0]))
    activity = problem.accounts.activity.copy()
    activity[heavy, 0] *= 40
    problem = replace(problem, accounts=replace(problem.accounts, activity=activity))
    criteria = Criteria({"workload": Band.within(0.1), "potential": Band.within(0.1)})
    model = build_model(problem, criteria, problem.home)
    sample = sampled(model, 30)
    assert sample.n_atoms < model.n_atoms / 5
    np.testing.assert_allclose(sample.activity.sum(axis=0), model.activity.sum(axis=0), rtol=1e-9)
    assert sample.activity[:, 0].max() == model.activity[:, 0].max()
    west = problem.units.xy[:, 0] < np.median(problem.units.xy[:, 0])
    assert sample.elsewhere is not None
    is_west = sample.elsewhere.xy[:, 0] < np.median(problem.units.xy[:, 0])
    np.testing.assert_allclose(
        sample.activity[is_west].sum(axis=0), model.activity[west].sum(axis=0), rtol=0.1
    )


def test_a_center_far_from_all_has_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is nobody's nearest, and must fill its territory all the same."""
    monkeypatch.setattr(candidates, "COMPLETE_UP_TO", 10)
    problem = random_problem(400, 80)
    center = problem.home.copy()
    center[7] = 10 * center.max(axis=0)
    model = with_nearest(build_model(problem, Criteria(), center))
    assert (model.territory == 7).sum() >= 100
    for a in range(model.n_atoms):
        listed = model.territory[model.start[a] : model.start[a + 1]]
        assert (np.diff(listed) > 0).all()


def test_pairs_find_their_places() -> None:
    """Those that are in a list, and where the others belong."""
    start, listed = np.array([0, 2, 2, 3]), np.array([1, 4, 0], dtype=np.int32)
    atom = np.array([0, 0, 0, 1, 2, 2], dtype=np.int32)
    territory = np.array([0, 4, 5, 3, 0, 1], dtype=np.int32)
    at, new = places(start, listed, atom, territory)
    assert new.tolist() == [True, False, True, True, False, True]
    assert at[new].tolist() == [0, 2, 2, 3]
