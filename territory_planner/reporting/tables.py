"""The report's tables: every number comes from the scorecards or from `evaluation`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from territory_planner.domain.alignment import Alignment, accounts_as_units
from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.balance import mere_counts
from territory_planner.evaluation.compactness import distance_km
from territory_planner.evaluation.contiguity import pieces
from territory_planner.evaluation.disruption import gains_and_losses, moved_accounts
from territory_planner.evaluation.prices import Price, price_list
from territory_planner.evaluation.rounding import half_up
from territory_planner.reporting.numbers import (
    MISSING,
    decimals_for,
    quantity,
    signed,
    signed_percent,
)
from territory_planner.scenarios.compare import Comparison

DEAREST = 10
VACANT = "vacant"
NOBODY = "nobody"


@dataclass(frozen=True)
class Column:
    """A table's column: its head, the head over it and its neighbours, and what it holds."""

    title: str
    numeric: bool = True
    group: str = ""


@dataclass(frozen=True)
class Table:
    """A table as a reader sees it.

    Parameters
    ----------
    id, caption
        Its anchor in the page, and what it shows.
    columns, rows
        Heads, and the cells' texts.
    marked
        ``(row, column)`` of the cells that are outside their band.
    better
        ``(row, column)`` of the cells that read better than another of their row.
    """

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[str]]
    marked: frozenset[tuple[int, int]] = frozenset()
    better: frozenset[tuple[int, int]] = frozenset()

    @property
    def groups(self) -> list[tuple[str, int]]:
        """The heads over neighbouring columns, and how many columns each spans."""
        return [(name, len(list(same))) for name, same in groupby(c.group for c in self.columns)]


def rep_name(problem: Problem, k: int) -> str:
    """Return who serves a territory, in one or two words."""
    if k == NONE:
        return NOBODY
    territory = problem.territories[k]
    return VACANT if territory.is_vacant else territory.rep or territory.rep_id or VACANT


def listed_measures(problem: Problem, banded: BoolArray) -> list[int]:
    """Return the measures that tables list: all but a mere count of accounts, listed anyway."""
    counts = mere_counts(problem)
    return [q for q in range(problem.n_measures) if banded[q] or not counts[q]]


def comparison_table(comparison: Comparison, sides: Sequence[int]) -> Table:
    """Return the headline numbers of the given sides, the better marked; or of one alone."""
    columns = [Column("", numeric=False), *(Column(comparison.names[i]) for i in sides)]
    is_alone = len(sides) == 1
    metrics = [m for m in comparison.metrics if not (is_alone and m.is_change)]
    rows = [[m.name, *(m.shown(i) for i in sides)] for m in metrics]
    better = {(r, c) for r, m in enumerate(metrics) for c, i in enumerate(sides, 1) if i in m.best}
    caption = "Measured account by account" + ("" if is_alone else "; ✓ marks the better")
    marks = frozenset() if is_alone else frozenset(better)
    return Table("numbers", caption, tuple(columns), rows, better=marks)


def scorecard_table(plan: Plan, comparison: Comparison, *, with_today: bool) -> Table:
    """Return one row per territory: totals, deviations, distances and pieces."""
    problem = plan.problem
    today, proposed = comparison.scorecards
    sides = [("today", today), ("plan", proposed)] if with_today else [("plan", proposed)]
    columns = [Column("territory", numeric=False), Column("rep", numeric=False)]
    cells: list[list[str]] = [
        [t.id for t in problem.territories],
        [rep_name(problem, k) for k in range(problem.n_territories)],
    ]
    outside: list[tuple[int, BoolArray]] = []

    def add(group: str, title: str, values: FloatArray | IntArray, decimals: int = 0) -> None:
        columns.append(Column(title, group=group))
        cells.append([quantity(float(v), decimals) for v in values])

    for name, card in sides:
        add("accounts", name, card.accounts)
    for q in listed_measures(problem, proposed.banded):
        total, head = proposed.total[:, q], measure_head(problem, q)
        add(head, "plan", total, decimals_for(total))
        for name, card in sides if proposed.banded[q] else ():
            outside.append((len(columns), ~card.inside[:, q]))
            columns.append(Column(name, group=f"{problem.measures[q].name} vs target"))
            cells.append([signed_percent(v) for v in card.deviation[:, q]])
    for name, card in sides:
        add("mean distance, km", name, card.weighted_distance_km, 1)
    add("largest, km", "plan", proposed.largest_distance_km, 1)
    if len(problem.contiguity):
        add("pieces", "plan", pieces(problem, plan.alignment))
    marked = {(int(k), c) for c, wrong in outside for k in np.flatnonzero(wrong)}
    return Table(
        "scorecard",
        "Every territory; ▲ and ▼ mark what is above or below its band",
        tuple(columns),
        list(zip(*cells, strict=True)),
        frozenset(marked),
    )


