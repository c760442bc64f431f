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

PROJECT = "plan.toml"


def add_store(verb: ArgumentParser) -> None:
    """Add the project or the store whose runs are meant."""
    verb.add_argument(
        "--project", metavar="DIR", type=Path, help="plan.toml or its folder; default: this folder"
    )
    verb.add_argument("--store", metavar="URL", help="a file or URL instead of the project's store")


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
