"""Second opinion on balance and disruption: plain loops over accounts and pairs."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territory_planner.domain.problem import NONE
from territory_planner.evaluation.balance import gini, relative_deviation, territory_totals
from territory_planner.evaluation.disruption import disruption
from tests.properties.drawn_worlds import alignments, worlds


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_balance_is_that_of_plain_loops(data: st.DataObject) -> None:
    """Totals account by account; the Gini coefficient over all pairs of territories."""
    problem = data.draw(worlds())
    alignment = data.draw(alignments(problem, least=NONE))
    k = problem.n_territories
    for q in range(problem.n_measures):
        totals = [0.0] * k
        for a in range(problem.n_accounts):
            territory = alignment.territory_of[problem.accounts.unit[a]]
            if territory != NONE:
                totals[territory] += float(problem.accounts.activity[a, q])
        target = problem.target[:, q]
        assert territory_totals(problem, alignment)[:, q] == pytest.approx(totals)
        wanted = [t for t in range(k) if target[t] > 0]
        ratio = [totals[t] / target[t] for t in wanted]
        deviation = relative_deviation(problem, alignment)[wanted, q]
        assert deviation == pytest.approx([r - 1 for r in ratio])
        apart = sum(abs(one - other) for one, other in product(ratio, ratio))
        mean = sum(ratio) / len(ratio) if ratio else 0.0
        expected = apart / len(ratio) ** 2 / (2 * mean) if mean else 0.0
        assert gini(problem, alignment)[q] == pytest.approx(expected, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_disruption_is_that_of_plain_loops(data: st.DataObject) -> None:
    """What today's rep does not keep, of everything there is."""
    problem = data.draw(worlds())
    alignment = data.draw(alignments(problem, least=NONE))
    for q in range(problem.n_measures):
        moved = total = 0.0
        for a in range(problem.n_accounts):
            amount = float(problem.accounts.activity[a, q])
            total += amount
            today = problem.accounts.current[a]
            if today not in (NONE, alignment.territory_of[problem.accounts.unit[a]]):
                moved += amount
        assert disruption(problem, alignment)[q] == pytest.approx(moved / total if total else 0)
