"""Territories that a CRM keeps as records of their own: which id there is which of the plan's."""

from __future__ import annotations

from collections.abc import Mapping

from territory_planner.crm.load import Load
from territory_planner.crm.people import territories_of
from territory_planner.crm.records import Records
from territory_planner.domain.plan import Plan
from territory_planner.errors import Fault


def listed(plan: Plan, records: Records | None) -> dict[str, str]:
    """Return the plan's territory id to the CRM's, for those that are there."""
    known = records.territories if records else ()
    return territories_of(plan.problem.territories, known)[0]


def held_listed(plan: Plan, records: Records | None) -> Mapping[str, str] | None:
    """Return account id to its territory of the plan, be it told by id or by name."""
    if records is None:
        return None
    ours = {theirs: own for own, theirs in listed(plan, records).items()}
    by_name = {t.name: ours[t.id] for t in records.territories if t.id in ours}
    words = {own: own for own in ours.values()} | by_name | ours
    return {a.id: words.get(a.territory, a.territory) for a in records.accounts.values()}


def their_ids(load: Load) -> dict[str, str]:
    """Return what a row may say of a territory to the CRM's id of it."""
    known = load.records.territories if load.records else ()
    ids = {t.name: t.id for t in known} | {t.id: t.id for t in known}
    return ids | listed(load.plan, load.records)


def territory_faults(load: Load, title: str) -> list[Fault]:
    """Return what is wrong with the territories of a load."""
    if not load.wishes.scope.territory:
        return []
    if load.records is None or not load.records.territories:
        message = (
            f"{title} knows territories by id, and the ids are not known. Put territories.csv "
            "(id, name) beside accounts.csv and users.csv and give the folder as --records, or "
            "write --owners alone."
        )
        return [Fault("territories", message)]
    _, wrong = territories_of(load.plan.problem.territories, load.records.territories)
    faults = [Fault("territories.csv", finding.sentence) for finding in wrong]
    known = their_ids(load)
    said = {row.territory for row in (*load.rows, *load.undo) if isinstance(row.territory, str)}
    strange = sorted(said - set(known) - {t.id for t in load.plan.problem.territories})
    if strange:
        shown = ", ".join(strange[:5])
        message = f"{len(strange):,} territories of accounts are not in it: {shown}. Add them."
        faults.append(Fault("territories.csv", message))
    return faults
