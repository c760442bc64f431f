"""`write_stress`: whether a plan lasts, as one page with charts that opens without a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from territory_planner.domain.plan import Plan
from territory_planner.reporting.charts import Frame
from territory_planner.reporting.numbers import percent, quantity
from territory_planner.reporting.pages import environment, page_of, write_whole
from territory_planner.reporting.tables import Column, Table, rep_name
from territory_planner.scenarios.stress import Shock, Stress

TITLE = "Will the plan last?"
LATE = 0.95


@dataclass(frozen=True)
class Share:
    """One bar: a share, what stands below it, and what it says when it is pointed at."""

    value: float
    label: str
    told: str
    is_marked: bool = False


def shock_in_words(shock: Shock) -> str:
    """Return what is drawn, as a sentence."""
    parts = []
    if shock.leavers:
        team = f" of {shock.manager}'s team" if shock.manager else ""
        one = f"1 rep{team} leaves"
        several = f"{quantity(shock.leavers)} reps{team} leave"
        parts.append(one if shock.leavers == 1 else several)
    if shock.demand:
        parts.append(f"each account's activity varies by {percent(shock.demand, 0)}")
    if shock.segment_demand:
        noise = percent(shock.segment_demand, 0)
        parts.append(f"all accounts of one {shock.segment} vary together by {noise}")
    if shock.losses:
        parts.append(f"each account is lost with a chance of {percent(shock.losses)}")
    return f"in each draw {', '.join(parts) or 'nothing changes'}"


def results_in_words(plan: Plan, found: Stress) -> tuple[str, str, str]:
    """Return what the draws show: territories out of band, late ones, and what is to be mended."""
    n = plan.problem.n_territories
    late = quantity(float(np.quantile(found.out, LATE)))
    mean, most = (
        ", ".join(
            f"{percent(float(share))} of {name}"
            for name, share in zip(plan.criteria.bands, shares, strict=True)
        )
        for shares in (found.repair.mean(axis=0), np.quantile(found.repair, LATE, axis=0))
    )
    often = percent(LATE, 0)
    return (
        f"out of a band: {quantity(found.expected_out, 1)} of {quantity(n)} territories on average",
        f"{late} or fewer in {often} of the draws",
        f"must at least change hands: {mean} on average; in {often} of the draws no more than "
        f"{most}",
    )


def stress_in_words(plan: Plan, found: Stress) -> str:
    """Return how many territories leave their bands, the weakest, and what must be repaired."""
    problem = plan.problem
    out, late, repair = results_in_words(plan, found)
    lines = [
        f"{found.draws:,} draws over {problem.n_territories:,} territories; "
        f"{shock_in_words(found.shock)}",
        f"{out}, {late}",
        repair,
        "",
        "Weakest",
    ]
    for k in found.weakest.tolist():
        territory = problem.territories[k]
        inside = percent(float(found.inside[k]))
        lines.append(f"  {territory.id} {rep_name(problem, k)}: in its bands in {inside}")
    return "\n".join(lines)


def write_stress(plan: Plan, found: Stress, path: Path | str, title: str = TITLE) -> Path:
    """Write what many draws do to a plan as one HTML file, and return its path.

    Parameters
    ----------
    plan
        The plan.
    found
        What `stress` found of it.
    path
        The file to write, whole or not at all; missing folders are made.
    title
        The page's heading; any text.
    """
    return write_whole(path, stress_page(plan, found, title))


def stress_page(plan: Plan, found: Stress, title: str = TITLE) -> str:
    """Return what many draws do to a plan as a page.

    Raises
    ------
    NotSelfContainedError
        When something in the page would be loaded from elsewhere.
    """
    problem = plan.problem
    order = [int(k) for k in np.argsort(found.inside, kind="stable")]
    out, late, repair = results_in_words(plan, found)
    return page_of(
        "stress.html",
        styles=("report.css",),
        scripts=("tables.js",),
        title=title,
        size=f"{problem.n_accounts:,} accounts, {problem.n_territories:,} territories, "
        f"{found.draws:,} draws",
        headline=_sentence(f"{out}, {late}"),
        details=[_sentence(told) for told in (shock_in_words(found.shock), repair)],
        weakest=len(found.weakest),
        chances=_chances(plan, found, order),
        histogram=_histogram(found),
        table=_table(plan, found, order),
        assumed=_assumed(found.shock),
    )


def _table(plan: Plan, found: Stress, order: Sequence[int]) -> Table:
    heads = ("territory", "name", "rep", "manager")
    columns = (*(Column(head, numeric=False) for head in heads), Column("inside its bands"))
    caption = f"Share of {found.draws:,} draws inside all bands, the weakest first"
    rows = []
    for k in order:
        territory = plan.problem.territories[k]
        named = (territory.id, territory.name, rep_name(plan.problem, k), territory.manager or "")
        rows.append((*named, _chance(found, k)))
    return Table("chances", caption, columns, rows)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _chance(found: Stress, k: int) -> str:
    chance = float(found.inside[k])
    return "rep never stays" if np.isnan(chance) else percent(chance)


def _assumed(shock: Shock) -> list[str]:
    told = [
        "Targets are those of the reps who stay, by their shares of what is left.",
        "What must change hands is the least that would bring every territory back into its bands, "
        "measure by measure; which accounts they would be is not sought.",
    ]
    if shock.leavers:
        told.append(
            "Who leaves is drawn anew each time, each rep as likely; the leaver's accounts go to "
            "the nearest territory that may serve them, and the leaver's own is not counted."
        )
    if shock.demand or shock.segment_demand:
        told.append("Activity varies by factors of mean 1 (lognormal), one for all measures.")
    return told


def _chances(plan: Plan, found: Stress, order: Sequence[int]) -> str:
    problem, weakest = plan.problem, set(found.weakest.tolist())
    bars = [
        Share(
            value=float(np.nan_to_num(found.inside[k])),
            label=problem.territories[k].id,
            told=f"{problem.territories[k].id}, {rep_name(problem, k)}: {_chance(found, k)}",
            is_marked=k in weakest,
        )
        for k in order
    ]
    told = "The same numbers stand in the table of territories."
    title = "Chance of each territory to stay inside its bands"
    return _bars("chance", title, told, bars, "territory", 1.0)


def _histogram(found: Stress) -> str:
    share = np.bincount(found.out) / found.draws
    first = int(found.out.min())
    bars = [
        Share(float(share[n]), f"{n:,}", f"{n:,} out of a band: {percent(float(share[n]))}")
        for n in range(first, len(share))
    ]
    told = f"On average {quantity(found.expected_out, 1)}."
    title = "How many territories are out of a band"
    return _bars("out", title, told, bars, "territories out of a band", max(share))


def _bars(
    id_: str, title: str, told: str, bars: Sequence[Share], x_title: str, tallest: float
) -> str:
    """Return shares as an SVG of bars, on a scale that reaches to the tallest or a little more."""
    step = next(
        step for step in (0.02, 0.05, 0.1, 0.2, 0.25) if tallest <= 5 * step or step == 0.25
    )
    top = max(step, min(1.0, float(np.ceil(tallest / step - 1e-9)) * step))
    frame = Frame([bar.label for bar in bars], x_title, y_title="share of draws")

    def y(share: float) -> float:
        return frame.y(share, top)

    return (
        environment()
        .get_template("bars.svg")
        .render(
            id=id_,
            title=title,
            told=told,
            bars=bars,
            y=y,
            ticks=[(y(share), percent(share, 0)) for share in np.arange(0, top + 1e-9, step)],
            frame=frame,
        )
    )
