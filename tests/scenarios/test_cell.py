"""One cell of a sweep: what its values make of the base, and its key."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from territory_planner.domain.criteria import Band
from territory_planner.domain.scenario import CloseTerritory, OpenTerritory, Scale, Scenario
from territory_planner.domain.sweep import Parameter, Sweep
from territory_planner.errors import InputError
from territory_planner.scenarios.cell import Base, Inputs, asked, cell_key, check_growth
from territory_planner.scenarios.edit import EditError
from territory_planner.scenarios.edits import apply
from territory_planner.scenarios.headcount import headcount_edits, headcount_in_words
from territory_planner.solving import solve
from tests.scenarios.grids import inputs_of


def test_bands() -> None:
    """A band is that of every banded measure, or of one; weights stay."""
    inputs = inputs_of(Parameter("band", (0.4,), "potential"), Parameter("band", (0.1,)))
    _, criteria, _ = asked(inputs, (0.4, 0.1))
    assert criteria.bands == {"workload": Band.within(0.1), "potential": Band.within(0.4, 0.5)}


def test_budget_growth_and_seed() -> None:
    """A budget limits what moves, growth makes activity of it, a seed is the search's."""
    inputs = inputs_of(
        Parameter("budget", (0.3,), "potential"),
        Parameter("growth", (0.5,), growth=Scale("workload", 0.0, "T1")),
        Parameter("seed", (7,)),
    )
    problem, criteria, options = asked(inputs, (0.3, 0.5, 7))
    assert [(d.measure, d.budget) for d in criteria.disruption] == [("potential", 0.3)]
    before, after = (p.accounts.activity[:, 0] for p in (inputs.bases["base"].problem, problem))
    held = inputs.bases["base"].problem.accounts.current == 0
    assert np.allclose(after, np.where(held, 1.5, 1.0) * before)
    assert problem.target[:, 0].sum() == pytest.approx(after.sum())
    assert options == replace(inputs.bases["base"].options, seed=7)


def test_scenario_comes_first() -> None:
    """A headcount counts what a scenario opens, and a budget of the scenario stays."""
    scenario = Scenario(
        "two", (OpenTerritory("D1"), OpenTerritory("D2")), budgets={"workload": 0.5}
    )
    base = inputs_of().bases["base"]
    inputs = inputs_of(
        Parameter("headcount", (5, 6)),
        Parameter("scenario", ("base", "two")),
        two=Base(*apply(base.problem, base.criteria, scenario), base.options),
    )
    ids = [[t.id for t in asked(inputs, cell)[0].territories] for cell in inputs.sweep]
    assert ids[0] == ["T1", "T2", "T3", "NEW-1", "NEW-2"]
    assert ids[1] == ["T1", "T2", "T3", "D1", "D2"]
    assert ids[3] == ["T1", "T2", "T3", "D1", "D2", "NEW-1"]
    assert asked(inputs, (5, "two"))[1].disruption[0].budget == 0.5


def growth_of(territory: str) -> Parameter:
    return Parameter("growth", (0.1, 0.2), growth=Scale("workload", 0.0, territory))


def test_growth_of_a_territory_that_is_nowhere() -> None:
    """Each is told once; one that only some cells have, or close, is there."""
    check_growth(inputs_of(growth_of("NEW-2"), Parameter("headcount", (2, 5))))
    check_growth(inputs_of(growth_of("T1"), Parameter("headcount", (2,))))
    with pytest.raises(InputError) as refused:
        check_growth(inputs_of(growth_of("NEW-2"), growth_of("T33"), Parameter("headcount", (4,))))
    assert [fault.message.partition(". ")[0] for fault in refused.value.faults] == [
        "growth.workload[territory=NEW-2]: there is no territory or rep 'NEW-2'",
        "growth.workload[territory=T33]: there is no territory or rep 'T33'",
    ]


def test_growth_of_a_territory_of_a_scenario() -> None:
    """One that a scenario opens is there when the scenario is varied as well, beside the base."""
    base = inputs_of().bases["base"]
    opened = apply(base.problem, base.criteria, Scenario("hire", (OpenTerritory("D1"),)))
    hire = Base(*opened, base.options)
    check_growth(inputs_of(growth_of("D1"), Parameter("scenario", ("base", "hire")), hire=hire))
    with pytest.raises(InputError, match="no territory or rep 'D1'"):
        check_growth(inputs_of(growth_of("D1"), hire=hire))


