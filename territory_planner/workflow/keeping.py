"""`Keeping`: where the runs are kept that begin at a plan file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from territory_planner.config import Settings, read_settings
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import Problem
from territory_planner.workflow.plans import store_of

if TYPE_CHECKING:
    from territory_planner.store.records import Asked
    from territory_planner.store.request import Request
    from territory_planner.store.runs import Store

PROJECT = "plan.toml"


@dataclass(frozen=True)
class Keeping:
    """Where the runs are kept that begin at a plan file.

    Parameters
    ----------
    store
        The store, None where nothing is kept.
    project
        What a project is called whose plan no run of the store has made.
    why_not
        Why nothing is kept, in words; empty where it is.
    """

    store: Store | None
    project: str
    why_not: str = ""

    def asked(
        self, plan: Plan, request: Request, problem: Problem, options: SolveOptions | None = None
    ) -> Asked:
        """Return a run that begins at a plan; what the plan was made from, its own run knows.

        Parameters
        ----------
        request
            What is asked of the plan.
        problem
            The facts, with the request in them.
        options
            The effort; that of the plan when not given.
        """
        from territory_planner.store.records import Asked

        parent = None if self.store is None else self.store.made(plan)
        run = None if self.store is None or parent is None else self.store.record(parent)
        return Asked(
            project=self.project if run is None else run.project,
            options=options or plan.options,
            problem=problem,
            settings="" if run is None else run.settings,
            files=() if run is None else run.files,
            scenario=None if run is None else run.scenario,
            parent=parent,
            start=plan,
            request=request,
        )


def keeping(
    file: Path | str, project: Path | str | None = None, store: Path | str | None = None
) -> Keeping:
    """Return where the runs of a plan file are kept.

    That is the store that is named, or that of the project that is named, or of the project whose
    folder the file lies in or below, or of the project in the current folder, or the one that the
    environment names; else nothing is kept.

    Parameters
    ----------
    file
        The plan file.
    project
        `plan.toml` or its folder; beside a store only for its name.
    store
        A file or URL.

    Raises
    ------
    InputError, OutputError
        When `plan.toml` or the store cannot be used.
    """
    from territory_planner.store.inputs import STORE_VARIABLE
    from territory_planner.store.runs import Store

    file = Path(file)
    settings = None if project is None else read_settings(project)
    if store is not None:
        name = file.name if settings is None else settings.project.name
        return Keeping(Store.open(store), name)
    settings = settings or _project_of(file)
    if settings is not None:
        why_not = "" if settings.store.keep else f"{settings.path} says [store] keep = false"
        return Keeping(store_of(settings), settings.project.name, why_not)
    told = os.environ.get(STORE_VARIABLE)
    if told:
        return Keeping(Store.open(told), file.name)
    why_not = (
        f"no {PROJECT} lies beside {file}, in a folder above it, or here; "
        "--project DIR or --store URL keeps it"
    )
    return Keeping(None, file.name, why_not)


def _project_of(file: Path) -> Settings | None:
    """Return the settings of the nearest project above a file, else of the current folder's."""
    for folder in (*file.resolve().parents, Path.cwd()):
        if (folder / PROJECT).is_file():
            return read_settings(folder)
    return None
