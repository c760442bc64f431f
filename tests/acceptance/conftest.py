"""A planned sample project that the tests of several verbs share."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from territory_planner.cli import main

ACCOUNTS = (
    "account_id,name,latitude,longitude,hours,current_territory",
    "A1,One,40.0,-105.0,60,T1",
    "A2,Two,40.1,-105.1,60,T1",
    "A3,Three,40.2,-105.2,40,T2",
    "A4,Four,40.3,-105.3,40,T2",
)
REPS = (
    "territory_id,territory,rep_id,rep,email,latitude,longitude,capacity",
    "T1,North,R1,Ana,ana@example.com,40.0,-105.0,1",
    "T2,South,R2,Ben,ben@example.com,40.3,-105.3,1",
)


@dataclass(frozen=True)
class Run:
    """What one command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What was printed, as values."""
        return json.loads(self.out)


def run(*arguments: object) -> Run:
    """Run a command line and return what came of it."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code: Any = main([str(a) for a in arguments])
        except SystemExit as leaving:
            code = leaving.code
    return Run(code, out.getvalue(), err.getvalue())


def write_project(
    folder: Path, accounts: Sequence[str], reps: Sequence[str], more: str = ""
) -> Path:
    """Write a project of one banded measure from lines of its two tables."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "accounts.csv").write_text("\n".join([*accounts, ""]), encoding="utf-8")
    (folder / "reps.csv").write_text("\n".join([*reps, ""]), encoding="utf-8")
    (folder / "plan.toml").write_text(
        '[data]\naccounts = "accounts.csv"\nreps = "reps.csv"\n'
        '[[measure]]\nname = "workload"\nunit = "h/yr"\ncolumn = "hours"\nband = 0.1\n'
        f"[solve]\ntime_limit_s = 5\n{more}",
        encoding="utf-8",
    )
    return folder


def hurried(project: Path) -> None:
    """Make a project content with a plan that is proven to be within 2% of the best."""
    path = project / "plan.toml"
    settings = path.read_text(encoding="utf-8")
    wanted = re.sub(r"relative_gap = [0-9.]+", "relative_gap = 0.02", settings)
    assert wanted != settings
    path.write_text(wanted, encoding="utf-8")


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a fresh copy of the sample project, planned once for all."""
    folder = tmp_path_factory.mktemp("acceptance") / "first-plan"
    assert run("init", folder).code == 0
    hurried(folder)
    made = run("plan", folder, "--time-limit", "60", "--json")
    assert made.code == 0, made.err
    (folder / "printed.json").write_text(made.out, encoding="utf-8")
    return folder
