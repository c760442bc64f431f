"""What `repair` and `why` make of a plan file is kept as a run, and read, diffed and made again."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import territory_planner as tp
from tests.acceptance.conftest import run, write_project
from tests.acceptance.test_scenarios import ACCOUNTS, REPS

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a planned project."""
    folder = write_project(tmp_path / "west", ACCOUNTS, REPS)
    assert run("plan", folder).code == 0
    return folder


def plan_of(project: Path) -> Path:
    return project / "out" / "plan.plan"


def served(plan: tp.Plan) -> dict[str, str]:
    of = plan.alignment.of_accounts(plan.problem)
    ids = plan.problem.accounts.ids.tolist()
    return {a: plan.problem.territories[k].id for a, k in zip(ids, of, strict=True)}


def edit_of(project: Path) -> tuple[str, str]:
    """Return an account and the territory of the two that it is not planned in."""
    of = served(tp.load_plan(plan_of(project)))
    account = min(a for a in of if of[a] == "T1")
    return account, "T2"


def moving(project: Path) -> str:
    """Return an account that the plan takes from today's rep, in a world where there is one."""
    plan = tp.load_plan(plan_of(project))
    today = [plan.problem.territories[k].id for k in plan.problem.accounts.current]
    of = served(plan)
    return next(a for a, k in zip(of, today, strict=True) if of[a] != k)


def history(where: Path) -> list[Any]:
    """Return all runs, the newest first."""
    return list(run("history", where, "--json").json["runs"])


def unbalanced(tmp_path: Path) -> Path:
    """Return a planned project in which accounts have to move."""
    rows = [row.replace(",10,T2", ",20,T2") for row in ACCOUNTS]
    folder = write_project(tmp_path / "east", rows, REPS)
    assert run("plan", folder).code == 0
    return folder


def test_a_repair_is_a_run_of_its_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the plan's run as parent, its settings and files, the edits, and all that came of it."""
    account, territory = edit_of(project)
    monkeypatch.chdir(project.parent)
    made = run("repair", plan_of(project), "--move", f"{account}={territory}", "--json")
    assert made.code == 0, made.err
    newest, first = history(project)
    assert (newest["id"], newest["parent"]) == (made.json["run"], first["id"])
    assert made.json["store"] == str(project / "runs.sqlite")
    assert newest["key"] == f"repair/{account}={territory}"
    shown = run("show", newest["id"], "--project", project, "--json").json
    assert shown["request"] == {"moves": {account: territory}, "measure": None, "verb": "repair"}
    assert shown["settings"] == (project / "plan.toml").read_text(encoding="utf-8")
    assert [file["path"] for file in shown["files"]] == ["accounts.csv", "reps.csv"]
    repaired = tp.load_plan(project / "out" / "repaired.plan")
    for name, value in {
        "status": "finished",
        "project": first["project"],
        "objective": repaired.objective,
        "bound": repaired.bound,
        "fingerprint": repaired.fingerprint,
        "seed": 1,
        "has_start": True,
    }.items():
        assert shown[name] == value, name
    assert set(shown["prices"]) == {"T1", "T2"}
    answer = {k: v for k, v in made.json.items() if k not in ("plan", "run", "store", "not_kept")}
    assert shown["answer"] == answer
    store = tp.Store.open(project / "runs.sqlite")
    assert store.load(newest["id"]) == repaired
    accounts, territories = store.assignments(newest["id"])
    assert dict(zip(accounts.tolist(), territories.tolist(), strict=True)) == served(repaired)


