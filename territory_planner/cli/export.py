"""`export`: a plan's files for people, and with `--for` those that a CRM takes."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from territory_planner.cli.verb import Verb, add_json, add_plan, as_json, day
from territory_planner.errors import Fault, InputError

if TYPE_CHECKING:
    from territory_planner.domain.plan import Plan

CRMS = ("salesforce", "hubspot", "odoo", "dynamics", "zoho")


def _options(verb: ArgumentParser) -> None:
    add_plan(verb)
    verb.add_argument("folder", metavar="DIR", type=Path)
    verb.add_argument(
        "--effective-date", metavar="YYYY-MM-DD", type=day, help="the day the plan begins"
    )
    _add_crm(verb)
    add_json(verb)


def _add_crm(verb: ArgumentParser) -> None:
    group = verb.add_argument_group("files that a CRM takes")
    group.add_argument("--for", dest="crm", metavar="CRM", choices=CRMS, help=", ".join(CRMS))
    group.add_argument(
        "--records", metavar="DIR", type=Path, help="the CRM's tables, as crm pull writes them"
    )
    group.add_argument("--owners", action="store_true", help="accounts' owners alone")
    group.add_argument("--territories", action="store_true", help="accounts' territories alone")
    group.add_argument("--full", action="store_true", help="all accounts, not those that change")
    group.add_argument(
        "--opportunities", metavar="POLICY", help='open ones: keep, move, "hold until 2027-03-31"'
    )
    group.add_argument(
        "--hold-stage", metavar="STAGE", action="append", help="keep or hold these stages alone"
    )
    group.add_argument(
        "--hold-amount", metavar="AMOUNT", type=float, help="keep or hold from this amount on"
    )
    group.add_argument("--contacts", action="store_true", help="the outgoing owner's as well")
    group.add_argument("--cases", action="store_true", help="the outgoing owner's as well")
    group.add_argument("--model", metavar="NAME", default="", help="Salesforce's territory model")
    group.add_argument(
        "--rules", metavar="FIELD", default="", help="Salesforce: the account field of the areas"
    )
    group.add_argument("--clear-vacant", action="store_true", help="vacancies' accounts: no owner")
    group.add_argument("--overwrite-hand-edits", action="store_true", help="owners changed since")
    group.add_argument("--leave-out-faulty", action="store_true", help="write the other rows")


def _run(arguments: Namespace) -> str:
    from territory_planner.exporting.plan_files import export_assignments
    from territory_planner.store.plan_file import load_plan

    made = load_plan(arguments.plan)
    if arguments.crm:
        files = _for_crm(made, arguments)
    else:
        _refuse_without_crm(arguments)
        files = export_assignments(made, arguments.folder, arguments.effective_date)
    manifest = json.loads(files[-1].read_text(encoding="utf-8"))
    if arguments.json:
        return as_json(manifest | {"folder": str(arguments.folder)})
    count = manifest["counts"]
    lists = sum(path.parent.name == "handover" for path in files)
    text = (
        f"{count['accounts']:,} accounts: {count['unchanged']:,} unchanged, "
        f"{count['reassign']:,} go to another territory, {count['assign']:,} are served "
        f"for the first time\n"
        f"{count['territories']:,} territories, hand-over lists of {lists:,} reps\n"
        f"folder  {arguments.folder}"
    )
    return f"{text}\n{_load_text(manifest['load'], arguments)}" if arguments.crm else text


def _for_crm(plan: Plan, arguments: Namespace) -> tuple[Path, ...]:
    from territory_planner.crm.change_set import Scope
    from territory_planner.crm.export import export_for
    from territory_planner.crm.file_format import Options
    from territory_planner.crm.hold_over import hold_over
    from territory_planner.crm.load import Wishes
    from territory_planner.crm.records import read_records

    day = arguments.effective_date
    policy = arguments.opportunities
    if policy is None and (arguments.hold_stage or arguments.hold_amount is not None):
        message = 'say what happens to the others. Give --opportunities "hold until DAY".'
        raise InputError([Fault("--hold-stage, --hold-amount", message)])
    if arguments.crm != "salesforce" and (arguments.model or arguments.rules):
        message = f"{arguments.crm} has no such thing, Salesforce has. Leave it out."
        raise InputError([Fault("--model, --rules", message)])
    both = arguments.owners == arguments.territories
    wishes = Wishes(
        scope=Scope(
            owner=both or arguments.owners,
            territory=both or arguments.territories,
            vacant="clear" if arguments.clear_vacant else "keep",
            hand_edits="overwrite" if arguments.overwrite_hand_edits else "keep",
        ),
        opportunities=None
        if policy is None
        else hold_over(policy, arguments.hold_stage, arguments.hold_amount, day),
        contacts=arguments.contacts,
        cases=arguments.cases,
        full=arguments.full,
        effective_date=day,
    )
    return export_for(
        plan,
        arguments.folder,
        arguments.crm,
        wishes,
        read_records(arguments.records) if arguments.records else None,
        Options(arguments.model, arguments.rules),
        leave_out_faulty=arguments.leave_out_faulty,
    )


def _refuse_without_crm(arguments: Namespace) -> None:
    needs = {
        name: getattr(arguments, name)
        for name in ("records", "owners", "territories", "full", "opportunities", "hold_stage",
                     "hold_amount", "contacts", "cases", "model", "rules", "clear_vacant",
                     "overwrite_hand_edits", "leave_out_faulty")
    }  # fmt: skip
    given = [f"--{name.replace('_', '-')}" for name, value in needs.items() if value]
    if given:
        message = f"this is about the files of a CRM. Give --for with one of {', '.join(CRMS)}."
        raise InputError([Fault(", ".join(given), message)])


def _load_text(load: dict[str, Any], arguments: Namespace) -> str:
    rows = ", ".join(f"{count:,} {kind} rows" for kind, count in load["rows"].items())
    held = f", {load['held']:,} opportunities are held" if load["held"] else ""
    lines = [
        f"{load['owners']:,} owners and {load['territories']:,} territories of accounts change"
        f"{held}; to load: {rows or 'nothing'}",
        *load["findings"],
        f"how to load and undo it: {arguments.folder / arguments.crm / 'README.txt'}",
    ]
    return "\n".join(lines)


VERB = Verb("export", "write a plan's assignments, territories and hand-over lists", _options, _run)
