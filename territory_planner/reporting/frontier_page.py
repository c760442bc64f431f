"""`write_frontier`: the plans of a frontier in one page to choose from, offline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from territory_planner.evaluation.disruption import moved_accounts
from territory_planner.evaluation.proof import at_least_percent, at_most_percent, proof
from territory_planner.reporting.content import has_today
from territory_planner.reporting.frontier_chart import (
    CLASSES,
    COLOURS,
    axis_text,
    axis_title,
    frontier_chart,
    single_side,
)
from territory_planner.reporting.numbers import quantity, signed_percent
from territory_planner.reporting.pages import page_of, write_whole
from territory_planner.reporting.sentences import size_in_words
from territory_planner.reporting.tables import Column, Table
from territory_planner.scenarios.compare import aligned
from territory_planner.scenarios.frontier import Axis, Frontier, Point, level_in_words
from territory_planner.scenarios.frontier_search import DEMAND, DRAWS, SEED

SHOWN: tuple[Axis, ...] = ("travel", "disruption", "balance")


def write_frontier(
    frontier: Frontier, path: Path | str, links: Sequence[str] = (), title: str = "Trade-offs"
) -> Path:
    """Write the page of a frontier, whole or not at all, and return its path.

    Parameters
    ----------
    links
        For each point of `frontier.best` the page that opens, relative to the file; none when
        left out.
    """
    return write_whole(path, frontier_page(frontier, links, title))


def frontier_page(frontier: Frontier, links: Sequence[str] = (), title: str = "Trade-offs") -> str:
    """Return the page of a frontier.

    Raises
    ------
    NotSelfContainedError
        When something in the page would be loaded from elsewhere.
    """
    best = frontier.best
    labels = [label_of(frontier, p) for p in best]
    told = [_told(frontier, n, p) for n, p in enumerate(best)]
    return page_of(
        "frontier.html",
        styles=("report.css", "frontier.css"),
        scripts=("tables.js", "frontier.js"),
        title=title,
        size=size_in_words(frontier.problem),
        headline=_headline(frontier),
        named=named_sentences(frontier),
        classes=_classes(frontier),
        knee=frontier.knee is not None,
        chart=frontier_chart(frontier, told, labels, list(links)),
        points=_points_table(frontier, labels, is_linked=bool(links)),
        links=links,
        missing=_missing_table(frontier),
        dropped=_dropped(frontier),
        robust=_robust() if frontier.tradeoff.is_robust else "",
    )


def names(frontier: Frontier) -> list[tuple[Point, str, str]]:
    """Return the points that have a name, each with a label for the chart and the whole name."""
    found = []
    if frontier.fewest is not None:
        whole = "the fewest moves that bring everyone inside the band"
        found.append((frontier.fewest, "fewest moves", whole))
    if frontier.best_within is not None:
        share = at_most_percent(frontier.at_most or 0.0)
        whole = f"the best plan that moves no more than {share} of {frontier.tradeoff.measure}"
        found.append((frontier.best_within, f"best within {share}", whole))
    if frontier.knee is not None:
        found.append((frontier.knee, "knee", "the knee"))
    return found


def label_of(frontier: Frontier, point: Point) -> str:
    """Return a point's names for the chart; nothing for one that has none."""
    return " · ".join(short for named, short, _ in names(frontier) if named is point)


def named_sentences(frontier: Frontier) -> list[str]:
    """Return a sentence for each point that has a name."""
    measure, sentences = frontier.tradeoff.measure, []
    number = {id(point): n + 1 for n, point in enumerate(frontier.best)}
    for point, short, name in names(frontier):
        words = _values(frontier, point)
        sentence = f"{name[0].upper()}{name[1:]}: plan {number[id(point)]}, {words}."
        if short == "fewest moves":
            bound = at_least_percent(frontier.fewest_bound)
            sentence += (
                f" No plan inside the band moves less than {bound} of {measure}."
                if frontier.fewest_bound > 0 or point.values["disruption"] <= 0
                else " Whether fewer would do is not known."
            )
        sentences.append(sentence)
    if frontier.at_most is not None and frontier.best_within is None:
        share = at_most_percent(frontier.at_most)
        sentences.append(
            f"No plan inside the band was found that moves no more than {share} of {measure}."
        )
    return sentences


def frontier_in_words(frontier: Frontier) -> str:
    """Return the plans as a table, the named ones in sentences, and what is missing."""
    measure = str(frontier.tradeoff.measure)
    heads = ["plan", "travel, km", f"{measure} moved", "balance", "gap"]
    if frontier.tradeoff.is_robust:
        heads.append("expected outside")
    rows = [[*heads, ""]]
    for n, point in enumerate(frontier.best):
        if point.plan is None:
            continue
        row = [
            f"{n + 1}",
            axis_text(frontier, "travel", point.values["travel"], 2),
            axis_text(frontier, "disruption", point.values["disruption"]),
            axis_text(frontier, "balance", point.values["balance"]),
            proof(point.plan).gap or "not known",
        ]
        if point.expected_out is not None:
            row.append(quantity(point.expected_out, 1))
        rows.append([*row, label_of(frontier, point)])
    lines = aligned(rows)
    lines += ["", *named_sentences(frontier)]
    for point in frontier.missing:
        lines += ["", f"No plan at {level_in_words(point.level, measure)}: {point.why}"]
    return "\n".join(lines)