def test_show_diff_tag_and_replay_of_a_repair(project: Path) -> None:
    """Each as of any run: what was asked and found, what differs, and the same plan again."""
    account, territory = edit_of(project)
    made = run("repair", plan_of(project), "--move", f"{account}={territory}")
    id_, where = history(project)[0]["id"], ("--project", project)
    assert f"run    {id_}\nstore  {project / 'runs.sqlite'}" in made.out
    assert run("tag", id_, "agreed", "--note", "with the field", *where).code == 0
    shown = run("show", "agreed", *where).out
    assert f"Asked of the plan that it started from\n  repair {account}: {territory}" in shown
    assert made.out.partition("\n\n")[0] in shown
    first = history(project)[1]["id"]
    told = run("diff", first, "agreed", *where).out
    assert f"  repair {account}: – → {territory}" in told
    assert f"  parent run: – → {first}" in told
    assert f"  {account}: T1 → {territory}" in told
    again = run("replay", "agreed", *where)
    assert again.code == 0, again.err
    assert again.out.startswith("The same plan, bit for bit: ")
    assert "The project's files are those that it was made from." in again.out


def test_a_repair_of_a_repair(project: Path) -> None:
    """Has the first one as parent, the settings of both, and its own edits alone."""
    account, territory = edit_of(project)
    assert run("repair", plan_of(project), "--move", f"{account}={territory}").code == 0
    repaired = project / "out" / "repaired.plan"
    assert run("repair", repaired, "--move", "A39=T2", "--out", project / "second.plan").code == 0
    second, first, _ = history(project)
    assert second["parent"] == first["id"]
    shown = run("show", second["id"], "--project", project, "--json").json
    assert shown["request"]["moves"] == {"A39": "T2"}
    assert shown["settings"] == (project / "plan.toml").read_text(encoding="utf-8")
    assert run("replay", second["id"], "--project", project, "--json").json["same"]


def test_an_answer_given_in_january_is_read_in_march(tmp_path: Path) -> None:
    """The plan that `why` made is a run, and `show` gives the answer word for word."""
    project = unbalanced(tmp_path)
    account, where = moving(project), ("--project", project)
    told = run("why", plan_of(project), account)
    assert told.code == 0, told.err
    values = run("why", plan_of(project), account, "--json").json
    newest, asked, first = history(project)
    assert [one["key"] for one in (newest, asked)] == [f"why/{account}"] * 2
    assert [one["parent"] for one in (newest, asked)] == [first["id"]] * 2
    assert values["run"] == newest["id"]
    answer, _, kept = told.out.rpartition("\n\n")
    assert kept == f"run    {asked['id']}\nstore  {project / 'runs.sqlite'}\n"
    plan_of(project).unlink()
    assert answer in run("show", asked["id"], *where).out
    shown = run("show", newest["id"], *where, "--json").json
    assert shown["answer"] == {name: values[name] for name in shown["answer"]}
    assert shown["objective"] == values["kept_objective_km"]
    store = tp.Store.open(project / "runs.sqlite")
    plan = store.load(asked["id"])
    today = plan.problem.accounts.current[plan.problem.accounts.ids.tolist().index(account)]
    assert served(plan)[account] == plan.problem.territories[today].id
    assert run("replay", asked["id"], *where, "--json").json["same"]
    assert f"  why.account: – → {account}" in run("diff", first["id"], asked["id"], *where).out


def test_no_plan_no_run(tmp_path: Path) -> None:
    """`why` makes none for an account that stays, nor for `--moves`; `repair` none of bad edits."""
    project = unbalanced(tmp_path)
    plan = tp.load_plan(plan_of(project))
    today = dict(zip(served(plan), plan.problem.accounts.current, strict=True))
    stays = next(a for a, k in served(plan).items() if plan.problem.territories[today[a]].id == k)
    told = run("why", plan_of(project), stays)
    assert told.code == 0
    assert "run  " not in told.out
    assert run("why", plan_of(project), stays, "--json").json["run"] is None
    assert run("why", plan_of(project), "--moves").code == 0
    assert run("repair", plan_of(project), "--move", "A99=T1").code == 2
    assert run("why", plan_of(project), "A99").code == 2
    assert len(history(project)) == 1


