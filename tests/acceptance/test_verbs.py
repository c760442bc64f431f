"""Every verb on the sample project: what it prints, what it writes, how it exits."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import territory_planner as tp
from tests.acceptance.conftest import ACCOUNTS, REPS, run, write_project
from tests.exporting.plans import rows_of

ROOT = Path(__file__).parents[2]
PLAN = "out/plan.plan"


def test_init_copies_a_project_that_check_understands(sample: Path) -> None:
    """The sample's tables are read, and the column mapping is printed."""
    checked = run("check", sample)
    assert (checked.code, checked.err) == (0, "")
    assert "240 accounts" in checked.out
    assert "6 territories" in checked.out
    assert "from 'account_id' (mapped)" in checked.out


def test_init_refuses_a_folder_with_something_in_it(tmp_path: Path) -> None:
    """Nothing of anybody's is overwritten."""
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    refused = run("init", tmp_path)
    assert refused.code == 2
    assert "the folder is not empty" in refused.err
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_init_takes_an_empty_folder(tmp_path: Path) -> None:
    """A folder made beforehand will do."""
    assert run("init", tmp_path).code == 0
    assert (tmp_path / "plan.toml").is_file()


def test_check_prints_json_for_a_script(sample: Path) -> None:
    """The same facts as values."""
    values = run("check", sample / "plan.toml", "--json").json
    assert (values["accounts"], values["territories"], values["vacancies"]) == (240, 6, 1)
    assert {
        "file": "accounts.csv",
        "ours": "id",
        "header": "account_id",
        "how": "mapped",
    } in values["columns"]


def test_plan_holds_every_band_and_says_how_good_it_is(sample: Path) -> None:
    """All territories are inside every band, and the gap is a number."""
    values = json.loads((sample / "printed.json").read_text(encoding="utf-8"))
    assert values["share_inside"] == 1.0
    assert 0 <= values["gap"] < 1
    assert values["bound_km"] <= values["objective_km"]
    assert all(
        abs(territory["measures"][name]["deviation"]) <= 0.10 + 1e-9
        for territory in values["territories"]
        for name in ("workload", "potential")
    )


def test_plan_writes_the_files_it_names(sample: Path) -> None:
    """Plan, map and report lie in the folder out beside plan.toml."""
    files = json.loads((sample / "printed.json").read_text(encoding="utf-8"))["files"]
    assert files == {
        "plan": str(sample / "out" / "plan.plan"),
        "map": str(sample / "out" / "map.html"),
        "report": str(sample / "out" / "report.html"),
    }
    assert all(Path(path).stat().st_size > 0 for path in files.values())


def test_plan_begins_at_a_saved_plan(sample: Path, tmp_path: Path) -> None:
    """The plan that was saved is found again at least; a file that is none is told."""
    before = json.loads((sample / "printed.json").read_text(encoding="utf-8"))
    words = ("plan", sample, "--out", tmp_path, "--time-limit", "5", "--json", "--start")
    again = run(*words, sample / PLAN).json
    assert again["objective_km"] <= before["objective_km"] + 1e-6
    refused = run(*words, sample / "plan.toml")
    assert refused.code == 2
    assert "this is not a plan file" in refused.err


def test_plan_prints_a_scorecard(tmp_path: Path) -> None:
    """Before and after, the worst territories, the gap, and where the files are."""
    project = write_project(tmp_path / "small", ACCOUNTS, REPS)
    out = tmp_path / "new"
    made = run("plan", project, "--out", out, "--time-limit", "60", "--seed", "3")
    assert made.code == 0, made.err
    for told in (
        "4 accounts, 2 territories\n",
        "territories inside every band",
        "Farthest from target",
        "This plan is proven to be ",
        f"report  {out / 'report.html'}",
    ):
        assert told in made.out
    assert "Planning 2 territories over 4 units, 60 s at most" in made.err
    assert tp.load_plan(out / "plan.plan").options.seed == 3
    assert not (project / "out").exists()


def test_the_saved_plan_is_the_printed_one(sample: Path) -> None:
    """Fingerprint and objective survive the file."""
    values = json.loads((sample / "printed.json").read_text(encoding="utf-8"))
    plan = tp.load_plan(sample / PLAN)
    assert (plan.fingerprint, plan.objective) == (values["fingerprint"], values["objective_km"])


def test_compare_puts_today_and_plans_side_by_side(sample: Path, tmp_path: Path) -> None:
    """One column for today and one a plan, named after its file."""
    other = tp.save_plan(tp.load_plan(sample / PLAN), tmp_path / "other.plan")
    compared = run("compare", sample / PLAN, other)
    assert compared.code == 0
    assert compared.out.split("\n")[0].split() == ["today", "plan", "other"]
    values = run("compare", sample / PLAN, other, "--json").json
    assert values["sides"] == ["today", "plan", "other"]
    first = values["metrics"][0]
    assert first["name"] == "territories inside every band"
    assert first["values"][0] < 1
    assert first["values"][1:] == [1.0, 1.0]


