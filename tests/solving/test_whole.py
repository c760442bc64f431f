"""Making territories whole."""

from __future__ import annotations

import resource
import subprocess
import sys
from dataclasses import replace

import numpy as np

from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.problem import NONE
from territory_planner.solving.land import listed_land
from territory_planner.solving.model import build_model
from territory_planner.solving.whole import made_whole
from tests.worlds import grid_problem

SIZE = 30
MEMORY = 4_000_000_000
SECONDS = 120

TWO_HOMES_IN_ONE_PLACE = f"""
from dataclasses import replace
import numpy as np
from territory_planner.domain.criteria import Criteria
from territory_planner.solving.land import listed_land
from territory_planner.solving.model import build_model
from territory_planner.solving.whole import made_whole
from tests.worlds import grid_problem

rows = "/".join(["1" * {SIZE}] * {SIZE})
homes = "/".join(["AB" + "." * ({SIZE} - 2)] + ["." * {SIZE}] * ({SIZE} - 1))
problem = grid_problem(rows, homes=homes)
home = problem.territories[0].home
problem = replace(
    problem, territories=tuple(replace(t, home=home) for t in problem.territories)
)
model = build_model(problem, Criteria(contiguous=True), problem.home)
of = np.arange({SIZE} ** 2, dtype=np.int32) % 2
whole = made_whole(model, listed_land(model, model.cost), problem.home, of)
assert model.is_whole(whole) and np.bincount(whole, minlength=2).min() > 0
"""


def test_equal_costs_do_not_multiply_the_ways() -> None:
    """In a process of its own, since going wrong takes all the memory there is."""
    done = subprocess.run(
        [sys.executable, "-c", TWO_HOMES_IN_ONE_PLACE],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    assert done.returncode == 0, done.stderr


def test_a_lock_that_lies_apart_is_joined_through_empty_areas() -> None:
    """Its territory keeps its land, however light; no account changes hands on the way."""
    problem = grid_problem("2222222222/2222222222/0000000000", n_territories=2)
    locked = np.full(30, NONE, dtype=np.int32)
    locked[17] = 0
    problem = replace(problem, locked=locked)
    criteria = Criteria({"workload": Band.within(0.5)}, contiguous=True)
    model = build_model(problem, criteria, problem.home)
    of = (np.arange(30, dtype=np.int32) % 10) // 5
    of[17] = 0
    whole = made_whole(model, listed_land(model, model.cost), problem.home, of)
    assert np.flatnonzero(whole != of).tolist() == [25, 26, 27]
    assert model.is_whole(whole)


def test_what_a_way_cuts_off_goes_round_its_end() -> None:
    """A way to a lock beyond a territory cuts that in two; its accounts stay with it all the same.

    Of three territories the first lies left, the second in the middle and the third right, with the
    lock of the first in it.
    """
    problem = grid_problem("2020002/2000002/2000202/2000002/2020002", n_territories=3)
    locked = np.full(35, NONE, dtype=np.int32)
    locked[18] = 0
    problem = replace(problem, locked=locked)
    criteria = Criteria({"workload": Band.within(0.9)}, contiguous=True)
    model = build_model(problem, criteria, problem.home)
    of = np.tile(np.array([0, 1, 1, 1, 2, 2, 2], dtype=np.int32), 5)
    of[18] = 0
    whole = made_whole(model, listed_land(model, model.cost), problem.home, of)
    assert model.is_whole(whole)
    busy = problem.activity[:, 0] > 0
    assert (whole[busy] == of[busy]).all()
    # The way itself runs through the middle.
    assert (whole[14:18] == 0).any()
