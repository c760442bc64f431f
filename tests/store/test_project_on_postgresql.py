"""A project whose runs are kept by a PostgreSQL server, from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.conftest import ACCOUNTS, REPS, run, write_project
from tests.store.server import PASSWORD, Server


def test_runs_are_kept_found_and_made_again(tmp_path: Path, postgresql: Server) -> None:
    """As in a file; and the password is neither printed nor recorded."""
    url = postgresql.new_database()
    project = write_project(tmp_path, ACCOUNTS, REPS, f'[store]\nurl = "{url}"\n')
    made = run("plan", project, "--json")
    assert made.code == 0, made.err
    assert not (project / "runs.sqlite").exists()
    id_ = made.json["run"]
    outputs = [
        made,
        run("history", project),
        run("history", url),
        run("tag", id_, "board", "--note", "as shown", "--project", project),
        run("show", "board", "--store", url),
        run("show", "board", "--project", project, "--json"),
        run("diff", "board", id_[:5], "--project", project),
        run("replay", "board", "--project", project),
        run("repair", project / "out" / "plan.plan", "--move", "A2=T1", "--json"),
        run("why", project / "out" / "plan.plan", "A2", "--store", url),
    ]
    assert [one.code for one in outputs] == [0] * len(outputs), [one.err for one in outputs]
    assert outputs[-3].out.startswith("The same plan, bit for bit: ")
    repaired = outputs[-2].json["run"]
    outputs += [
        run("show", repaired, "--store", url),
        run("replay", repaired, "--project", project),
    ]
    assert f"parent    {id_}" in outputs[-2].out
    assert outputs[-1].out.startswith("The same plan, bit for bit: ")
    quoted = url.partition("planner:")[2].partition("@")[0]
    assert quoted
    for one in outputs:
        assert PASSWORD not in one.out + one.err
        assert quoted not in one.out + one.err