def _headline(frontier: Frontier) -> str:
    count = len(frontier.best)
    weighed = ", ".join(frontier.tradeoff.axes[:-1]) + f" and {frontier.tradeoff.axes[-1]}"
    plans = f"{count} plans, none" if count != 1 else "1 plan, not"
    rest = "of which is better than another" if count != 1 else "bettered by another"
    return f"{plans} {rest} in every one of {weighed}."


def _values(frontier: Frontier, point: Point) -> str:
    units = {
        "travel": " km",
        "disruption": f" of {frontier.tradeoff.measure} changes hands",
        "balance": f" {axis_title(frontier, 'balance')}",
    }
    return ", ".join(
        f"{axis_text(frontier, axis, point.values[axis])}{units[axis]}" for axis in _axes(frontier)
    )


def _axes(frontier: Frontier) -> list[Axis]:
    """Return what is shown of each plan: what is weighed, and the rest where there is any."""
    is_there = {
        "travel": bool(frontier.criteria.compactness),
        "disruption": has_today(frontier.problem),
        "balance": bool(frontier.criteria.bands),
    }
    return [axis for axis in SHOWN if is_there[axis]]


def _told(frontier: Frontier, n: int, point: Point) -> str:
    called = "; ".join(name for named, _, name in names(frontier) if named is point)
    lines = [f"Plan {n + 1}: {called}" if called else f"Plan {n + 1}"]
    for axis in _axes(frontier):
        title = axis_title(frontier, axis)
        lines.append(f"{title}: {axis_text(frontier, axis, point.values[axis])}")
    assert point.plan is not None
    lines.append(f"proven within: {proof(point.plan).gap or 'not known'}")
    if point.expected_out is not None:
        lines.append(f"expected outside: {quantity(point.expected_out, 1)} territories")
    lines.append(f"asked: {level_in_words(point.level, str(frontier.tradeoff.measure))}")
    return "\n".join(lines)


def _points_table(frontier: Frontier, labels: Sequence[str], *, is_linked: bool) -> Table:
    best = frontier.best
    least = min((p.values["travel"] for p in best), default=0.0)
    columns = [Column("plan", numeric=False), Column("name", numeric=False)]
    columns += [Column(axis_title(frontier, axis)) for axis in _axes(frontier)]
    columns += [Column("more travel than the least"), Column("accounts that change hands")]
    columns += [Column("proven within")]
    if frontier.tradeoff.is_robust:
        columns.append(Column("expected outside, territories"))
    columns.append(Column("asked", numeric=False))
    rows = []
    for n, point in enumerate(best):
        plan = point.plan
        assert plan is not None
        row = [f"Plan {n + 1}", labels[n]]
        row += [axis_text(frontier, axis, point.values[axis], 2) for axis in _axes(frontier)]
        more = point.values["travel"] / least - 1 if least > 0 else 0.0
        moved = int(moved_accounts(plan.problem, plan.alignment).sum())
        row += [signed_percent(more, 2), quantity(moved), proof(plan).gap or "not known"]
        if point.expected_out is not None:
            row.append(quantity(point.expected_out, 1))
        row.append(level_in_words(point.level, str(frontier.tradeoff.measure)))
        rows.append(row)
    caption = "Open a plan for its report, with the map in it; click a head to sort"
    if not is_linked:
        caption = "Click a head to sort"
    return Table("points", caption, tuple(columns), rows)


def _missing_table(frontier: Frontier) -> Table:
    measure = str(frontier.tradeoff.measure)
    rows = [[level_in_words(p.level, measure), p.why] for p in frontier.missing]
    columns = (Column("asked", numeric=False), Column("why there is no plan", numeric=False))
    return Table("missing", "Levels that were asked for and have no plan", columns, rows)


def _dropped(frontier: Frontier) -> str:
    found = sum(p.plan is not None for p in frontier.points)
    dropped = found - len(frontier.best)
    rest = f"{dropped} such plans were" if dropped != 1 else "1 such plan was"
    return (
        "A plan is dominated when another is at least as good in every criterion that is weighed "
        f"and better in one, or is the same. {rest} found and left out."
    )


def _classes(frontier: Frontier) -> list[tuple[str, str, bool]]:
    side = single_side(frontier.criteria)
    unit = "" if side else " of the band"
    texts = [axis_text(frontier, "balance", at, 1) for at in CLASSES]
    words = [
        f"to {texts[0]}{unit}",
        f"to {texts[1]}, the project's limit",
        f"to {texts[2]}",
        "more",
    ]
    return list(zip(COLOURS, words, (False, False, True, True), strict=True))


def _robust() -> str:
    return (
        f"How many territories leave the project's bands on average when every account's activity "
        f"moves by {DEMAND:.0%} (standard deviation, {DRAWS} draws, seed {SEED}, the same for all "
        "plans)."
    )