def test_edits_that_clash_leave_a_failed_run(project: Path) -> None:
    """With what was asked, and why there is no plan."""
    table = project / "edits.csv"
    table.write_text("account,territory\n" + "".join(f"A{i},T1\n" for i in range(40)))
    failed = run("repair", plan_of(project), "--moves", table)
    assert failed.code == 1
    newest = history(project)[0]
    assert (newest["status"], newest["key"]) == (
        "failed",
        "repair/A0=T1, A1=T1, A2=T1 and 37 more",
    )
    assert "No alignment satisfies these criteria together" in newest["reason"]
    shown = run("show", newest["id"], "--project", project)
    assert "and 20 more; --json lists them all" in shown.out
    refused = run("replay", newest["id"], "--project", project)
    assert (refused.code, "has no plan: it is failed" in refused.err) == (2, True)


def test_a_lock_that_clashes_leaves_a_failed_run(tmp_path: Path) -> None:
    """`why` answers that the account cannot stay, and the run holds the reason."""
    heavy = {"A0": ",300,T1", "A1": ",300,T1"}
    rows = [row.replace(",10,T1", heavy.get(row.partition(",")[0], ",10,T1")) for row in ACCOUNTS]
    lock = '[[lock]]\naccount = "A0"\nterritory = "T1"\n'
    project = write_project(tmp_path, rows, REPS, lock)
    assert run("plan", project).code == 0
    told = run("why", plan_of(project), "A1")
    assert told.code == 0, told.err
    assert "It cannot stay with T1. No alignment satisfies these criteria together" in told.out
    newest = history(project)[0]
    assert f"run    {newest['id']}" in told.out
    assert (newest["status"], newest["key"]) == ("failed", "why/A1")
    shown = run("show", newest["id"], "--project", project)
    assert "status    failed: No alignment satisfies these criteria together" in shown.out


