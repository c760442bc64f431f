"""Runs on the command line: every plan is kept, found again, compared and made again."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import territory_planner as tp
from territory_planner.domain.plan import SolveOptions
from tests.acceptance.conftest import ACCOUNTS, REPS, Run, run, write_project
from tests.acceptance.test_scenarios import ACCOUNTS as MANY
from tests.acceptance.test_scenarios import REPS as TWO
from tests.acceptance.test_scenarios import SCENARIOS
from tests.exporting.plans import rows_of

ROOT = Path(__file__).parents[2]


def ids(project: Path) -> list[str]:
    """Return the ids of all runs, the oldest first."""
    return [one["id"] for one in reversed(run("history", project, "--json").json["runs"])]


def planned(project: Path, *more: object) -> Run:
    made = run("plan", project, *more)
    assert made.code == 0, made.err
    return made


def test_a_plan_is_found_in_the_history(tmp_path: Path) -> None:
    """By the id that was printed, with what it is worth and by whom it was made."""
    project = write_project(tmp_path, ACCOUNTS, REPS)
    empty = run("history", project)
    assert empty.code == 2
    assert "no run is recorded here yet. Plan first" in empty.err
    printed = planned(project, "--json").json
    assert "run     " in planned(project).out
    first, second = ids(project)
    assert first == printed["run"]
    told = run("history", project)
    assert told.code == 0
    head, newest, oldest, *_ = told.out.splitlines()
    assert head.split()[:3] == ["run", "begun", "who"]
    assert (newest.split()[0], oldest.split()[0]) == (second, first)
    assert "finished" in newest
    assert f"{printed['objective_km']:,.2f} km" in oldest
    assert run("history", project, "--last", "1").out.count("finished") == 1
    (one, _) = reversed(run("history", project / "runs.sqlite", "--json").json["runs"])
    assert one["fingerprint"] == printed["fingerprint"]


def test_a_gap_without_a_bound_is_not_known(tmp_path: Path) -> None:
    """A free center has no bound of use: that is no gap of 100%."""
    from territory_planner.cli.history import history_table

    project = write_project(tmp_path, ACCOUNTS, REPS)
    planned(project)
    (one,) = tp.Store.open(project / "runs.sqlite").history()
    assert "not known" not in history_table((one,))
    told = history_table((replace(one, objective=47.0, bound=0.0, gap=1.0),))
    assert "47.00 km  not known" in told
    assert "100.0%" not in told


def test_show_writes_the_plan_and_its_assignments(tmp_path: Path) -> None:
    """The plan file is as good as the one that was saved, and the table is the plan's."""
    project = write_project(tmp_path / "p", ACCOUNTS, REPS)
    printed = planned(project, "--json").json
    plan, table = tmp_path / "again.plan", tmp_path / "rows.csv"
    where = ("--project", project)
    shown = run("show", printed["run"][:6], *where, "--plan", plan, "--assignments", table)
    assert shown.code == 0, shown.err
    for told in ("accounts.csv  ", "seed 1", "territories inside every band", str(plan)):
        assert told in shown.out
    saved = tp.load_plan(project / "out" / "plan.plan")
    assert tp.load_plan(plan) == saved
    of = saved.alignment.of_accounts(saved.problem)
    rows = {row["account"]: row["territory"] for row in rows_of(table)}
    ids_ = saved.problem.accounts.ids.tolist()
    assert rows == {a: saved.problem.territories[k].id for a, k in zip(ids_, of, strict=True)}
    assert run("compare", plan, project / "out" / "plan.plan").code == 0
    values = run("show", printed["run"], *where, "--json").json
    assert values["fingerprint"] == saved.fingerprint
    assert values["scorecard"]["share_inside"] == 1.0
    assert [file["path"] for file in values["files"]] == ["accounts.csv", "reps.csv"]
    assert values["settings"] == (project / "plan.toml").read_text(encoding="utf-8")


