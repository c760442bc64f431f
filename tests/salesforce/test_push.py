"""A push to Salesforce writes what it was given, once, and says of every row what became of it."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from territory_planner.crm import salesforce_bulk, salesforce_load
from territory_planner.crm.change import CLEAR, Change
from territory_planner.crm.connect import connect
from territory_planner.crm.connector import CrmError
from territory_planner.crm.journal import read_journal
from territory_planner.crm.recipe import Progress, carry_on, progress_of, read_back
from territory_planner.crm.rollback import rollback
from territory_planner.crm.salesforce_wire import HostSession
from tests.acceptance.conftest import run
from tests.crm.folders import AT_ONCE, pushed
from tests.salesforce.org import MESSAGES, UPDATABLE
from tests.salesforce.stand_in import TOKEN, Fault, StandIn, standing_in
from tests.salesforce.worlds import World, make_world, owner_changes, territory_changes

KINDS = tuple(MESSAGES)


@pytest.fixture
def small_bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let four rows go by Bulk API 2.0, which is asked at short intervals."""
    monkeypatch.setattr(salesforce_load, "BULK_ABOVE", 3)
    monkeypatch.setattr(salesforce_bulk, "FIRST_S", 0.001)


def go(crm: StandIn, folder: Path, changes: list[Change]) -> Progress:
    if not folder.exists():
        pushed(folder, changes, crm.crm)
    return carry_on(connect(crm.crm), folder, pace=AT_ONCE)


def both(world: World, n: int | None = None) -> list[Change]:
    return [*owner_changes(world, n), *territory_changes(world, n)]


