"""Sweeps from the command line, on the small sample: planned once, kept, shown, gone on with."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from territory_planner.store.runs import Store
from tests.acceptance.conftest import Run, hurried, run, write_project
from tests.acceptance.test_scenarios import ACCOUNTS as MANY
from tests.acceptance.test_scenarios import REPS as TWO

GRID = ("--vary", "headcount=5:7", "--vary", "budget.revenue=0.001,0.5")


def started(project: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a sweep of cells that take a second each, in a process group of its own."""
    command = [sys.executable, "-m", "territory_planner", "sweep", project, "--vary", "seed=1:6"]
    return subprocess.Popen(
        [*map(str, command), "--workers", "2", "--time-limit", "1", *arguments],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def read_until(process: subprocess.Popen[str], text: str) -> None:
    """Wait until a process has said something."""
    assert process.stderr is not None
    for line in process.stderr:
        if text in line:
            return
    raise EOFError(text)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Copy the small sample."""
    folder = tmp_path / "first-plan"
    assert run("init", folder).code == 0
    return folder


def finished(project: Path) -> dict[str, str]:
    return Store.open(project / "runs.sqlite").finished("sweep/")


def test_grid(project: Path) -> None:
    """Every cell is a stored run, failing ones are told, files are written, all is known after."""
    hurried(project)
    swept = run("sweep", project, *GRID, "--time-limit", "20", "--json")
    assert swept.code == 0, swept.err
    cells = swept.json["cells"]
    assert [c["cell"] for c in cells] == [
        {"headcount": n, "budget.revenue": b} for n in (5, 6, 7) for b in (0.001, 0.5)
    ]
    good = [c for c in cells if c["cell"]["budget.revenue"] == 0.5]
    assert [c["figures"]["territories"] for c in good] == [5, 6, 7]
    assert all(c["figures"]["moved.revenue"] <= 0.5 for c in good)
    (bad,) = [c for c in cells if c["cell"] == {"headcount": 6, "budget.revenue": 0.001}]
    assert bad["figures"] is None
    assert "No alignment satisfies these criteria together" in bad["why"]
    assert "closed: least workload today" in swept.json["headcounts"]["headcount 5"]
    assert len(finished(project)) == sum(c["why"] is None for c in cells)
    with Path(swept.json["files"]["table"]).open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 6
    assert Path(swept.json["files"]["page"]).is_file()
    again = run("sweep", project, *GRID, "--time-limit", "20")
    assert "6 cells, 6 known already" in again.err
    assert "6 cells, 6 known before" in again.out
    assert "has no plan. No alignment" in again.out
    plan = Store.open(project / "runs.sqlite").load(good[0]["run"])
    assert plan.objective == good[0]["figures"]["objective"]
    replayed = run("replay", good[0]["run"], "--project", project)
    assert "The same plan, bit for bit" in replayed.out
    assert "The project's files are those that it was made from." in replayed.out
    differs = run("diff", good[0]["run"], good[1]["run"], "--project", project).out
    keys = [Store.open(project / "runs.sqlite").record(c["run"]).key for c in good[:2]]
    assert f"key: {keys[0]} → {keys[1]}" in differs


def test_the_tables_of_a_scenario_are_inputs_of_its_cells(tmp_path: Path) -> None:
    """And not of the base's."""
    edits = 'edits = [{ add_accounts = "new.csv" }]'
    project = write_project(tmp_path, MANY, TWO, f'[[scenario]]\nname = "bought"\n{edits}\n')
    new = project / "new.csv"
    new.write_text("id,latitude,longitude,hours\nN1,50.05,8.01,10\n", encoding="utf-8")
    swept = run("sweep", project, "--vary", "scenario=base,bought", "--workers", "1", "--json")
    assert swept.code == 0, swept.err
    new.write_text("id,latitude,longitude,hours\nN1,50.05,8.01,11\n", encoding="utf-8")
    for cell in swept.json["cells"]:
        has_table = cell["cell"]["scenario"] == "bought"
        shown = run("show", cell["run"], "--project", project, "--json").json
        assert shown["scenario"] == ("bought" if has_table else None)
        assert ("new.csv" in [file["path"] for file in shown["files"]]) == has_table
        replayed = run("replay", cell["run"], "--project", project, "--json").json
        assert [file["what"] for file in replayed["files"]] == ["new.csv"] * has_table


def test_growth_by_segment(project: Path) -> None:
    """Growth is that of the accounts with a value in a column, also one that is not kept."""
    hurried(project)
    path = project / "plan.toml"
    text = path.read_text("utf-8").replace('keep = ["segment"]', "")
    path.write_text(text.partition("[[scenario]]")[0], encoding="utf-8")
    vary = "growth.potential[segment=small]=0,0.5"
    words = ("--workers", "1", "--time-limit", "20", "--json")
    done = run("sweep", project, "--vary", vary, *words)
    assert done.code == 0, done.err
    store = Store.open(project / "runs.sqlite")
    before, after = (store.load(cell["run"]).problem.accounts for cell in done.json["cells"])
    with (project / "accounts.csv").open(encoding="utf-8", newline="") as file:
        small = {row["account_id"] for row in csv.DictReader(file) if row["segment"] == "small"}
    factor = after.activity[:, 1] / before.activity[:, 1]
    grown = {str(one) for one, by in zip(before.ids, factor, strict=True) if by > 1}
    assert grown == small
    assert {round(float(by), 9) for by in factor} == {1.0, 1.5}
    wrong = run("sweep", project, "--vary", "growth.potential[segmnt=small]=0.1", *words)
    assert wrong.code == 2
    assert "segmnt" in wrong.err


def test_killed_sweep_goes_on(project: Path) -> None:
    """A sweep that is killed leaves no process, and the next one plans only what is missing."""
    first = started(project)
    read_until(first, "2 of 6")
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    kept = finished(project)
    assert 2 <= len(kept) < 6
    second = started(project)
    out, err = second.communicate(timeout=120)
    assert f"6 cells, {len(kept)} known already" in err
    assert f"6 cells, {len(kept)} known before, 0 without a plan" in out
    assert finished(project).items() >= kept.items()
    assert len(finished(project)) == 6


def test_interrupted_sweep(project: Path) -> None:
    """Ctrl-C ends a sweep at once, says that the same goes on, and keeps what is planned."""
    process = started(project)
    read_until(process, "1 of 6")
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert time.monotonic() - began < 20
    assert process.returncode == 130
    assert "the same command goes on where this one ended" in err
    assert "Traceback" not in err
    assert finished(project)
    history = Store.open(project / "runs.sqlite").history()
    status = [run.status for run in history]
    assert set(status) <= {"finished", "failed"}
    assert all((r.reason or "").startswith("Not planned: ") for r in history if r.reason)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "nothing is varied. Add [sweep]"),
        (("--vary", "headcnt=5"), "Did you mean 'headcount'?"),
        (("--vary", "seed=1:2", "--show", "objectiv"), "--show objectiv is no figure."),
        (("--vary", "seed=1:2", "--x", "sed"), "--x sed is not varied. Did you mean 'seed'?"),
        (
            ("--vary", "seed=1", "--cluster", "tcp://127.0.0.1:1", "--workers", "2"),
            "--workers are processes here",
        ),
        (
            (
                "--vary",
                "growth.revenue[segment=smal]=0.1,0.2",
                "--vary",
                "growth.potential[territory=T33]=0.1",
                "--vary",
                "headcount=6,7",
            ),
            """sweep: 2 problems found.
  - growth.revenue[segment=smal]: no account has segment = 'smal'. Did you mean 'small'?
  - growth.potential[territory=T33]: there is no territory or rep 'T33'. Did you mean 'T3'?
""",
        ),
    ],
)
def test_faults(project: Path, arguments: tuple[str, ...], told: str) -> None:
    """What is wrong is said before anything is planned."""
    done: Run = run("sweep", project, *arguments)
    assert done.code == 2
    assert told in done.err
    assert not (project / "runs.sqlite").exists()


def test_without_a_store(project: Path) -> None:
    """A project that keeps no store is swept all the same."""
    hurried(project)
    path = project / "plan.toml"
    path.write_text(path.read_text("utf-8") + "\n[store]\nkeep = false\n", encoding="utf-8")
    done = run("sweep", project, "--vary", "seed=1:2", "--workers", "1", "--json")
    assert done.code == 0, done.err
    assert [c["run"] for c in done.json["cells"]] == [None, None]
    assert not (project / "runs.sqlite").exists()
