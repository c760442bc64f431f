"""Models of a few atoms drawn at random, with what every assignment of them is worth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.problem import Problem
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.model import Model, build_model
from territory_planner.solving.reduced import lower_bound
from tests.worlds import grid_problem

SLACK = 1e-9


def tiny_problem(seed: int, n_units: int, n_territories: int) -> tuple[Problem, Criteria]:
    """Return one or two rows of units, unequal targets, bands, prices, budgets, a few rules."""
    rng = np.random.default_rng(seed)
    rows = 1 + (n_units + 1) % 2

    def text(letters: str) -> str:
        return "/".join("".join(rng.choice(list(letters), n_units // rows)) for _ in range(rows))

    problem = grid_problem(
        text("1234569"),
        potential=text("0246811"),
        current=text("ABC"[:n_territories]),
        n_territories=n_territories,
    )
    share = rng.choice([1.0, 1.0, 1.4], n_territories)
    total = problem.activity.sum(axis=0)
    problem = replace(problem, target=np.outer(share / share.sum(), total))
    if n_territories > 2:
        pairs = [(int(i), int(rng.integers(n_territories))) for i in rng.integers(n_units, size=2)]
        problem = replace(problem, forbidden=np.array(sorted(set(pairs)), dtype=np.int32))
    width = rng.choice([0.15, 0.3, 0.6], 4)
    return problem, Criteria(
        {
            "workload": Band(-width[0], width[1], float(rng.choice([0.0, 0.5]))),
            "potential": Band(-width[2], width[3]),
        },
        disruption=(
            Disruption("workload", 0.6, float(rng.choice([0.0, 1.0]))),
            Disruption("potential", per_territory=float(rng.choice([0.8, 1.0]))),
        ),
    )


def tiny_model(seed: int, n_units: int = 8, n_territories: int = 2) -> Model:
    """Return the model of a tiny problem, with all its candidates listed."""
    problem, criteria = tiny_problem(seed, n_units, n_territories)
    return build_model(problem, criteria, problem.home)


def drawn_prices(model: Model, seed: int) -> Relaxation:
    """Return prices and tolls of any size, zeros among them, with the bound (7) they make."""
    rng = np.random.default_rng(seed)
    worth = float(model.cost.mean()) * model.n_atoms
    price = rng.normal(0, 0.3 * worth, model.target.shape) / np.maximum(model.target, 1)
    toll = rng.choice([0.0, 0.2, 1.0], len(model.budget)) * worth
    price[rng.random(price.shape) < 0.2] = 0.0
    return Relaxation(price, toll, lower_bound(model, price, toll))


def drawn_start(model: Model, seed: int) -> tuple[IntArray, IntArray]:
    """Return any assignment, and where it stands among the candidates."""
    rng = np.random.default_rng(seed)
    at = model.start[:-1] + (rng.random(model.n_atoms) * np.diff(model.start)).astype(np.int64)
    return model.territory[at].astype(np.int32), at


def regrets(model: Model, prices: Relaxation) -> FloatArray:
    """Return ``(n_candidates,)``: how much dearer each candidate is than its atom's cheapest."""
    row = model.row_of_candidate
    reduced = model.cost + model.moved @ prices.toll
    reduced = reduced + (prices.price[model.territory] * model.activity[row]).sum(axis=1)
    least = np.array([reduced[row == a].min() for a in range(model.n_atoms)])
    return np.asarray(reduced - least[row])


@dataclass(frozen=True, eq=False)
class Every:
    """Every assignment of a model's atoms, by plain arrays.

    Parameters
    ----------
    of, at
        ``(n, n_atoms)`` territories, and where they stand among the candidates.
    """

    model: Model
    of: IntArray
    at: IntArray

    @cached_property
    def totals(self) -> FloatArray:
        """Return ``(n, n_territories, n_banded)``."""
        which = self.of[:, :, None] == np.arange(self.model.n_territories)
        return np.asarray(np.einsum("nak,ab->nkb", which.astype(np.float64), self.model.activity))

    @cached_property
    def moved(self) -> FloatArray:
        """Return ``(n, n_budgets)``."""
        return np.asarray(self.model.moved[self.at].sum(axis=1))

    @cached_property
    def off(self) -> FloatArray:
        """Return ``(n, n_territories, n_banded)`` km of objective for being off target."""
        return self.model.slope * np.abs(self.totals - self.model.target)

    @cached_property
    def value(self) -> FloatArray:
        """Return ``(n,)`` objectives (0)."""
        return np.asarray(self.model.cost[self.at].sum(axis=1) + self.off.sum(axis=(1, 2)))

    @cached_property
    def is_held(self) -> BoolArray:
        """Return ``(n,)``: whether all bands (2) and budgets (3) hold."""
        model, slack = self.model, SLACK * np.maximum(self.model.target, 1)
        inside = (self.totals >= model.lower - slack) & (self.totals <= model.upper + slack)
        within = (self.moved <= model.budget + SLACK).all(axis=1)
        return np.asarray(inside.all(axis=(1, 2)) & within)

    @property
    def optimum(self) -> float:
        """Return the least objective that holds everything; infinite when none does."""
        return float(self.value[self.is_held].min(initial=np.inf))

    def regret(self, prices: Relaxation) -> FloatArray:
        """Return ``(n,)`` sums of regrets."""
        return np.asarray(regrets(self.model, prices)[self.at].sum(axis=1))

    def charge(self, prices: Relaxation, dear: float) -> FloatArray:
        """Return ``(n,)``: what limits with a price leave unused, and what is beyond them costs.

        Parameters
        ----------
        dear
            Km for leaving a band by the whole target, or a budget by all of its measure.
        """
        model = self.model
        ends = np.stack([model.lower, model.target, model.upper])
        least = (model.slope * np.abs(ends - model.target) - prices.price * ends).min(axis=0)
        near = np.clip(self.totals, model.lower, model.upper)
        inside = model.slope * np.abs(near - model.target) - prices.price * near - least
        beyond = np.abs(self.totals - near) * (dear / model.target + np.abs(prices.price))
        left = model.budget - self.moved
        budgets = prices.toll * np.abs(left) + dear * np.maximum(-left, 0)
        return np.asarray((inside + beyond).sum(axis=(1, 2)) + budgets.sum(axis=1))


def every(model: Model) -> Every:
    """Return all assignments of atoms to their candidates."""
    lists = [range(model.start[a], model.start[a + 1]) for a in range(model.n_atoms)]
    at = np.array(list(product(*lists)), dtype=np.int64)
    return Every(model, model.territory[at], at)


def only(model: Model, of: IntArray) -> Every:
    """Return one assignment alone."""
    return Every(model, of[None], model.position(of)[None])
