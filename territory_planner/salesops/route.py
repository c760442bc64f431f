"""`route`: which territory of a plan a new account or lead belongs to, and why.

The rules are tried in this order, and the first that says something decides:

1. the account is in the plan already: its territory;
2. family: its parent, or others of its family, are in the plan: their territory;
3. the area that its postal code or another key names;
4. the area that holds its point;
5. the nearest territory that may have it and has room below the upper limits of its bands.

A rule whose territory lacks a skill that the lead requires is passed over. What rules 1 to 4 decide
is not held up by bands, since an area belongs to its territory however many leads come from it; the
reason tells when they exceed one. Rule 5 counts what was routed before. A lead without a place, or
one whose city may be several, is not guessed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from territory_planner.config import Settings, read_settings
from territory_planner.domain.plan import Plan
from territory_planner.evaluation.balance import mere_counts
from territory_planner.intake.faults import Faults
from territory_planner.intake.leads import read_leads
from territory_planner.salesops.desk import Desk
from territory_planner.salesops.routed import Routed
from territory_planner.salesops.rules import rule_columns, rules_of


def route(
    plan: Plan,
    leads: Path | str | Any,
    *,
    project: Path | str | Settings | None = None,
    country: str = "",
    key: str | None = None,
) -> Routed:
    """Return which territory each new account or lead belongs to.

    Parameters
    ----------
    leads
        A file of any format, or a pandas DataFrame. Columns are those of an accounts table: a
        place, and if there are any the parent or family, skills, and the measures.
    project
        The project that the plan was made from: its table tells families by name and, in a plan of
        single accounts, postal codes. Without it a family is known by its accounts.
    country
        ISO code of the country in which postal codes and cities are looked up.
    key
        The column that names an area, where that is not the postal code.

    Raises
    ------
    InputError
        With every fault of the table: unknown columns, coordinates that are out of range.
    """
    settings = read_settings(project) if isinstance(project, (str, Path)) else project
    faults = Faults()
    rules = rules_of(plan, settings, country, key, faults)
    counts = mere_counts(plan.problem)
    found = read_leads(
        leads, plan.problem.measures, counts, settings, rules.key, rules.gazetteer, faults
    )
    faults.raise_if_any()
    assert found is not None
    return Desk(rules, found).routed()


def rules(
    plan: Plan,
    *,
    project: Path | str | Settings | None = None,
    country: str = "",
    key: str | None = None,
) -> dict[str, list[str]]:
    """Return a plan's rules as columns, for another system to apply: see `rule_columns`.

    Raises
    ------
    InputError
        When the project cannot be read, or the country is unknown.
    """
    settings = read_settings(project) if isinstance(project, (str, Path)) else project
    faults = Faults()
    found = rules_of(plan, settings, country, key, faults)
    faults.raise_if_any()
    return rule_columns(found)
