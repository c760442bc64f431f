"""`crm`: a CRM's accounts into a project, and a plan's changes into a CRM, and back out again."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from territory_planner.cli.crm_words import confirm, count, finished, progress_text, tell
from territory_planner.cli.verb import Verb, add_json, add_plan, as_json, day
from territory_planner.errors import UnfinishedError

if TYPE_CHECKING:
    from territory_planner.crm.connector import Connector
    from territory_planner.crm.preview import Preview
    from territory_planner.domain.plan import Plan

PREVIEW, PUSH = "crm-preview", "crm-push"
MADE = ("lacking", "unknown territory", "dry run")
"""Kinds of faults that --create may mend."""


def _options(verb: ArgumentParser) -> None:
    words = verb.add_subparsers(title="what", required=True, metavar="WHAT")

    def add(name: str, told: str, act: Callable[[Namespace], str]) -> ArgumentParser:
        word = words.add_parser(name, help=told, description=told)
        word.set_defaults(act=act)
        add_json(word)
        return word

    pull = add("pull", "read accounts, users, owners and open opportunities into a project", _pull)
    _add_crm(pull)
    pull.add_argument("folder", metavar="DIR", type=Path)
    pull.add_argument("--country", default="", help="ISO code, where most accounts have none")

    preview = add("preview", "say what a push would change; nothing is written", _preview)
    add_plan(preview)
    _add_crm(preview)
    _add_scope(preview)
    preview.add_argument("--out", metavar="DIR", type=Path, help="for preview.html and .csv")

    push = add("push", "write what a plan changes, and only that", _push)
    push.add_argument(
        "plan", metavar="PLAN", type=Path, help="a file that plan wrote, or rows such as errors.csv"
    )
    _add_crm(push)
    _add_scope(push)
    push.add_argument("--folder", metavar="DIR", type=Path, help="for the before-image and journal")
    push.add_argument("--yes", action="store_true", help="do not ask for the number of records")
    push.add_argument("--now", action="store_true", help="also before the effective date")
    push.add_argument("--create", action="store_true", help="make a field or tags that are missing")
    push.add_argument(
        "--leave-out-faulty", action="store_true", help="push the rows without a fault"
    )
    _add_side_effects(push)

    status = add("status", "say how far a push has come, without asking the CRM", _status)
    _add_push(status)
    resume = add("resume", "go on with a push that was stopped", _resume)
    _add_push(resume)
    resume.add_argument("--failed-too", action="store_true", help="try what failed once more")
    _add_side_effects(resume)
    verify = add("verify", "read back what was written, and compare", _verify)
    _add_push(verify)
    undo = add("rollback", "put back what a push wrote, where nobody changed it since", _rollback)
    _add_push(undo)
    undo.add_argument("--yes", action="store_true", help="do not ask for the number of records")
    _add_notify(undo)


def _add_crm(verb: ArgumentParser) -> None:
    verb.add_argument(
        "--crm",
        metavar="ADDRESS",
        required=True,
        help="salesforce+https://host, hubspot+https://api.hubapi.com, odoo+https://host/database, "
        "directory:DIR",
    )


def _add_push(verb: ArgumentParser) -> None:
    verb.add_argument("push", metavar="FOLDER", type=Path, help="the folder that crm push named")


def _add_notify(verb: ArgumentParser) -> None:
    verb.add_argument("--notify", action="store_true", help="let the CRM mail about each change")


def _add_side_effects(verb: ArgumentParser) -> None:
    verb.add_argument(
        "--allow-side-effects", action="store_true", help="go on when other fields move as well"
    )


def _add_scope(verb: ArgumentParser) -> None:
    verb.add_argument("--effective-date", metavar="YYYY-MM-DD", type=day)
    verb.add_argument("--no-owners", action="store_true", help="leave the accounts' owners alone")
    verb.add_argument("--no-territories", action="store_true", help="leave their territories alone")
    verb.add_argument(
        "--move-opportunities", action="store_true", help="of the outgoing owner, with the account"
    )
    verb.add_argument(
        "--clear-vacant", action="store_true", help="own accounts of vacancies by nobody"
    )
    verb.add_argument(
        "--overwrite-hand-edits", action="store_true", help="owners changed since the plan was read"
    )
    verb.add_argument("--dry-run-in-crm", action="store_true", help="ask the CRM about every row")
    _add_notify(verb)


def _pull(arguments: Namespace) -> str:
    from territory_planner.crm.connect import connect
    from territory_planner.crm.pull import pull

    found = pull(connect(arguments.crm), arguments.folder, arguments.crm, arguments.country)
    if arguments.json:
        return as_json(asdict(found) | {"folder": str(arguments.folder)})
    return (
        f"{found.accounts:,} accounts of {found.reps:,} owners, {found.users:,} users, "
        f"{found.opportunities:,} open opportunities\n"
        f"{found.unowned:,} accounts have no owner, {found.orphans:,} one who is inactive or no "
        f"user, {found.unplaced:,} no place\n"
        f"project  {arguments.folder}  (say in plan.toml and reps.csv what is balanced, and who "
        "lives where)"
    )


def _preview(arguments: Namespace) -> str:
    from territory_planner.crm.connect import connect
    from territory_planner.crm.preview import write_preview

    _, seen = _look(arguments, connect(arguments.crm))
    out = arguments.out or arguments.plan.parent / PREVIEW
    page, table = write_preview(seen, out)
    if arguments.json:
        found = [asdict(finding) for finding in seen.changes.findings]
        return as_json({"counts": seen.counts, "findings": found, "page": str(page),
                        "changes": str(table)})  # fmt: skip
    return "\n".join([*seen.lines, f"page     {page}", f"changes  {table}"])


def _push(arguments: Namespace) -> str:
    from territory_planner.crm.change_set import wanted_territories
    from territory_planner.crm.connect import address, connect
    from territory_planner.crm.findings import refuse_faults
    from territory_planner.crm.push_folder import check_day
    from territory_planner.crm.recipe import begin, carry_on

    check_day(arguments.effective_date, date.today(), is_allowed=arguments.now)
    connector = connect(arguments.crm)
    plan, seen = _look(arguments, connector)
    # Rows have a day of their own.
    check_day(seen.changes.effective_date, date.today(), is_allowed=arguments.now)
    if arguments.create and plan is not None and not arguments.no_territories:
        if not arguments.leave_out_faulty:
            refuse_faults([f for f in seen.changes.findings if f.kind not in MADE], arguments.crm)
        made = connector.create(wanted_territories(plan))
        if made:
            tell("\n".join(f"made {told}" for told in made))
            plan, seen = _look(arguments, connector)
    tell("\n".join(seen.lines))
    if not arguments.leave_out_faulty:
        refuse_faults(seen.changes.findings, arguments.crm)
    if not seen.changes.changes:
        # No failure: whoever runs this every night is content.
        text = as_json({"counts": seen.counts, "folder": None})
        told = "The CRM holds the plan already"
        if any(finding.is_fault for finding in seen.changes.findings):
            told = "Nothing is left without the rows that have a fault"
        return text if arguments.json else f"{told}: nothing was written."
    confirm(seen.changes.records, arguments)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    folder = arguments.folder or arguments.plan.parent / f"{PUSH}-{stamp}"
    crm = address(arguments.crm).text
    begin(seen, plan, crm, folder, notify=arguments.notify, now=arguments.now,
          leave_out_faulty=arguments.leave_out_faulty)  # fmt: skip
    tell(f"push  {folder}  (crm status, resume, verify and rollback take this folder)")
    done = carry_on(
        connector, folder, stop_at_side_effects=not arguments.allow_side_effects, tell=count
    )
    return finished(done, folder, arguments)


def _resume(arguments: Namespace) -> str:
    from territory_planner.crm.recipe import carry_on

    done = carry_on(
        _connector_of(arguments.push),
        arguments.push,
        failed_too=arguments.failed_too,
        stop_at_side_effects=not arguments.allow_side_effects,
        tell=count,
    )
    return finished(done, arguments.push, arguments)


def _status(arguments: Namespace) -> str:
    from territory_planner.crm.recipe import progress_of

    return progress_text(progress_of(arguments.push), arguments.push, arguments)


def _verify(arguments: Namespace) -> str:
    from territory_planner.crm.recipe import read_back

    written, wrong = read_back(_connector_of(arguments.push), arguments.push)
    shown = [
        f"  {m.change.object} {m.change.record_id}, {m.change.field}: holds {m.held!r}, "
        f"{m.change.new!r} was written"
        for m in wrong
    ]
    text = f"{written:,} fields were written, {len(wrong):,} hold something else"
    if arguments.json:
        text = as_json({"written": written, "mismatches": len(wrong), "listed": shown})
    elif shown:
        more = [f"  and {len(shown) - 20:,} more"] if len(shown) > 20 else []
        text = "\n".join([f"{text}:", *shown[:20], *more])
    if wrong:
        raise UnfinishedError(text)
    return text


def _rollback(arguments: Namespace) -> str:
    from territory_planner.crm.recipe import progress_of
    from territory_planner.crm.rollback import rollback

    before = progress_of(arguments.push)
    if before.undoing is None:
        tell(f"{before.counts['ok']:,} fields were written and would be put back")
        confirm(before.counts["ok"] + before.counts["pending"], arguments)
    undo = rollback(_connector_of(arguments.push), arguments.push, notify=arguments.notify)
    return finished(progress_of(undo), undo, arguments)


def _look(arguments: Namespace, connector: Connector) -> tuple[Plan | None, Preview]:
    from dataclasses import replace

    from territory_planner.crm.change_set import Scope
    from territory_planner.crm.load_rows import read_rows
    from territory_planner.crm.recipe import look, look_at_rows
    from territory_planner.store.plan_file import load_plan

    if arguments.plan.suffix.casefold() == ".csv":
        rows = read_rows(arguments.plan)
        rows = replace(rows, effective_date=arguments.effective_date or rows.effective_date)
        return None, look_at_rows(rows, connector, notify=arguments.notify)
    plan = load_plan(arguments.plan)
    scope = Scope(
        owner=not arguments.no_owners,
        territory=not arguments.no_territories,
        opportunities="move" if arguments.move_opportunities else "keep",
        vacant="clear" if arguments.clear_vacant else "keep",
        hand_edits="overwrite" if arguments.overwrite_hand_edits else "keep",
    )
    seen = look(
        plan,
        connector,
        scope,
        arguments.effective_date,
        notify=arguments.notify,
        asks_crm=arguments.dry_run_in_crm,
        title=arguments.plan.stem,
    )
    return plan, seen


def _connector_of(folder: Path) -> Connector:
    from territory_planner.crm.connect import connect
    from territory_planner.crm.push_folder import read_push

    return connect(read_push(folder)[0].crm)


def _run(arguments: Namespace) -> str:
    act: Callable[[Namespace], str] = arguments.act
    return act(arguments)


VERB = Verb(
    "crm",
    "read a CRM into a project; preview, push, verify and undo a plan's changes",
    _options,
    _run,
)