def test_show_replaces_a_table_whole(tmp_path: Path) -> None:
    """Whoever reads the older one meanwhile never sees half of the new one."""
    project = write_project(tmp_path / "p", ACCOUNTS, REPS)
    id_ = planned(project, "--json").json["run"]
    table, older = tmp_path / "rows.csv", tmp_path / "older.csv"
    older.write_text("account,territory\n", encoding="utf-8")
    table.hardlink_to(older)
    assert run("show", id_, "--project", project, "--assignments", table).code == 0
    assert older.read_text(encoding="utf-8") == "account,territory\n"
    assert len(rows_of(table)) == len(ACCOUNTS) - 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["older.csv", "p", "rows.csv"]


def test_tags_find_runs(tmp_path: Path) -> None:
    """A name and a note are given and taken; what is unknown is told with the nearest."""
    project = write_project(tmp_path, ACCOUNTS, REPS)
    id_ = planned(project, "--json").json["run"]
    where = ("--project", project)
    assert run("tag", id_, "board", "--note", "as shown in May", *where).code == 0
    assert "as shown in May" in run("show", "board", *where).out
    assert "board" in run("history", project).out
    refused = run("show", "bord", *where)
    assert refused.code == 2
    assert "there is no run or tag 'bord'. Did you mean 'board'?" in refused.err
    assert run("tag", "board", "--remove", "board", *where).code == 0
    assert run("show", "board", *where).code == 2
    assert run("tag", id_, *where).code == 2


def test_diff_says_what_was_asked_and_found_otherwise(tmp_path: Path) -> None:
    """Settings, files, effort, metrics side by side, and each account that lies elsewhere."""
    project = write_project(tmp_path, MANY, TWO)
    one = planned(project, "--json").json["run"]
    before = tp.load_plan(project / "out" / "plan.plan")
    settings = project / "plan.toml"
    lock = '[[lock]]\naccount = "A39"\nterritory = "T1"\n'
    settings.write_text(settings.read_text().replace("band = 0.1", "band = 0.3") + lock)
    table = project / "accounts.csv"
    table.write_text(table.read_text().replace("A0,50.0,8.0,10", "A0,50.0,8.0,70"))
    other = planned(project, "--seed", "5", "--json").json["run"]
    after = tp.load_plan(project / "out" / "plan.plan")
    found = run("diff", one, other, "--project", project, "--json").json
    assert {c["what"]: (c["before"], c["after"]) for c in found["settings"]} == {
        "measure workload.band": ("0.1", "0.3"),
        "lock 1.account": (None, "A39"),
        "lock 1.territory": (None, "T1"),
        "effort seed": ("1", "5"),
    }
    assert [change["what"] for change in found["inputs"]] == ["accounts.csv"]
    assert found["comparison"]["sides"] == ["today", one, other]
    served = [p.alignment.of_accounts(p.problem) for p in (before, after)]
    elsewhere = [f"A{i}" for i in range(40) if served[0][i] != served[1][i]]
    assert "A39" in elsewhere
    assert [change["what"] for change in found["accounts"]] == elsewhere
    told = run("diff", one, other, "--project", project).out
    assert "measure workload.band: 0.1 → 0.3" in told
    assert f"{elsewhere[0]}: T" in told


def test_diff_with_a_run_that_has_no_plan(tmp_path: Path) -> None:
    """Says so, and what was asked otherwise all the same."""
    project = write_project(tmp_path, ACCOUNTS, REPS)
    one = planned(project, "--json").json["run"]
    lock = '\n[[lock]]\naccount = "A1"\nterritory = "T2"\n[[lock]]\naccount = "A2"\n'
    with (project / "plan.toml").open("a", encoding="utf-8") as file:
        file.write(f'{lock}territory = "T2"\n[[lock]]\naccount = "A3"\nterritory = "T2"\n')
    failed = run("plan", project)
    assert failed.code == 1
    other = ids(project)[1]
    record = run("show", other, "--project", project)
    assert "status    failed: No alignment satisfies these criteria together" in record.out
    told = run("diff", one, other, "--project", project)
    assert told.code == 0, told.err
    assert f"The plans cannot be compared: there is no plan of run {other}." in told.out
    assert "lock 1.territory: – → T2" in told.out
    refused = run("show", other, "--plan", project / "x.plan", "--project", project)
    assert (refused.code, (project / "x.plan").exists()) == (2, False)


