"""Atoms taken together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.problem import NONE
from territory_planner.solving.coarse import LARGEST, TOGETHER, coarse
from territory_planner.solving.model import Model, build_model
from tests.worlds import grid_problem

CRITERIA = Criteria(
    {"workload": Band.within(0.3, weight=1.0)},
    contiguous=True,
    disruption=(Disruption("workload", 0.5),),
)
SIDE = 40


@pytest.fixture
def model() -> Model:
    rng = np.random.default_rng(0)
    rows = ("".join(map(str, rng.integers(1, 4, SIDE))) for _ in range(SIDE))
    problem = grid_problem("/".join(rows), n_territories=4)
    locked = problem.locked.copy()
    locked[::97] = 3
    return build_model(replace(problem, locked=locked), CRITERIA, problem.home)


@pytest.fixture
def of(model: Model) -> np.ndarray:
    """Return four bands of rows, but for what is locked."""
    rows = np.arange(model.n_atoms) // SIDE * 4 // SIDE
    return np.where(model.position(rows) == NONE, 3, rows).astype(np.int32)


def test_what_is_taken_together_touches_and_lies_in_one_territory(
    model: Model, of: np.ndarray
) -> None:
    rough = coarse(model, of, np.random.default_rng(1))
    count = np.bincount(rough.part_of)
    assert 1 < count.max() <= TOGETHER
    assert rough.model.n_atoms < model.n_atoms / 2
    assert (rough.taken_from(of)[rough.part_of] == of).all()
    # As territories of their own they are whole.
    assert model.is_whole(rough.part_of)
    mean = model.target.mean(axis=0)
    assert (rough.model.activity[count > 1] <= LARGEST * mean).all()


def test_a_coarse_assignment_is_worth_what_it_is_worth_among_atoms(
    model: Model, of: np.ndarray
) -> None:
    rng = np.random.default_rng(2)
    rough = coarse(model, of, rng).model
    part_of = coarse(model, of, np.random.default_rng(2)).part_of
    for _ in range(5):
        drawn = rough.territory[rng.integers(rough.start[:-1], rough.start[1:])]
        fine = drawn[part_of]
        assert (model.position(fine) != NONE).all()
        assert rough.value(drawn) == pytest.approx(model.value(fine))
        assert rough.violation(drawn) == pytest.approx(model.violation(fine))
        assert rough.is_whole(drawn) == model.is_whole(fine)
        assert rough.border_edges(drawn) <= model.border_edges(fine)


def test_a_locked_atom_holds_no_other_where_it_is(model: Model, of: np.ndarray) -> None:
    rough = coarse(model, of, np.random.default_rng(3))
    alone = np.bincount(rough.part_of)[rough.part_of] == 1
    assert alone[np.diff(model.start) == 1].all()
    assert (
        np.diff(rough.model.start)[~alone[np.unique(rough.part_of, return_index=True)[1]]] > 1
    ).all()


def test_other_lots_take_others_together(model: Model, of: np.ndarray) -> None:
    one, other = (coarse(model, of, np.random.default_rng(seed)) for seed in (4, 5))
    assert (one.part_of != other.part_of).any()


def test_off_the_map_every_atom_stays_by_itself() -> None:
    problem = grid_problem("1234/5678", n_territories=2)
    model = build_model(problem, replace(CRITERIA, contiguous=False), problem.home)
    rough = coarse(model, np.zeros(8, dtype=np.int32), np.random.default_rng(6))
    assert rough.model.n_atoms == 8