def based(inputs: Inputs, **changes: Any) -> Inputs:
    """Return the inputs with another base."""
    return replace(inputs, bases={"base": replace(inputs.bases["base"], **changes)})


def test_headcount_replaces_a_range() -> None:
    """Where the number of territories is to be chosen, a headcount chooses it."""
    inputs = inputs_of(Parameter("headcount", (3,)))
    criteria = replace(inputs.bases["base"].criteria, n_territories=(2, 5))
    assert asked(based(inputs, criteria=criteria), (3,))[1].n_territories is None


def test_bad_edit_is_told() -> None:
    """What a cell cannot be made of is an error with its place."""
    inputs = inputs_of(Parameter("growth", (0.5,), growth=Scale("workload", 0.0, "T9")))
    with pytest.raises(InputError, match=r"growth\.workload\[territory=T9\] 0\.5.*no territory"):
        asked(inputs, (0.5,))


def test_headcount_edits() -> None:
    """Those that hold least of the first measure are closed, but none with a lock."""
    problem = inputs_of().bases["base"].problem
    assert headcount_edits(problem, 3) == ()
    assert headcount_edits(problem, 1) == (CloseTerritory("T1"), CloseTerritory("T3"))
    locked = problem.locked.copy()
    locked[0] = 0
    held = replace(problem, locked=locked)
    assert headcount_edits(held, 2) == (CloseTerritory("T3"),)
    locked[-1] = 2
    locked[3] = 1
    with pytest.raises(EditError, match="2 territories cannot be had: 3 of 3 have locks"):
        headcount_edits(replace(problem, locked=locked), 2)


def test_headcount_in_words() -> None:
    """Who comes and who goes is said by id."""
    problem = inputs_of().bases["base"].problem
    assert headcount_in_words(problem, headcount_edits(problem, 3)) == "as today"
    assert headcount_in_words(problem, headcount_edits(problem, 5)).startswith(
        "NEW-1 and NEW-2 opened: vacant"
    )
    assert headcount_in_words(problem, headcount_edits(problem, 2)).startswith(
        "T1 closed: least workload today"
    )
    assert "NEW-12 and 285 more opened" in headcount_in_words(
        problem, headcount_edits(problem, 300)
    )


def test_key() -> None:
    """A key is of what a plan depends on: neither of the other cells nor of a scenario's name."""
    bands, seeds = Parameter("band", (0.1, 0.2)), Parameter("seed", (1, 2))
    inputs = inputs_of(bands, seeds)
    turned = inputs_of(seeds, replace(bands, values=(0.2,)))
    assert cell_key(inputs, (0.2, 1)) == cell_key(turned, (1, 0.2))
    keys = {cell_key(inputs, cell) for cell in inputs.sweep}
    assert len(keys) == 4
    base = inputs.bases["base"]
    for other in (
        based(inputs, options=replace(base.options, time_limit_s=1.0)),
        based(inputs, criteria=replace(base.criteria, contiguous=True)),
        based(inputs, problem=replace(base.problem, locked=np.zeros(16, dtype=np.int32))),
        based(inputs, start=solve(base.problem, base.criteria)),
    ):
        assert cell_key(other, (0.2, 1)) not in keys
    shut = Scenario("a", (CloseTerritory("T1"),))
    closed = Base(*apply(base.problem, base.criteria, shut), base.options)
    named = inputs_of(Parameter("scenario", ("a", "b", "base")), a=closed, b=replace(closed))
    one, same, other_key = (cell_key(named, (name,)) for name in ("a", "b", "base"))
    assert one == same != other_key


def test_sweep_is_a_grid() -> None:
    """The last parameter varies fastest, and names say of what a parameter is."""
    grid = Sweep(
        (
            Parameter("headcount", (2, 3)),
            Parameter("growth", (0.0, 0.1), growth=Scale("revenue", 0.0, "T1")),
        )
    )
    assert list(grid) == [(2, 0.0), (2, 0.1), (3, 0.0), (3, 0.1)]
    assert len(grid) == 4
    assert grid.names == ("headcount", "growth.revenue[territory=T1]")