def test_replay_is_exact(tmp_path: Path) -> None:
    """With one worker the same plan, bit for bit; of a scenario as well, whose parent it needs."""
    project = write_project(tmp_path, MANY, TWO, SCENARIOS)
    assert run("scenarios", project).code == 0
    runs = run("history", project, "--json").json["runs"]
    assert [(one["scenario"], one["status"]) for one in reversed(runs)] == [
        (None, "finished"),
        ("a hire, part time", "finished"),
        ("and a leaver", "finished"),
        ("too many moves", "failed"),
    ]
    by_name = {one["scenario"]: one for one in runs}
    assert by_name["and a leaver"]["parent"] == by_name["a hire, part time"]["id"]
    for one in runs:
        if one["status"] == "finished":
            again = run("replay", one["id"], "--project", project, "--json")
            assert again.code == 0, again.err
            found = again.json
            assert (found["same"], found["files_read_alike"]) == (True, True)
            assert found["fingerprint_now"] == one["fingerprint"]
    told = run("replay", by_name[None]["id"], "--project", project)
    assert told.out.startswith("The same plan, bit for bit: ")


def test_replay_says_what_has_changed(tmp_path: Path) -> None:
    """A file, a setting, a package; and makes the plan from the facts as recorded."""
    project = write_project(tmp_path, MANY, TWO)
    id_ = planned(project, "--json").json["run"]
    with (project / "reps.csv").open("a", encoding="utf-8") as file:
        file.write("T3,50.2,8.0\n")
    settings = project / "plan.toml"
    settings.write_text(settings.read_text().replace("band = 0.1", "band = 0.2"))
    told = run("replay", id_, "--project", project)
    assert told.code == 0, told.err
    assert told.out.startswith("The same plan, bit for bit: ")
    assert "reps.csv has changed" in told.out
    assert "measure workload.band 0.1 → 0.2" in told.out
    (project / "reps.csv").unlink()
    told = run("replay", id_, "--project", project)
    assert "reps.csv is gone" in told.out
    assert "accounts.csv" not in told.out
    elsewhere = run("replay", id_, "--store", project / "runs.sqlite", "--json").json
    assert elsewhere["same"]


ADDED = """
[[scenario]]
name = "bought"
edits = [{ add_accounts = "new.csv" }]

[[scenario]]
name = "bought, and a hire"
parent = "bought"
edits = [{ open_territory = "T3", latitude = 50.2, longitude = 8.0, share = 0.5 }]

[[scenario]]
name = "sold"
edits = [{ add_accounts = "other.csv" }]
"""


def test_the_tables_of_a_scenario_are_inputs_of_its_run(tmp_path: Path) -> None:
    """Those of its parents too, of no other; `show` lists, `diff` and `replay` name them."""
    project = write_project(tmp_path, MANY, TWO, ADDED)
    new, header = project / "new.csv", "id,latitude,longitude,hours\n"
    new.write_text(f"{header}N1,50.05,8.01,10\n", encoding="utf-8")
    (project / "other.csv").write_text(f"{header}N2,50.2,8.0,10\n", encoding="utf-8")
    assert run("scenarios", project).code == 0
    where = ("--project", project)
    runs = {one["scenario"]: one["id"] for one in run("history", *where, "--json").json["runs"]}
    for scenario, more in (
        (None, []),
        ("bought", ["new.csv"]),
        ("bought, and a hire", ["new.csv"]),
        ("sold", ["other.csv"]),
    ):
        files = run("show", runs[scenario], *where, "--json").json["files"]
        assert [file["path"] for file in files] == ["accounts.csv", *more, "reps.csv"]
    hire = runs["bought, and a hire"]
    assert "  new.csv  " in run("show", hire, *where).out
    assert "The project's files are those" in run("replay", hire, *where).out

    new.write_text(f"{header}N1,50.05,8.01,11\n", encoding="utf-8")
    told = run("replay", hire, *where).out
    assert told.startswith("The same plan, bit for bit: ")
    assert told.endswith("as recorded.\n  new.csv has changed\n")
    assert "The project's files are those" in run("replay", runs["sold"], *where).out
    again = planned(project, "--scenario", "bought", "--json").json["run"]
    changed = run("diff", runs["bought"], again, *where, "--json").json["inputs"]
    assert [one["what"] for one in changed] == ["new.csv"]
    assert None not in changed[0].values()
    new.unlink()
    assert run("replay", hire, *where).out.endswith("as recorded.\n  new.csv is gone\n")


