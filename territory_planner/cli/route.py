"""`route`: new accounts and leads to the territories of a plan, or the rules that say so."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from territory_planner.cli.verb import Verb, add_json, add_plan, as_json
from territory_planner.errors import Fault, InputError

if TYPE_CHECKING:
    from territory_planner.salesops.routed import Routed

SHOWN = 10


def route_text(found: Routed, file: Path) -> str:
    """Return how many leads each rule decided, who gets how many, and which are not routed."""
    lost = found.not_routed.tolist()
    lines = [f"{len(found) - len(lost):,} of {len(found):,} leads have a territory"]
    lines += [f"  by {rule}: {count:,}" for rule, count in found.counts.items() if rule]
    if lost:
        are = "is" if len(lost) == 1 else "are"
        lines.append(f"{len(lost):,} {are} not routed:")
        lines += [f"  {found.places[i]}: {found.reason[i]}" for i in lost[:SHOWN]]
    if len(lost) > SHOWN:
        lines.append(f"  and {len(lost) - SHOWN:,} more, which {file} lists")
    return "\n".join([*lines, *found.notes, "", f"routed  {file}"])


def route_values(found: Routed, file: Path) -> dict[str, Any]:
    """Return the same as plain values, with what each lead that is not routed lacks."""
    return {
        "routed": str(file),
        "leads": len(found),
        "rules": {rule or "not routed": count for rule, count in found.counts.items()},
        "not_routed": {found.places[i]: found.reason[i] for i in found.not_routed.tolist()},
        "notes": list(found.notes),
    }


def _options(verb: ArgumentParser) -> None:
    add_plan(verb)
    verb.add_argument(
        "leads", metavar="LEADS", type=Path, nargs="?", help="a table of new accounts or leads"
    )
    verb.add_argument(
        "--out", metavar="FILE", type=Path, help="default: routed.csv beside the leads"
    )
    verb.add_argument(
        "--rules", metavar="FILE", type=Path, help="write the rules, for another system to apply"
    )
    verb.add_argument(
        "--project", metavar="PROJECT", type=Path, help="knows the names of account families"
    )
    verb.add_argument("--country", default="", help="ISO code, for postal codes and cities")
    verb.add_argument(
        "--key", metavar="COLUMN", help="names the lead's area, where that is not its postal code"
    )
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.exporting.spreadsheet import write_table
    from territory_planner.salesops.route import route, rules
    from territory_planner.store.plan_file import load_plan

    if arguments.leads is None and arguments.rules is None:
        raise InputError([Fault("route", "give a table of leads, or --rules FILE.")])
    made = load_plan(arguments.plan)
    words = {
        "project": arguments.project,
        "country": arguments.country,
        "key": arguments.key,
    }
    values: dict[str, Any] = {}
    text = []
    if arguments.rules is not None:
        count = write_table(arguments.rules, rules(made, **words))
        values |= {"rules_file": str(arguments.rules), "rules_written": count}
        text.append(f"{count:,} rules  {arguments.rules}")
    if arguments.leads is not None:
        found = route(made, arguments.leads, **words)
        file = arguments.out or arguments.leads.with_name("routed.csv")
        write_table(file, {**found.columns, **found.added()}, kept=found.columns)
        values |= route_values(found, file)
        text.append(route_text(found, file))
    return as_json(values) if arguments.json else "\n".join(text)


VERB = Verb(
    "route",
    "say which territory of a plan new accounts and leads belong to, and why",
    _options,
    _run,
)
