"""`export`: a plan's files for people and CRMs."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from territory_planner.cli.verb import Verb, add_json, add_plan, as_json, day


def _options(verb: ArgumentParser) -> None:
    add_plan(verb)
    verb.add_argument("folder", metavar="DIR", type=Path)
    verb.add_argument(
        "--effective-date", metavar="YYYY-MM-DD", type=day, help="the day the plan begins"
    )
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.exporting.plan_files import export_assignments
    from territory_planner.store.plan_file import load_plan

    made = load_plan(arguments.plan)
    files = export_assignments(made, arguments.folder, arguments.effective_date)
    manifest = json.loads(files[-1].read_text(encoding="utf-8"))
    if arguments.json:
        return as_json(manifest | {"folder": str(arguments.folder)})
    count = manifest["counts"]
    lists = sum(path.parent.name == "handover" for path in files)
    return (
        f"{count['accounts']:,} accounts: {count['unchanged']:,} unchanged, "
        f"{count['reassign']:,} go to another territory, {count['assign']:,} are served "
        f"for the first time\n"
        f"{count['territories']:,} territories, hand-over lists of {lists:,} reps\n"
        f"folder  {arguments.folder}"
    )


VERB = Verb("export", "write a plan's assignments, territories and hand-over lists", _options, _run)