def test_a_plan_is_compared_with_others(sample: Path) -> None:
    """The same file twice would be two columns of one name."""
    plan = sample / "out" / "plan.plan"
    done = run("compare", plan, sample / "out" / ".." / "out" / "plan.plan")
    assert done.code == 2
    assert "this plan is given twice. Name it once." in done.err


def test_compare_tells_what_differs(sample: Path, tmp_path: Path) -> None:
    """Text, values, files and a page agree about an account that was moved by hand."""
    made = tp.load_plan(sample / PLAN)
    unit = int(made.problem.accounts.unit[0])
    now = int(made.alignment.territory_of[unit])
    to = (now + 1) % made.problem.n_territories
    moved = dataclasses.replace(made, alignment=made.alignment.moved({unit: to}))
    other = tp.save_plan(moved, tmp_path / "other.plan")
    page, folder = tmp_path / "compare.html", tmp_path / "tables"
    told = run("compare", sample / PLAN, other, "--html", page, "--csv", folder, "--no-today")
    assert told.code == 0, told.err
    assert told.out.split("\n")[0].split() == ["plan", "other"]
    assert "1 of 240 accounts lies elsewhere in other than in plan." in told.out
    assert f"wrote  {page}" in told.out
    assert "lies elsewhere in other than in plan" in page.read_text(encoding="utf-8")
    account = str(made.problem.accounts.ids[0])
    (row,) = rows_of(folder / "accounts.csv")
    values = run("compare", sample / PLAN, other, "--json").json
    (found,) = values["differences"]
    ids = [t.id for t in made.problem.territories]
    assert (row["account_id"], row["from_territory_id"], row["to_territory_id"]) == (
        account,
        ids[now],
        ids[to],
    )
    (listed,) = found["accounts"]
    assert (listed["account"], listed["reason"]) == (account, row["reason"])
    assert found["accounts_in_both"] == 240
    assert values["files"] == []


def test_compare_refuses_plans_that_cannot_be_compared(sample: Path, tmp_path: Path) -> None:
    """Plans over different measures have no common rows."""
    from tests.exporting.plans import moving_plan

    other = tp.save_plan(moving_plan(), tmp_path / "other.plan")
    refused = run("compare", sample / PLAN, other)
    assert refused.code == 2
    assert "do not have the same measures" in refused.err


def test_report_is_written_from_the_plan_alone(sample: Path, tmp_path: Path) -> None:
    """The plan file holds everything a report needs."""
    path = tmp_path / "fy27.html"
    made = run("report", sample / PLAN, "--out", path, "--title", "Plan for FY27")
    assert (made.code, made.out) == (0, f"report  {path}\n")
    assert "Plan for FY27" in path.read_text(encoding="utf-8")


def test_export_agrees_with_the_plan(sample: Path, tmp_path: Path) -> None:
    """The exported rows are the plan's assignment, dated and counted."""
    made = run("export", sample / PLAN, tmp_path / "crm", "--effective-date", "2027-01-01")
    assert made.code == 0
    plan = tp.load_plan(sample / PLAN)
    rows = rows_of(tmp_path / "crm" / "assignments.csv")
    of = plan.alignment.of_accounts(plan.problem)
    assert [r["territory_id"] for r in rows] == [plan.problem.territories[k].id for k in of]
    assert {r["effective_date"] for r in rows} == {"2027-01-01"}
    moved = sum(r["change"] == "reassign" for r in rows)
    assert f"{moved} go to another territory" in made.out


def test_export_prints_its_manifest_as_json(sample: Path, tmp_path: Path) -> None:
    """A script gets counts and file names without reading the folder."""
    values = run("export", sample / PLAN, tmp_path / "crm", "--json").json
    assert values["counts"]["accounts"] == 240
    assert values["effective_date"] is None
    assert "assignments.csv" in values["files"]


def test_the_module_runs_as_a_program(sample: Path) -> None:
    """``python -m territory_planner`` prints results to stdout and exits as main does."""
    done = subprocess.run(
        [sys.executable, "-m", "territory_planner", "compare", str(sample / PLAN)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"PYTHONWARNINGS": "error", "PYTHONIOENCODING": "utf-8"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "territories inside every band" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts are sent as POSIX signals")
def test_an_interruption_ends_with_a_sentence(sample: Path, tmp_path: Path) -> None:
    """Ctrl-C is not an error: no traceback, exit code 130, and no file."""
    command = [sys.executable, "-m", "territory_planner", "plan", str(sample)]
    with subprocess.Popen(
        [*command, "--out", str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as running:
        assert running.stderr is not None
        while not running.stderr.readline().startswith("Planning"):
            assert running.poll() is None
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (130, "")
    assert err == "Interrupted. No file was left half written.\n"
    assert not (tmp_path / "out").exists()