def test_an_older_run_of_a_scenario_is_replayed(tmp_path: Path) -> None:
    """One without the scenario's tables among its files: they are told by what they read as."""
    project = write_project(tmp_path, MANY, TWO, ADDED)
    for name in ("new.csv", "other.csv"):
        line = "N1,50.05,8.01,10\n"
        (project / name).write_text(f"id,latitude,longitude,hours\n{line}", encoding="utf-8")
    planned(project, "--scenario", "bought")
    plan = tp.load_plan(project / "out" / "plan.plan")
    asked = tp.Asked.of(tp.read_settings(project), plan.options)
    with tp.Store.open(project / "runs.sqlite").begin(replace(asked, scenario="bought")) as older:
        older.finish(plan)
    where = (older.id, "--project", project)
    assert "new.csv" not in run("show", *where).out
    assert "The project's files are those" in run("replay", *where).out
    (project / "new.csv").unlink()
    assert "yet read as other facts than then" in run("replay", *where).out


@pytest.mark.parametrize("adopt", ["true", "false"])
def test_the_plan_that_a_scenario_begins_at_is_an_input(tmp_path: Path, adopt: str) -> None:
    """As it was before the run, which may write its own plan to the very place."""
    begun = f'[[scenario]]\nname = "begun"\nstart = "out/base/plan.plan"\nadopt = {adopt}\n'
    project = write_project(tmp_path, MANY, TWO, begun)
    start = project / "out" / "base" / "plan.plan"
    planned(project, "--out", start.parent)
    content = start.read_bytes()
    where = ("--project", project)
    id_ = planned(project, "--scenario", "begun", "--json").json["run"]
    files = {f["path"]: f for f in run("show", id_, *where, "--json").json["files"]}
    assert list(files) == ["accounts.csv", "out/base/plan.plan", "reps.csv"]
    assert files["out/base/plan.plan"]["size"] == len(content)
    assert "The project's files are those" in run("replay", id_, *where).out

    # The base's plan takes the place of the one that the scenario begins at.
    assert run("scenarios", project, "--seed", "9").code == 0
    assert start.read_bytes() != content
    both = (run("history", *where, "--json").json["runs"][0]["id"], id_)
    for one in both:
        told = run("replay", one, *where).out
        assert told.startswith("The same plan, bit for bit: ")
        assert told.endswith("as recorded.\n  out/base/plan.plan has changed\n")
    assert run("diff", *both, *where, "--json").json["inputs"] == []


def test_replay_of_several_workers_says_that_it_may_differ(tmp_path: Path) -> None:
    """A clause of its own in the JSON."""
    project = write_project(tmp_path, ACCOUNTS, REPS, "workers = 2\n")
    id_ = planned(project, "--json").json["run"]
    found = run("replay", id_, "--project", project, "--json").json
    assert "it was searched for by 2 workers at once" in found["may_differ"]


def test_a_start_is_recorded(tmp_path: Path) -> None:
    """A plan that began at a saved one has its run as parent, and is replayed from there."""
    project = write_project(tmp_path, MANY, TWO)
    first = planned(project, "--json").json["run"]
    start = project / "out" / "plan.plan"
    second = planned(project, "--start", start, "--seed", "4", "--json").json["run"]
    shown = run("show", second, "--project", project, "--json").json
    assert (shown["parent"], shown["has_start"]) == (first, True)
    assert run("replay", second, "--project", project, "--json").json["same"]


def test_a_project_may_keep_no_store(tmp_path: Path) -> None:
    """Then nothing is written, and no id is printed."""
    project = write_project(tmp_path, ACCOUNTS, REPS, "[store]\nkeep = false\n")
    assert planned(project, "--json").json["run"] is None
    assert not (project / "runs.sqlite").exists()