def listed(folder: Path) -> list[dict[str, str]]:
    with (folder / "errors.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_written(world: World) -> bool:
    """Return whether every account has its new owner and its new territory, and no other."""
    new = {world.territories[1]}
    return all(
        world.owner(a) == world.users[1] and world.org.territories_of(a) == new
        for a in world.accounts
    )


def is_untouched(world: World) -> bool:
    old = {world.territories[0]}
    return all(
        world.owner(a) == world.users[0] and world.org.territories_of(a) == old
        for a in world.accounts
    )


def twice(world: World) -> dict[Any, int]:
    """Return what was written more than once."""
    return {what: times for what, times in world.org.writes.items() if times > 1}


@pytest.mark.parametrize("way", ["collections", "bulk"])
def test_everything_is_written_once_and_undone(
    way: str, world: World, crm: StandIn, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """No account is without a territory in between, and each call goes where it should."""
    if way == "bulk":
        request.getfixturevalue("small_bulk")
    assert go(crm, tmp_path / "p", both(world)).is_complete
    assert is_written(world)
    assert twice(world) == {}
    assert read_back(connect(crm.crm), tmp_path / "p") == (2 * len(world.accounts), [])
    assert (crm.calls["POST jobs/ingest"] > 0) == (way == "bulk")
    assert (crm.calls["PATCH composite/sobjects"] > 0) == (way == "collections")
    rollback(connect(crm.crm), tmp_path / "p", pace=AT_ONCE)
    assert is_untouched(world)
    assert world.org.uncovered == set()


def test_rows_of_rules_and_of_other_models_are_left_alone(
    world: World, crm: StandIn, tmp_path: Path
) -> None:
    rule, other = world.territories[1], world.territories[2]
    account, second = world.accounts[:2]
    model = world.org.rows("Territory2Model")[0]["Id"]
    third = world.org.add("Territory2", Name="Third", DeveloperName="T3", Territory2ModelId=model)
    world.org.link(account, rule, "Territory2AssignmentRule")
    world.org.link(second, other)
    first = world.territories[0]
    changes = [Change("Account", a, "Territory2Id", first, third) for a in (account, second)]
    assert go(crm, tmp_path / "p", changes).is_complete
    assert world.org.territories_of(account) == {third}
    assert world.org.territories_of(account, "Territory2AssignmentRule") == {rule}
    assert world.org.territories_of(second) == {third, other}


def test_an_account_of_several_territories_gets_them_back(
    world: World, crm: StandIn, tmp_path: Path
) -> None:
    """Several made by hand are one value, and all of it is undone."""
    model = world.org.rows("Territory2Model")[0]["Id"]
    third = world.org.add("Territory2", Name="Third", DeveloperName="T3", Territory2ModelId=model)
    account = world.accounts[0]
    world.org.link(account, third)
    old = ",".join(sorted((world.territories[0], third)))
    change = Change("Account", account, "Territory2Id", old, world.territories[1])
    assert go(crm, tmp_path / "p", [change]).is_complete
    assert world.org.territories_of(account) == {world.territories[1]}
    rollback(connect(crm.crm), tmp_path / "p", pace=AT_ONCE)
    assert world.org.territories_of(account) == {world.territories[0], third}


def test_what_somebody_changed_meanwhile_is_a_conflict(
    world: World, crm: StandIn, tmp_path: Path
) -> None:
    """Also a territory that somebody added: nothing of theirs is deleted."""
    edited, linked = world.accounts[:2]
    world.org.table("Account")[edited[:15]]["OwnerId"] = world.users[2]
    world.org.link(linked, world.territories[1])
    done = go(crm, tmp_path / "p", both(world, 4))
    assert done.counts["conflict"] == 2
    assert done.counts["ok"] == 4
    assert world.owner(edited) == world.users[2]
    assert world.org.territories_of(linked) == set(world.territories[:2])


@pytest.mark.parametrize("way", ["collections", "bulk"])
def test_a_field_is_emptied_and_others_are_left(
    way: str, world: World, crm: StandIn, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Three states: one row empties the field, one sets it, and one says nothing of it."""
    if way == "bulk":
        request.getfixturevalue("small_bulk")
    table, column = world.org.table("Account"), "Sales_Territory__c"
    for account in world.accounts:
        table[account[:15]][column] = "West"
    one, other, third, fourth = world.accounts[:4]
    changes = [
        Change("Account", one, column, "West", CLEAR),
        Change("Account", other, column, "West", 'East, "E"'),
        Change("Account", third, "OwnerId", world.users[0], world.users[1]),
        Change("Account", fourth, column, "West", " North "),
    ]
    folder = pushed(tmp_path / "p", changes, f"{crm.crm}?territory={column}")
    done = carry_on(connect(f"{crm.crm}?territory={column}"), folder, pace=AT_ONCE)
    assert done.is_complete
    held = [table[a[:15]][column] for a in world.accounts[:4]]
    assert held == [None, 'East, "E"', "West", " North "]
    assert world.owner(third) == world.users[1]
    assert len(world.org.writes) == 4


def plant(world: World, ids: tuple[str, ...]) -> dict[str, str]:
    """Let these accounts fail in five ways, and return which in which."""
    troubles = {account: KINDS[i % len(KINDS)] for i, account in enumerate(ids)}
    for account, code in troubles.items():
        world.org.plant(code, account)
    return troubles


def test_twelve_thousand_rows_and_five_kinds_of_failure(tmp_path: Path) -> None:
    """Each failure stands in errors.csv with its id and words; mended, that file leaves none."""
    world = make_world(12_000)
    with standing_in(world.org, world.users[3]) as crm:
        troubles = plant(world, world.accounts[::100])
        folder = tmp_path / "p"
        done = go(crm, folder, owner_changes(world))
        assert done.counts == {"ok": 11_880, "failed": 120, "conflict": 0, "skipped": 0,
                               "pending": 0}  # fmt: skip
        assert done.codes == dict.fromkeys(KINDS, 24)
        assert crm.calls["POST jobs/ingest"] == 1
        rows = listed(folder)
        assert {row["record_id"]: row["error_code"] for row in rows} == troubles
        for row in rows:
            words = " ".join(MESSAGES[row["error_code"]].split())
            assert row["error_message"].startswith(words)
        before = Counter(world.org.writes)

        world.org.mend()
        again = run("crm", "push", folder / "errors.csv", "--crm", crm.crm, "--yes",
                    "--folder", tmp_path / "again", "--json")  # fmt: skip
        assert again.code == 0, again.err
        assert again.json["counts"]["ok"] == 120
        assert {world.owner(a) for a in world.accounts} == {world.users[1]}
        assert sum((world.org.writes - before).values()) == 120
        assert twice(world) == {}
        assert listed(tmp_path / "again") == []


def test_failures_of_territories_are_told_apart_from_the_rest(
    world: World, crm: StandIn, tmp_path: Path
) -> None:
    """An owner is held back where the territory was refused, and goes through once it is mended."""
    troubles = plant(world, world.accounts[:5])
    folder = tmp_path / "p"
    done = go(crm, folder, both(world))
    assert done.counts["failed"] == 10
    assert {r["error_code"] for r in listed(folder)} == {*troubles.values(), "held_back"}
    assert all(world.owner(a) == world.users[0] for a in troubles)
    world.org.mend()
    carry_on(connect(crm.crm), folder, failed_too=True, pace=AT_ONCE)
    assert is_written(world)
    assert twice(world) == {}
    assert listed(folder) == []


def test_a_lock_that_goes_away_is_no_failure(world: World, crm: StandIn, tmp_path: Path) -> None:
    world.org.locked_for[world.accounts[3][:15]] = 2
    assert go(crm, tmp_path / "p", owner_changes(world)).is_complete
    assert twice(world) == {}


def test_siblings_are_sent_side_by_side(
    world: World, crm: StandIn, tmp_path: Path, small_bulk: None
) -> None:
    """Rows of one family are next to one another, whose lock they wait for."""
    top = world.accounts[-1]
    for account in world.accounts[:10:3]:
        world.org.table("Account")[account[:15]]["ParentId"] = top
    go(crm, tmp_path / "p", owner_changes(world))
    (job,) = crm.jobs.all.values()
    assert job.content is not None
    sent = [line.partition(",")[0] for line in job.content.decode().splitlines()[1:]]
    family = {*world.accounts[:10:3], top}
    places = [sent.index(account) for account in family]
    assert max(places) - min(places) == len(family) - 1
    assert b"\r" not in job.content


def test_a_job_that_fails_whole_says_so_once_for_each_row(
    world: World, crm: StandIn, tmp_path: Path, small_bulk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that a job has not come to are failures, and nothing of them is written."""
    monkeypatch.setitem(UPDATABLE, "Account", {"Name"})
    done = go(crm, tmp_path / "p", owner_changes(world))
    assert done.codes == {"UNPROCESSED": len(world.accounts)}
    assert "Field name not found : OwnerId" in listed(tmp_path / "p")[0]["error_message"]
    assert world.org.writes == Counter()


class Stopped(BaseException):
    """The process ends here."""


def stop_at(monkeypatch: pytest.MonkeyPatch, point: int, *, after: bool) -> None:
    """End at the n-th call: before it is sent, or when it was answered."""
    calls = iter(range(1, 100_000))
    real = HostSession.request

    def request(self: HostSession, *arguments: Any, **more: Any) -> Any:
        is_here = next(calls) == point
        if is_here and not after:
            raise Stopped
        answer = real(self, *arguments, **more)
        if is_here:
            raise Stopped
        return answer

    monkeypatch.setattr(HostSession, "request", request)


def stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> Iterator[tuple[int, World, StandIn, Path]]:
    """Yield every call at which a push can end, with the org and folder that it leaves."""
    point = 0
    while True:
        point += 1
        world = make_world(5)
        folder = tmp_path / str(point)
        with standing_in(world.org, world.users[3]) as crm:
            with monkeypatch.context() as patched:
                stop_at(patched, point, after=after)
                try:
                    go(crm, folder, both(world))
                except Stopped:
                    pass
                else:
                    assert point > 10, "the calls were not seen"
                    return
            yield point, world, crm, folder


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("way", ["collections", "bulk"])
def test_stopped_at_any_call_it_goes_on_and_writes_nothing_twice(
    way: str, after: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    """Also between the row that is inserted and the one that is deleted, and while a job runs."""
    if way == "bulk":
        request.getfixturevalue("small_bulk")
    for point, world, crm, folder in stops(tmp_path, monkeypatch, after=after):
        done = go(crm, folder, both(world))
        assert done.is_complete, (point, done)
        assert is_written(world), point
        assert twice(world) == {}, point
        assert world.org.uncovered == set(), point


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("way", ["collections", "bulk"])
def test_stopped_at_any_call_it_can_be_undone(
    way: str,
    after: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """What was half done, a new territory beside the old one, is put back as well."""
    if way == "bulk":
        request.getfixturevalue("small_bulk")
    for point, world, crm, folder in stops(tmp_path, monkeypatch, after=after):
        if not (folder / "push.json").exists():
            continue
        rollback(connect(crm.crm), folder, pace=AT_ONCE)
        assert is_untouched(world), point
        assert world.org.uncovered == set(), point


def test_an_old_row_that_cannot_be_deleted_is_told_and_undone(
    world: World, crm: StandIn, tmp_path: Path
) -> None:
    """The new territory is there, the old one is too: a failure, which rollback puts back."""
    link = next(r for r in world.org.rows("ObjectTerritory2Association")
                if r["ObjectId"] == world.accounts[0])  # fmt: skip
    world.org.plant("FIELD_CUSTOM_VALIDATION_EXCEPTION", link["Id"])
    folder = tmp_path / "p"
    assert go(crm, folder, territory_changes(world)).counts["failed"] == 1
    assert world.org.territories_of(world.accounts[0]) == set(world.territories[:2])
    world.org.mend()
    rollback(connect(crm.crm), folder, pace=AT_ONCE)
    assert is_untouched(world)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_killed_twice_while_a_job_runs_nothing_is_written_twice(tmp_path: Path) -> None:
    """12,000 rows by Bulk API 2.0; kill -9 while the job is at work, and once more on resuming."""
    world = make_world(12_000)
    with standing_in(world.org, world.users[3]) as crm:
        crm.jobs.lot_s = 0.05
        troubles = plant(world, world.accounts[50::100])
        for account, code in troubles.items():
            if code == "UNABLE_TO_LOCK_ROW":
                world.org.planted.pop(account[:15])
        folder = pushed(tmp_path / "p", owner_changes(world), crm.crm)
        command = [sys.executable, "-m", "territory_planner", "crm", "resume", str(folder)]
        for share in (2_000, 7_000):
            child = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ
            )
            while len(world.org.writes) < share and child.poll() is None:
                time.sleep(0.005)
            assert child.poll() is None, child.communicate()
            child.kill()
            child.communicate()
            assert len(world.org.writes) < 11_000
        assert len(crm.jobs.all) == 1
        assert len(read_journal(folder).results) == 0
        crm.jobs.lot_s = 0.0
        done = go(crm, folder, [])
        failing = 120 - 24
        assert done.counts["ok"] == 12_000 - failing
        assert done.counts["failed"] == failing
        assert twice(world) == {}
        assert progress_of(folder).counts == done.counts
        world.org.mend()
        carry_on(connect(crm.crm), folder, failed_too=True, pace=AT_ONCE)
        assert {world.owner(a) for a in world.accounts} == {world.users[1]}
        assert twice(world) == {}
        assert listed(folder) == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault("PATCH", "composite", 429, "REQUEST_LIMIT_EXCEEDED", {"Retry-After": "0"}),
        Fault("PATCH", "composite", 403, "REQUEST_LIMIT_EXCEEDED"),
        Fault("PATCH", "composite", 503, "SERVER_UNAVAILABLE"),
        Fault("PATCH", "composite", 500, "UNKNOWN_EXCEPTION"),
        Fault("PATCH", "composite", 0),
        Fault("PATCH", "composite", 0, after=True),
        Fault("POST", "composite/sobjects/Account", 0),
        Fault("GET", "jobs/ingest", 0),
    ],
    ids=lambda f: f"{f.status}-{f.code}-{f.after}-{f.path}",
)
def test_a_busy_org_and_a_broken_line_are_got_over(
    fault: Fault, world: World, crm: StandIn, tmp_path: Path
) -> None:
    crm.faults.append(fault)
    assert go(crm, tmp_path / "p", owner_changes(world)).is_complete
    assert crm.faults == []
    assert twice(world) == {}


@pytest.mark.parametrize(
    "fault",
    [
        Fault("POST", "jobs/ingest$", 0, after=True),
        Fault("PUT", "batches", 0, after=True),
        Fault("PATCH", "jobs/ingest", 0),
        Fault("PATCH", "jobs/ingest", 0, after=True),
        Fault("PATCH", "jobs/ingest", 429, "REQUEST_LIMIT_EXCEEDED"),
        Fault("GET", "jobs/ingest/750", 0),
        Fault("GET", "failedResults", 0),
    ],
    ids=lambda f: f"{f.method}-{f.status}-{f.after}-{f.path}",
)
def test_a_line_that_breaks_in_a_job_is_got_over(
    fault: Fault, world: World, crm: StandIn, tmp_path: Path, small_bulk: None
) -> None:
    """A job that was closed before its answer was lost is waited for, and not sent again."""
    crm.faults.append(fault)
    crm.jobs.lot_s = 0.1
    assert go(crm, tmp_path / "p", owner_changes(world)).is_complete
    assert crm.faults == []
    assert twice(world) == {}
    assert all(job.state in ("JobComplete", "Aborted", "Open") for job in crm.jobs.all.values())


def test_a_refused_call_stops_the_push_and_writes_nothing(
    world: World, crm: StandIn, tmp_path: Path
) -> None:
    """A right that is missing is no row's fault: one call says so, and not one for each row."""
    crm.faults.append(Fault("PATCH", "composite", 403, "API_DISABLED_FOR_ORG"))
    with pytest.raises(CrmError, match=r"refuses the call itself.*API_DISABLED") as error:
        go(crm, tmp_path / "p", owner_changes(world))
    assert TOKEN not in str(error.value)
    assert crm.calls["PATCH composite/sobjects"] == 1
    assert go(crm, tmp_path / "p", []).is_complete
