"""Where the verbs that speak of runs find the store."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from territory_planner.errors import Fault, InputError

if TYPE_CHECKING:
    from territory_planner.config import Settings
    from territory_planner.store.runs import Store
    from territory_planner.workflow.keeping import Keeping

PROJECT = "plan.toml"


def add_store(verb: ArgumentParser) -> None:
    """Add the project or the store whose runs are meant."""
    verb.add_argument(
        "--project", metavar="DIR", type=Path, help="plan.toml or its folder; default: this folder"
    )
    verb.add_argument("--store", metavar="URL", help="a file or URL instead of the project's store")


def add_keeping(verb: ArgumentParser) -> None:
    """Add where what a verb makes of a plan file is kept."""
    verb.add_argument(
        "--project", metavar="DIR", type=Path, help="keep it there; default: that above PLAN"
    )
    where = verb.add_mutually_exclusive_group()
    where.add_argument(
        "--store", metavar="URL", help="a file or URL instead of the project's store"
    )
    where.add_argument("--no-store", action="store_true", help="keep no run of it")


def keeping_of(arguments: Namespace) -> Keeping:
    """Return where what is made of a plan file is kept."""
    from territory_planner.workflow.keeping import Keeping, keeping

    if arguments.no_store:
        return Keeping(None, "", "--no-store was given")
    return keeping(arguments.plan, arguments.project, arguments.store)


def kept_values(run: str | None, keeping: Keeping) -> dict[str, str | None]:
    """Return the id of a run and the store that has it; the latter also where there is no run."""
    store = None if keeping.store is None else keeping.store.name
    return {"run": run, "store": store, "not_kept": keeping.why_not or None}


def kept_text(run: str | None, keeping: Keeping) -> str:
    """Return the same in lines."""
    if run is None or keeping.store is None:
        return f"run    not kept: {keeping.why_not}"
    return f"run    {run}\nstore  {keeping.store.name}"


def store_of(arguments: Namespace) -> Store:
    """Return the store that `--store` or `--project` names, else that of the current folder."""
    from territory_planner.store.inputs import STORE_VARIABLE, place_of_store
    from territory_planner.store.runs import Store

    told = arguments.store
    if told is None and arguments.project is None and not Path(PROJECT).exists():
        told = os.environ.get(STORE_VARIABLE)
    if told is not None:
        return Store.open(told, must_exist=True)
    settings = settings_of(arguments)
    if settings is None:
        message = f"there is no {PROJECT} here. Give --project DIR or --store URL."
        raise InputError([Fault(str(Path.cwd()), message)])
    return Store.open(place_of_store(settings), must_exist=True)


def settings_of(arguments: Namespace) -> Settings | None:
    """Return the settings of the project that is meant, None where there is none at hand."""
    from territory_planner.config import read_settings

    if arguments.project is not None:
        return read_settings(arguments.project)
    return read_settings(PROJECT) if Path(PROJECT).exists() else None
