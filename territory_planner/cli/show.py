"""`show`: all that is known about a run; its plan and its assignments as files."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from territory_planner.cli.history import run_values
from territory_planner.cli.scorecard import proof_text
from territory_planner.cli.stored import add_store, store_of
from territory_planner.cli.verb import Verb, add_json, as_json
from territory_planner.scenarios.compare import compare
from territory_planner.store.request import request_settings

if TYPE_CHECKING:
    from territory_planner.domain.plan import Plan
    from territory_planner.store.records import RunRecord
    from territory_planner.store.runs import Store


SHOWN = 20
NO_PARENT = "a plan of no run here, which is kept with this one"


def record_text(run: RunRecord, plan: Plan | None, answer: str = "") -> str:
    """Return what was asked, from what it was made, what came of it, and what was noted."""
    facts = {
        "run": run.id,
        "tags": ", ".join(run.tags),
        "project": run.project,
        "scenario": run.scenario,
        "key": run.key,
        "status": run.status + (f": {run.reason}" if run.reason else ""),
        "who": run.who,
        "begun": f"{run.begun.astimezone():%Y-%m-%d %H:%M:%S}",
        "ended": "" if run.ended is None else f"{run.ended.astimezone():%Y-%m-%d %H:%M:%S}",
        "parent": run.parent or (NO_PARENT if run.has_start else None),
        "effort": ", ".join(f"{name} {value}" for name, value in run.options.items()),
        "versions": ", ".join(f"{name} {value}" for name, value in run.versions.items()),
        "plan": run.fingerprint,
    }
    blocks = ["\n".join(f"{name:<9} {value}" for name, value in facts.items() if value)]
    if run.request is not None:
        asked = request_settings(run.request).items()
        lines = [f"  {what}: {value}" for what, value in [*asked][:SHOWN]]
        if len(asked) > SHOWN:
            lines.append(f"  and {len(asked) - SHOWN:,} more; --json lists them all")
        blocks.append("\n".join(["Asked of the plan that it started from", *lines]))
    if run.files:
        lines = [f"  {f.path}  {f.size:,} bytes  {f.sha256[:12]}" for f in run.files]
        blocks.append("\n".join(["Made from", *lines]))
    if run.notes:
        lines = [f"  {n.at.astimezone():%Y-%m-%d %H:%M} {n.who}: {n.text}" for n in run.notes]
        blocks.append("\n".join(["Notes", *lines]))
    blocks += [answer] if answer else []
    if plan is not None:
        blocks += [str(compare([plan])), proof_text(plan)]
    return "\n\n".join(blocks)


def record_values(run: RunRecord) -> dict[str, Any]:
    """Return the same as plain values, the scorecard by the names of `Scorecard`."""
    return run_values(run) | {
        "notes": [asdict(note) | {"at": note.at.isoformat()} for note in run.notes],
    }


def _options(verb: ArgumentParser) -> None:
    verb.add_argument("run_id", metavar="RUN", help="an id, its beginning, or a tag")
    verb.add_argument("--plan", metavar="FILE", type=Path, help="write the plan to a file")
    verb.add_argument(
        "--assignments", metavar="FILE", type=Path, help="write who serves whom as CSV"
    )
    add_store(verb)
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.exporting.spreadsheet import write_table
    from territory_planner.store.plan_file import save_plan

    store = store_of(arguments)
    run = store.record(arguments.run_id)
    is_asked = arguments.plan is not None or arguments.assignments is not None
    plan = store.load(run.id) if run.status == "finished" or is_asked else None
    files: dict[str, str] = {}
    if plan is not None and arguments.plan is not None:
        files["plan"] = str(save_plan(plan, arguments.plan))
    if arguments.assignments is not None:
        accounts, territories = store.assignments(run.id)
        write_table(arguments.assignments, {"account": accounts, "territory": territories})
        files["assignments"] = str(arguments.assignments)
    words, values = _answer(store, run)
    if arguments.json:
        return as_json(record_values(run) | {"answer": values, "written": files})
    written = "\n".join(f"{name:<12} {path}" for name, path in files.items())
    return "\n\n".join(filter(None, [record_text(run, plan, words), written]))


def _answer(store: Store, run: RunRecord) -> tuple[str, dict[str, Any] | None]:
    """Return what `repair` or `why` found in a run, in words and as values."""
    from territory_planner.cli.repair import repair_values
    from territory_planner.cli.why import why_values
    from territory_planner.reporting.repair import repair_in_words
    from territory_planner.reporting.why import why_in_words
    from territory_planner.workflow.repair import repair_of
    from territory_planner.workflow.why import why_of

    repaired, explained = repair_of(store, run), why_of(store, run)
    if repaired is not None:
        return repair_in_words(repaired), repair_values(repaired)
    if explained is not None:
        return why_in_words(*explained), why_values(*explained)
    return "", None


VERB = Verb("show", "say all that is known about a run; write its plan", _options, _run)