def test_a_store_may_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By plan.toml, relative to it, or by the environment, which has the last word."""
    project = write_project(tmp_path / "p", ACCOUNTS, REPS, '[store]\nurl = "../team.sqlite"\n')
    planned(project)
    assert (tmp_path / "team.sqlite").is_file()
    monkeypatch.setenv("TERRITORY_PLANNER_STORE", f"sqlite:///{tmp_path / 'other.sqlite'}")
    planned(project)
    assert len(ids(project)) == 1
    monkeypatch.chdir(tmp_path)
    assert len(run("history", "--json").json["runs"]) == 1
    monkeypatch.delenv("TERRITORY_PLANNER_STORE")
    assert "there is no plan.toml here" in run("history").err


def test_a_store_that_cannot_be_written_is_refused_before_the_search(tmp_path: Path) -> None:
    """In a sentence, with exit code 2, and without any file."""
    project = write_project(tmp_path, ACCOUNTS, REPS, '[store]\nurl = "no/such/folder/s"\n')
    refused = run("plan", project)
    assert (refused.code, refused.out) == (2, "")
    assert "no database can be opened or made here" in refused.err
    assert "Planning" not in refused.err
    assert not (project / "out").exists()


def test_no_password_is_recorded_or_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in an error nor in the settings that a run keeps."""
    url = "postgresql://ana:hush-hush@127.0.0.1:1/runs"
    project = write_project(tmp_path, ACCOUNTS, REPS, f'[store]\nurl = "{url}"\n')
    refused = run("plan", project)
    assert refused.code == 2
    assert "hush" not in refused.err
    monkeypatch.setenv("TERRITORY_PLANNER_STORE", str(tmp_path / "runs.sqlite"))
    planned(project)
    assert b"hush" not in (tmp_path / "runs.sqlite").read_bytes()
    assert (
        "postgresql://...@127.0.0.1:1/runs"
        in (run("show", ids(project)[0], "--project", project, "--json").json["settings"])
    )


def test_a_plan_that_cannot_be_kept_is_not_lost(tmp_path: Path) -> None:
    """Its files are written, what is wrong with the store is told, and its run has failed."""
    project = write_project(tmp_path, ACCOUNTS, REPS)
    planned(project)
    with sqlite3.connect(project / "runs.sqlite") as connection:
        connection.execute(
            "CREATE TRIGGER no_room BEFORE INSERT ON assignment "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    connection.close()
    plan = project / "out" / "plan.plan"
    plan.unlink()
    refused = run("plan", project, "--seed", "9")
    assert (refused.code, refused.out) == (2, "")
    told = (
        f"The plan is in {plan}, but not in the store:\n{project / 'runs.sqlite'}: the disk is full"
    )
    assert told in refused.err
    assert tp.load_plan(plan).options.seed == 9
    newest = run("history", project, "--json").json["runs"][0]
    assert newest["status"] == "failed"
    assert "the disk is full" in newest["reason"]


def test_an_interrupted_run_says_so(tmp_path: Path) -> None:
    """Ctrl-C before there is a plan leaves a failed run."""
    project = write_project(tmp_path, MANY, TWO)
    script = (
        "import sys, os, signal\n"
        "import territory_planner.solving as solving\n"
        "def interrupted(*_): raise KeyboardInterrupt\n"
        "solving.solve = interrupted\n"
        "from territory_planner.cli import main\n"
        f"sys.exit(main(['plan', {str(project)!r}]))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 130
    (one,) = run("history", project, "--json").json["runs"]
    assert (one["status"], one["reason"]) == ("failed", "interrupted")


def test_a_killed_plan_is_unfinished(tmp_path: Path) -> None:
    """A real search, killed while it runs, and the store opens."""
    project = write_project(tmp_path, MANY, TWO, "relative_gap = 0\n")
    words = [sys.executable, "-m", "territory_planner", "plan", str(project), "--time-limit", "99"]
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=env)
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("Planning"):
            break
    process.send_signal(signal.SIGKILL)
    process.communicate()
    (one,) = json.loads(run("history", project, "--json").out)["runs"]
    assert one["status"] == "unfinished"
    assert one["seed"] == SolveOptions().seed