def moves_table(plan: Plan) -> Table:
    """Return one row per account that gets another territory, or one at last."""
    problem, accounts = plan.problem, plan.problem.accounts
    of = plan.alignment.of_accounts(problem)
    chosen = np.flatnonzero(moved_accounts(problem, plan.alignment) | (accounts.current == NONE))
    by_account = accounts_as_units(problem)
    before = distance_km(by_account, Alignment(accounts.current), plan.criteria)[chosen]
    after = distance_km(by_account, Alignment(of), plan.criteria)[chosen]
    ids = [t.id for t in problem.territories]
    reps = [rep_name(problem, k) for k in range(problem.n_territories)]
    text: list[list[str]] = [
        accounts.ids[chosen].tolist(),
        accounts.names[chosen].tolist(),
        [ids[k] if k != NONE else MISSING for k in accounts.current[chosen]],
        [reps[k] if k != NONE else NOBODY for k in accounts.current[chosen]],
        [ids[k] for k in of[chosen]],
        [reps[k] for k in of[chosen]],
    ]
    measures = listed_measures(problem, np.zeros(problem.n_measures, dtype=np.bool_))
    for q in measures:
        values = accounts.activity[chosen, q]
        decimals = decimals_for(values)
        text.append([quantity(v, decimals) for v in values])
    text += [
        [quantity(v, 1) for v in before],
        [quantity(v, 1) for v in after],
        [signed(v, 1) for v in after - before],
    ]
    heads = ("account", "name", "from", "from rep", "to", "to rep")
    columns = (
        *(Column(head, numeric=False) for head in heads),
        *(Column(measure_head(problem, q)) for q in measures),
        Column("before", group="distance, km"),
        Column("after", group="distance, km"),
        Column("change", group="distance, km"),
    )
    return Table("moves", "Accounts that get another rep", columns, list(zip(*text, strict=True)))


def gains_table(plan: Plan) -> Table:
    """Return what each rep gains from and loses to others."""
    problem = plan.problem
    gained, lost = gains_and_losses(problem, plan.alignment)
    moved = moved_accounts(problem, plan.alignment)
    k = problem.n_territories
    came = np.bincount(plan.alignment.of_accounts(problem)[moved], minlength=k)
    went = np.bincount(problem.accounts.current[moved], minlength=k)
    columns = [Column("territory", numeric=False), Column("rep", numeric=False)]
    columns += [Column(title, group="accounts") for title in ("gained", "lost", "net")]
    cells: list[list[str]] = [
        [t.id for t in problem.territories],
        [rep_name(problem, i) for i in range(k)],
        [quantity(float(v)) for v in came],
        [quantity(float(v)) for v in went],
        [signed(float(v)) for v in came - went],
    ]
    for q in listed_measures(problem, np.zeros(problem.n_measures, dtype=np.bool_)):
        decimals = decimals_for([*gained[:, q], *lost[:, q]])
        columns += [Column(t, group=measure_head(problem, q)) for t in ("gained", "lost", "net")]
        # The net is that of the numbers shown, so that every row adds up for its reader.
        came_in, went_out = ([half_up(v, decimals) for v in side[:, q]] for side in (gained, lost))
        cells.append([quantity(float(v), decimals) for v in came_in])
        cells.append([quantity(float(v), decimals) for v in went_out])
        cells.append(
            [signed(float(a - b), decimals) for a, b in zip(came_in, went_out, strict=True)]
        )
    caption = "Gains from and losses to other reps"
    return Table("gains", caption, tuple(columns), list(zip(*cells, strict=True)))


def prices_table(plan: Plan) -> Table | None:
    """Return the dearest limits that bind; None when there is no price."""
    problem, rows = plan.problem, []
    for price in price_list(plan, DEAREST):
        of = problem.territories[price.territory].id if price.territory != NONE else MISSING
        rep = rep_name(problem, price.territory) if price.territory != NONE else MISSING
        rows.append([of, rep, *limit_in_words(plan, price), quantity(price.saved_km * 1000, 1)])
    if not rows:
        return None
    columns = (
        *(Column(head, numeric=False) for head in ("territory", "rep", "limit", "moved by")),
        Column("saves, m of mean distance"),
    )
    return Table("prices", f"The {len(rows)} dearest limits", columns, rows)


def limit_in_words(plan: Plan, price: Price) -> tuple[str, str]:
    """Return the name of a limit, and the step it is priced for."""
    problem = plan.problem
    if price.kind == "lock":
        return f"lock of {problem.units.ids[price.index]}", "released"
    if price.kind == "loss":
        name = plan.criteria.disruption[price.index].measure
        return f"limit on the {name} it may lose", f"+{price.step:.0%} of what it holds"
    if price.kind == "budget":
        name = plan.criteria.disruption[price.index].measure
        return f"budget of {name} that changes hands", f"+{price.step:.0%} of all {name}"
    measure = problem.measures[price.index]
    decimals = decimals_for(problem.target[:, price.index] * 0.01)
    side = "upper" if price.step > 0 else "lower"
    return f"{side} limit of {measure.name}", f"{signed(price.step, decimals)} {measure.unit}"


def measure_head(problem: Problem, q: int) -> str:
    """Return a measure's name with its unit, once where they agree."""
    measure = problem.measures[q]
    return measure.name if measure.name == measure.unit else f"{measure.name}, {measure.unit}"
