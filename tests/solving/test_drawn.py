"""Chains that pay prices from the first step, and the choice of parts to draw anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.plan import SolveOptions
from territory_planner.solving.anneal import FEASIBLE
from territory_planner.solving.drawn import SLIGHT, Drawing
from territory_planner.solving.improve import Outcome, led
from territory_planner.solving.land import listed_land
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.redraw import chances, chosen, losses, regrets
from territory_planner.solving.reduced import reduced_costs
from territory_planner.solving.relax import relax
from territory_planner.solving.start import led_start
from tests.solving.test_redraw import OPTIONS, model_of, stripes, world


def drawing(options: SolveOptions = OPTIONS) -> Drawing:
    problem = world()
    model, relaxation = relax(model_of(problem), Search(options))
    land = listed_land(model, model.cost)
    rng = np.random.default_rng(1)
    return Drawing(model, land, problem.home, relaxation, Search(options), rng)


def test_chains_led_by_prices_follow_them() -> None:
    """From strips to near the cheapest at prices, whole, and no plan is told on the way."""
    drawn = drawing()
    model, regret = drawn.model, regrets(drawn.model, drawn.relaxation)
    reduced = reduced_costs(model, drawn.relaxation.price, drawn.relaxation.toll)
    start = led_start(stripes(), drawn.center, 0.1)
    of = led(model, drawn.land, start, reduced, drawn.search, drawn.rng)
    assert model.is_whole(of)
    assert regret[model.position(of)].sum() < 0.2 * regret[model.position(stripes())].sum()
    assert drawn.search.steps == []


def test_what_is_whole_becomes_a_plan_near_its_bound() -> None:
    """Led, polished and redrawn: inside every limit, and told."""
    drawn = drawing()
    best = drawn.drawn(stripes())
    assert drawn.model.violation(best.of) <= FEASIBLE
    assert drawn.model.is_whole(best.of)
    assert best.value == pytest.approx(drawn.model.value(best.of))
    assert best.value < 1.05 * drawn.relaxation.bound
    assert drawn.search.steps


def test_what_breaks_its_bands_is_mended_though_any_plan_would_do() -> None:
    """A start whose own gap is unknown asks for no objective, but for a plan."""
    drawn = drawing()
    of = stripes()
    first = np.flatnonzero(of == 1)
    of[first[:-3]] = 0
    assert drawn.model.violation(of) > SLIGHT
    best = drawn.nearer(Outcome(of, np.inf), will_do=np.inf)
    assert drawn.model.violation(best.of) <= FEASIBLE


def test_workers_draw_parts_that_share_no_territory() -> None:
    """Each round another territory, with all that touch it but those of another part."""
    drawn = drawing(replace(OPTIONS, workers=3))
    for seed in range(20):
        rng = np.random.default_rng(seed)
        parts = chosen(drawn.model, stripes(), np.ones(9), 3, rng)
        assert len(parts) >= 2
        assert np.sum(list(parts.values()), axis=0).max() == 1
        assert all(part[k] for k, part in parts.items())


def test_what_breaks_a_limit_is_drawn_first() -> None:
    """Whatever else is far from the bound."""
    drawn = drawing()
    model, of = _one_too_full(drawn.model), stripes()
    lost = np.maximum(losses(model, drawn.relaxation, of, regrets(model, drawn.relaxation)), 0)
    assert lost.argmax() != 4
    assert chances(model, lost, of)[4] > 10 * np.delete(chances(model, lost, of), 4).sum()


def _one_too_full(model: Model) -> Model:
    """Return the model in which the fifth strip holds more than it may."""
    upper = model.upper.copy()
    upper[4] = 0.9 * model.totals(stripes())[4]
    return replace(model, upper=upper, lower=np.minimum(model.lower, upper))
