"""Disruption: what changes hands, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from territory_planner.domain.alignment import Alignment
from territory_planner.evaluation.disruption import (
    disruption,
    gains_and_losses,
    lost_shares,
    moved_accounts,
)
from tests.evaluation.drawings import area_problem, drawn
from tests.worlds import grid_problem


def test_an_account_moves_when_its_territory_changes() -> None:
    """One that stays does not, nor one that nobody serves today."""
    problem = grid_problem("1111", current="AAB.")
    assert moved_accounts(problem, drawn("ABBB")).tolist() == [False, True, False, False]


def test_an_account_moves_with_its_area() -> None:
    """Of two accounts in one area only the one with another rep today moves."""
    assert moved_accounts(area_problem(), drawn("AAB")).tolist() == [False, True, False]
    assert moved_accounts(area_problem(), drawn("BAA")).tolist() == [True, False, False]


def test_an_account_that_loses_its_rep_moves() -> None:
    """A unit left without a territory is a change for those it was served by."""
    problem = grid_problem("11", current="A.")
    assert moved_accounts(problem, drawn("..")).tolist() == [True, False]


def test_disruption_is_a_share_of_each_measure() -> None:
    """2 of 10 hours and 5 of 20 dollars move."""
    problem = grid_problem("1234", current="AABB", potential="5555")
    assert disruption(problem, drawn("ABBB")) == pytest.approx([0.2, 0.25])


def test_the_total_holds_what_nobody_serves() -> None:
    """The share is of all activity, not only of what is served today."""
    problem = grid_problem("1234", current="AB..")
    assert disruption(problem, drawn("BBBB")) == pytest.approx([0.1])


def test_nothing_moves() -> None:
    """The alignment of today disrupts nothing."""
    problem = grid_problem("1234", current="AABB")
    assert disruption(problem, drawn("AABB")).tolist() == [0]


def test_nobody_serves_anything_today() -> None:
    """A first alignment disrupts nothing."""
    problem = grid_problem("1234", current="....")
    assert disruption(problem, drawn("AABB")).tolist() == [0]
    gains, losses = gains_and_losses(problem, drawn("AABB"))
    assert gains.tolist() == losses.tolist() == [[0], [0]]


def test_a_measure_of_nothing_is_not_disrupted() -> None:
    """No division by a total of 0."""
    problem = grid_problem("12", current="AA", potential="00")
    assert disruption(problem, drawn("AB")) == pytest.approx([2 / 3, 0])


def test_gains_and_losses_by_territory() -> None:
    """T1 loses 1 and 2, of which T2 gains 1 and T3 gains 2; the new account is nobody's gain."""
    problem = grid_problem("1234", current="AAB.", n_territories=3, potential="5678")
    gains, losses = gains_and_losses(problem, drawn("BCBB"))
    assert gains.tolist() == [[0, 0], [1, 5], [2, 6]]
    assert losses.tolist() == [[3, 11], [0, 0], [0, 0]]


def test_two_accounts_of_one_rep_add_up() -> None:
    """Gains of one territory from several accounts are summed, not the last one kept."""
    problem = grid_problem("1234", current="AAAB")
    gains, losses = gains_and_losses(problem, Alignment(np.array([1, 1, 0, 0])))
    assert gains.tolist() == [[4], [3]]
    assert losses.tolist() == [[3], [4]]


def test_the_share_that_a_territory_loses() -> None:
    """T1 holds 1 + 2 + 3 today and keeps the first two; T2 loses nothing by gaining."""
    problem = grid_problem("1234", current="AAAB")
    assert lost_shares(problem, drawn("AABB")).tolist() == [[0.5], [0.0]]


def test_a_territory_without_anything_loses_nothing() -> None:
    """A vacancy with no account today has no share to lose."""
    problem = grid_problem("1234", current="AAAA")
    assert lost_shares(problem, drawn("AAAB"))[1].tolist() == [0.0]