def test_a_plan_file_outside_any_project(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is repaired all the same; it says that no run was kept, and what would keep one."""
    monkeypatch.delenv("TERRITORY_PLANNER_STORE", raising=False)
    account, territory = edit_of(project)
    away = tmp_path / "away"
    away.mkdir()
    plan = Path(plan_of(project).rename(away / "given.plan"))
    monkeypatch.chdir(away)
    words = ("repair", "given.plan", "--move", f"{account}={territory}")
    told = run(*words)
    assert told.code == 0, told.err
    assert "run    not kept: no plan.toml lies beside given.plan, in a folder above it" in told.out
    values = run(*words, "--json").json
    assert (values["run"], values["store"]) == (None, None)
    assert "--store URL keeps it" in values["not_kept"]
    assert len(history(project)) == 1
    kept = run(*words, "--store", "mine.sqlite", "--json").json
    (one,) = history(away / "mine.sqlite")
    assert (one["id"], one["parent"], one["project"]) == (kept["run"], None, "given.plan")
    shown = run("show", one["id"], "--store", "mine.sqlite")
    assert "parent    a plan of no run here, which is kept with this one" in shown.out
    assert kept["moved"] == values["moved"]
    plan.unlink()
    again = run("replay", one["id"], "--store", "mine.sqlite", "--project", project).out
    assert again.startswith("The same plan, bit for bit: ")
    assert "No file was recorded with it" in again


def test_whose_store_it_is(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest project above the file, then the current folder's, then the environment's."""
    account, territory = edit_of(project)
    other = write_project(tmp_path / "other", ACCOUNTS, REPS)
    away = tmp_path / "given.plan"
    away.write_bytes(plan_of(project).read_bytes())
    words = ("--move", f"{account}={territory}", "--json", "--out", tmp_path / "repaired.plan")
    monkeypatch.chdir(other)
    assert run("repair", plan_of(project), *words).json["store"] == str(project / "runs.sqlite")
    assert run("repair", away, *words).json["store"] == str(other / "runs.sqlite")
    kept = run("repair", away, *words, "--project", project).json
    assert kept["store"] == str(project / "runs.sqlite")
    assert history(project)[0]["parent"] == history(project)[-1]["id"]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TERRITORY_PLANNER_STORE", str(tmp_path / "team.sqlite"))
    assert run("repair", away, *words).json["store"] == str(tmp_path / "team.sqlite")
    assert run("repair", away, *words, "--no-store").json["not_kept"] == "--no-store was given"
    assert len(history(tmp_path / "team.sqlite")) == 1


def test_a_project_that_keeps_nothing(tmp_path: Path) -> None:
    """Keeps no repair either, and says so."""
    project = write_project(tmp_path, ACCOUNTS, REPS, "[store]\nkeep = false\n")
    assert run("plan", project).code == 0
    told = run("repair", plan_of(project), "--move", "A39=T2")
    assert f"not kept: {project / 'plan.toml'} says [store] keep = false" in told.out
    assert not (project / "runs.sqlite").exists()


def test_what_cannot_be_kept_is_not_lost(tmp_path: Path) -> None:
    """The plan is in its file and the answer is told, with exit code 2 and a failed run."""
    project = unbalanced(tmp_path)
    with sqlite3.connect(project / "runs.sqlite") as connection:
        connection.execute(
            "CREATE TRIGGER no_room BEFORE INSERT ON assignment "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    connection.close()
    account = moving(project)
    told = run("why", plan_of(project), account)
    assert (told.code, told.out) == (2, "")
    assert "Staying with T" in told.err
    assert "This is not in the store:\n" in told.err
    assert "the disk is full" in told.err
    repaired = project / "out" / "repaired.plan"
    refused = run("repair", plan_of(project), "--move", f"{account}=T1")
    assert (refused.code, refused.out) == (2, "")
    assert f"The plan is in {repaired}, but not in the store:" in refused.err
    assert served(tp.load_plan(repaired))[account] == "T1"
    assert [one["status"] for one in history(project)] == ["failed", "failed", "finished"]
    shown = run("show", history(project)[1]["id"], "--project", project, "--json").json
    assert shown["answer"] is None


@pytest.mark.parametrize("verb", ["repair", "why"])
def test_a_killed_one_is_unfinished(tmp_path: Path, verb: str) -> None:
    """A real search, killed while it runs, and the store opens."""
    project = unbalanced(tmp_path)
    account = moving(project)
    what = ["--move", f"{account}=T1"] if verb == "repair" else [account]
    script = (
        "import sys, time\n"
        "import territory_planner.solving as solving\n"
        "found = solving.solve\n"
        "def slow(*words, **more):\n"
        "    found(*words, **more)\n"
        "    print('searching', flush=True)\n"
        "    time.sleep(99)\n"
        "solving.solve = slow\n"
        "from territory_planner.cli import main\n"
        f"sys.exit(main({[verb, str(plan_of(project)), *what]!r}))\n"
    )
    words = [sys.executable, "-c", script]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ)
    assert process.stdout is not None
    assert process.stdout.readline() == "searching\n"
    assert history(project)[0]["status"] == "running"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    newest = history(project)[0]
    assert (newest["status"], newest["key"].partition("/")[0]) == ("unfinished", verb)
    shown = run("show", newest["id"], "--project", project)
    assert "status    unfinished" in shown.out
    assert f"{account}" in shown.out


def test_in_python(project: Path) -> None:
    """The same recipe as on the command line."""
    account, territory = edit_of(project)
    kept = tp.keeping(plan_of(project))
    plan = tp.load_plan(plan_of(project))
    made = tp.repair_plan(plan, tp.Repairing({account: territory}), project / "r.plan", kept)
    explained = tp.explain_account(plan, account, kept)
    assert [one["id"] for one in history(project)] == [
        *([explained.run] if explained.run else []),
        made.run,
        history(project)[-1]["id"],
    ]
    assert tp.load_plan(made.plan_file) == made.repaired.plan
