"""`write_comparison`: plans side by side in one page that opens without a network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from territory_planner.reporting.compare_content import DOTS, compare_content
from territory_planner.reporting.content import as_json
from territory_planner.reporting.difference_tables import (
    LISTED,
    elsewhere_table,
    pair_gains_table,
)
from territory_planner.reporting.numbers import percent, quantity
from territory_planner.reporting.offline import head
from territory_planner.reporting.pages import page_of, write_whole
from territory_planner.reporting.sentences import criteria_in_words
from territory_planner.reporting.tables import Table, comparison_table
from territory_planner.scenarios.compare import Comparison, Metric
from territory_planner.scenarios.differences import Differences, differences
from territory_planner.scenarios.facts import facts_that_differ
from territory_planner.scenarios.matching import matched
from territory_planner.scenarios.side import Side

STYLES = ("report.css", "map_parts.css", "compare.css")
SCRIPTS = ("tables.js", "map_texts.js", "map_parts.js", "compare_map.js", "compare_maps.js")


@dataclass(frozen=True)
class Pair:
    """Two sides as the page tells them.

    Parameters
    ----------
    number
        Its place in the page.
    title
        "base → hire".
    headline, details
        How many accounts lie elsewhere, and which plan reads better where.
    facts
        What the two were given or asked that differs.
    cost
        What moving all back costs, in words.
    gains, elsewhere
        Tables.
    territories
        The ids that the second table can be narrowed to.
    not_listed
        How many accounts lie elsewhere that the table does not list.
    """

    number: int
    title: str
    headline: str
    details: str
    facts: tuple[str, ...]
    cost: tuple[str, ...]
    gains: Table
    elsewhere: Table
    territories: tuple[str, ...]
    not_listed: int


def write_comparison(
    comparison: Comparison, path: Path | str, title: str = "Plans side by side"
) -> Path:
    """Write a comparison as one HTML file that needs no network, and return its path.

    Parameters
    ----------
    comparison
        What `compare` returns.
    path
        The file to write, whole or not at all; missing folders are made.
    title
        The page's heading; any text.
    """
    return write_whole(path, comparison_page(comparison, title))


def comparison_page(comparison: Comparison, title: str = "Plans side by side") -> str:
    """Return a comparison as a page.

    Raises
    ------
    NotSelfContainedError
        When something in the page would be loaded from elsewhere.
    """
    matching, found = matched(comparison.sides), differences(comparison)
    content = compare_content(comparison, matching, found)
    plans = [side for side in comparison.sides if not side.is_today]
    return page_of(
        "compare.html",
        styles=STYLES,
        scripts=SCRIPTS,
        title=title,
        head=head(),
        data=as_json(content),
        size=_size(comparison),
        numbers=comparison_table(comparison, range(len(comparison.names))),
        pairs=[_pair(comparison, one, i) for i, one in enumerate(found)],
        notes=(*comparison.notes, *matching.told()),
        sides=content["sides"],
        banded=[
            (q, m["name"])
            for q, m in enumerate(content["sides"][0]["measures"])
            if all(side["measures"][q]["classes"] for side in content["sides"])
        ],
        lines=list(content["lines"]),
        dots=len(content["dots"]["id"]),
        dots_left=any(len(one.rows_after) > DOTS for one in found),
        plans=plans,
    )


def _size(comparison: Comparison) -> str:
    counts = [side.problem.n_accounts for side in comparison.sides]
    least, most = min(counts), max(counts)
    accounts = quantity(most) if least == most else f"{quantity(least)} to {quantity(most)}"
    return f"{', '.join(comparison.names)} · {accounts} accounts"


def _pair(comparison: Comparison, found: Differences, number: int) -> Pair:
    before, after, count = found.before, found.after, len(found.rows_after)
    place = "today" if before.is_today else f"in {before.name}"
    share = percent(count / found.shared if found.shared else 0.0)
    headline = (
        f"{quantity(count)} of {quantity(found.shared)} accounts ({share}) "
        f"{'lies' if count == 1 else 'lie'} elsewhere in {after.name} than {place}."
    )
    ids = {
        side.problem.territories[k].id
        for side in (before, after)
        for k in range(side.problem.n_territories)
    }
    return Pair(
        number=number,
        title=f"{before.name} → {after.name}",
        headline=headline,
        details=_better(comparison, before, after),
        facts=(*facts_that_differ(found), *_asked(before, after)),
        cost=found.cost_in_words if count else (),
        gains=pair_gains_table(found, number),
        elsewhere=elsewhere_table(found, number),
        territories=tuple(sorted(ids)),
        not_listed=max(count - LISTED, 0),
    )


def _better(comparison: Comparison, before: Side, after: Side) -> str:
    """Return in how many numbers each of two sides reads better."""
    a, b = comparison.sides.index(before), comparison.sides.index(after)
    two = [Metric(m.name, m.unit, (m.values[a], m.values[b]), m.better) for m in comparison.metrics]
    wins = [sum(m.best == {side} for m in two) for side in (0, 1)]
    return (
        f"Of {len(two)} numbers {after.name} reads better in {wins[1]} and "
        f"{before.name} in {wins[0]}."
    )


def _asked(before: Side, after: Side) -> tuple[str, ...]:
    """Return the wishes that only one of two plans was asked to keep."""
    if before.is_today:
        return ()
    one, other = (criteria_in_words(side.problem, side.criteria) for side in (before, after))
    told = []
    for side, mine, theirs in ((before, one, other), (after, other, one)):
        told += [f"Only {side.name} was asked: {line}" for line in mine if line not in theirs]
    return tuple(told)
