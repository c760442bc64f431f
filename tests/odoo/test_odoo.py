"""The whole way into a real Odoo and back: 10,000 accounts, a kill, a hand edit, an undoing."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from territory_planner.crm.before_image import read_before_image
from territory_planner.crm.change import CLEAR, Change, Value
from territory_planner.crm.connect import connect
from territory_planner.crm.connector import CrmTerritory
from territory_planner.crm.credentials import secret
from territory_planner.crm.journal import NAME as JOURNAL
from territory_planner.crm.journal import read_journal
from territory_planner.crm.odoo import LEAD, Odoo
from territory_planner.crm.odoo_rpc import KEY, Line, XmlRpc
from territory_planner.crm.odoo_territory import territory_way
from territory_planner.crm.recipe import carry_on
from territory_planner.crm.rollback import rollback
from territory_planner.crm.verify import verify
from tests.acceptance.conftest import run
from tests.crm.folders import pushed
from tests.odoo.conftest import Server
from tests.odoo.world import LOUD_NAME, N_ACCOUNTS, mails, owners

pytestmark = pytest.mark.odoo


@contextmanager
def _told(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[str], None]]:
    """Give a way to print what was reached since the last time, and how long it took."""
    before = time.monotonic()

    def tell(text: str) -> None:
        nonlocal before
        now = time.monotonic()
        with capsys.disabled():
            print(f"\n  {now - before:6.1f} s  {text}", end="")  # noqa: T201
        before = time.monotonic()

    yield tell


def test_there_and_back(odoo: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pulled, planned, previewed, pushed, killed, resumed, verified, previewed again, undone."""
    project, push = tmp_path / "project", tmp_path / "push"
    before, sent = owners(odoo.rpc), mails(odoo.rpc)
    with _told(capsys) as tell:
        pulled = run("crm", "pull", "--crm", odoo.crm, project, "--json")
        assert pulled.code == 0, pulled.err
        # Odoo's own company is one too.
        assert pulled.json["accounts"] == N_ACCOUNTS + 1
        tell(f"pulled {pulled.json['accounts']:,} accounts of {pulled.json['reps']} owners")

        planned = run("plan", project, "--time-limit", "20", "--json")
        assert planned.code == 0, planned.err
        plan = project / "out" / "plan.plan"
        tell("planned, within 20 s of search")

        seen = run("crm", "preview", plan, "--crm", odoo.crm, "--json")
        assert seen.code == 0, seen.err
        counts = seen.json["counts"]
        assert counts["owners"] > 1000
        assert counts["emails"] == 0
        assert counts["territories"] == N_ACCOUNTS
        tell(f"previewed: {counts['records']:,} records, {counts['owners']:,} owners, "
             f"{counts['emails']} e-mails, {counts['api_calls']} calls")  # fmt: skip

        fields = counts["owners"] + counts["territories"]
        command = [sys.executable, "-m", "territory_planner", "crm", "push", str(plan), "--crm",
                   odoo.crm, "--folder", str(push), "--create", "--yes"]  # fmt: skip
        first = _killed(command, push, fields // 3)
        assert 0 < first < fields
        tell(f"pushed, and killed with {first:,} of {fields:,} fields in the journal")
        again = [sys.executable, "-m", "territory_planner", "crm", "resume", str(push)]
        second = _killed(again, push, 2 * fields // 3)
        assert first < second < fields
        tell(f"resumed, and killed again with {second:,} fields in the journal")

        changes, told = read_before_image(push), read_journal(push)
        edited = next(
            c for c in reversed(changes) if c.field == "user_id" and c.key not in told.sent
        )
        other = next(u for u in odoo.owner.values() if str(u) not in (edited.old, edited.new))
        odoo.rpc.call("res.partner", "write", ids=[int(edited.record_id)], vals={"user_id": other},
                      context={"tracking_disable": True,
                               "mail_auto_subscribe_no_notify": True})  # fmt: skip

        resumed = run("crm", "resume", push, "--json")
        assert resumed.code == 3
        assert resumed.json["counts"]["conflict"] == 1
        assert resumed.json["counts"]["failed"] == 0
        assert resumed.json["counts"]["pending"] == 0
        listed = _rows(push / "errors.csv")
        assert {row["record_id"] for row in listed} == {edited.record_id}
        tell(f"resumed: {resumed.json['counts']['ok']:,} ok, 1 conflict with a hand edit")

        verified = run("crm", "verify", push, "--json")
        assert verified.code == 0
        assert verified.json["mismatches"] == 0
        tell(f"verified {verified.json['written']:,} fields, 0 mismatches")

        later = run("crm", "preview", plan, "--crm", odoo.crm, "--json")
        assert later.json["counts"]["records"] == 0
        assert [f["kind"] for f in later.json["findings"] if f["kind"] == "hand edit"]
        tell("previewed again: 0 changes")

        since = run("drift", plan, "--crm", odoo.crm, "--json")
        assert since.code == 0, since.err
        assert since.json["counts"]["moved"] == 1
        assert since.json["counts"]["in place"] == counts["records"] - 1
        tell(f"drift: {since.json['counts']}")

        undone = run("crm", "rollback", push, "--yes", "--json")
        assert undone.code == 0, undone.err
        tell(f"undone: {undone.json['counts']['ok']:,} fields put back")
        assert run("crm", "verify", push).code == 0

        after = owners(odoo.rpc)
        assert {i for i in before if before[i] != after[i]} == {int(edited.record_id)}
        assert after[int(edited.record_id)] == other
        left = odoo.rpc.call("res.partner", "search_read", domain=[["x_territory", "!=", False]],
                             fields=["id"])  # fmt: skip
        assert left == []
        assert mails(odoo.rpc) == sent
        tell("compared: all as before but the hand edit; 0 e-mails")

    key = os.environ[KEY]
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or key.encode() not in path.read_bytes(), path


def test_a_wrong_key_or_database_is_told(
    odoo: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In words that say what to look at, and without the key."""
    pull = ("crm", "pull", "--crm")
    gone = run(*pull, odoo.crm.replace("crmtest", "nowhere"), tmp_path / "project")
    assert (gone.code, "no such database" in gone.err) == (2, True)
    monkeypatch.setenv(KEY, "not-the-key")
    wrong = run(*pull, odoo.crm, tmp_path / "project")
    assert (wrong.code, f"Check {KEY}" in wrong.err, "not-the-key" in wrong.err) == (2, True, False)


def test_a_server_side_dry_run_changes_nothing(odoo: Server) -> None:
    """Odoo itself says which row it would refuse, and every owner is as before."""
    crm, before = connect(odoo.crm), owners(odoo.rpc)
    some = sorted(i for i, owner in before.items() if owner)[:4]
    goals = [*map(str, list(odoo.owner.values())[-3:]), "999999"]
    changes = [
        Change("res.partner", str(i), "user_id", str(before[i]), goal)
        for i, goal in zip(some, goals, strict=True)
        if str(before[i]) != goal
    ]
    said = {r.key.record_id: r for r in crm.dry_run(changes)}
    assert said[str(some[-1])].status == "failed"
    assert "999999" in said[str(some[-1])].message or said[str(some[-1])].message
    assert {r.status for i, r in said.items() if i != str(some[-1])} == {"ok"}
    assert owners(odoo.rpc) == before


def test_a_bad_row_in_a_batch_fails_alone(odoo: Server, tmp_path: Path) -> None:
    """One unknown user refuses Odoo's whole batch; the others are written, and all put back."""
    crm, before = connect(odoo.crm), owners(odoo.rpc)
    some = sorted(i for i, owner in before.items() if owner)[10:20]
    goal = next(iter(odoo.owner.values()))
    changes = [
        Change("res.partner", str(i), "user_id", str(before[i]), str(goal))
        for i in some
        if before[i] != goal
    ]
    wrong = Change("res.partner", str(some[0] + 100), "user_id",
                   str(before[some[0] + 100]), "999999")  # fmt: skip
    gone = Change("res.partner", "99999999", "user_id", "1", str(goal))
    push = pushed(tmp_path / "push", [*changes, wrong, gone], odoo.crm)
    counts = carry_on(crm, push).counts
    assert (counts["ok"], counts["failed"]) == (len(changes), 2)
    listed = {row["record_id"]: row for row in _rows(push / "errors.csv")}
    assert listed[gone.record_id]["error_code"] == "missing"
    assert listed[wrong.record_id]["error_message"]
    rollback(crm, push)
    assert owners(odoo.rpc) == before


@pytest.mark.parametrize("way", ["field", "tag", "team"])
def test_a_territory_is_a_field_a_tag_or_a_team(odoo: Server, tmp_path: Path, way: str) -> None:
    """Each way: what is lacking is made, values are written and read back, other tags stay."""
    crm = connect(f"{odoo.crm}?territory={way}")
    wanted = [CrmTerritory("", "North", "T1"), CrmTerritory("", "South", "T2")]
    crm.create(wanted)
    assert crm.lacks(wanted) == ()
    field = crm.capabilities().territory_field
    assert field is not None
    known = {t.name: t.id for t in crm.territories()}
    one, other = (known["North"], known["South"]) if known else ("T1", "T2")
    ids = [str(i) for i in sorted(owners(odoo.rpc))[:3]]
    (vip,) = odoo.rpc.call("res.partner.category", "create", vals_list=[{"name": f"VIP {way}"}])
    odoo.rpc.call("res.partner", "write", ids=[int(i) for i in ids],
                  vals={"category_id": [[4, vip, 0]]})  # fmt: skip
    steps: list[tuple[Value, Value]] = [(CLEAR, one), (one, other), (other, CLEAR)]
    for number, (old, new) in enumerate(steps):
        changes = [Change("res.partner", i, field, old, new) for i in ids]
        push = pushed(tmp_path / f"push{number}", changes, odoo.crm)
        assert carry_on(crm, push).counts["ok"] == 3
        assert verify(crm, changes) == []
    tags = odoo.rpc.call("res.partner", "search_read", domain=[["id", "in", [int(i) for i in ids]]],
                         fields=["category_id"])  # fmt: skip
    assert all(vip in row["category_id"] for row in tags)


def test_mails_are_foretold_and_leave_only_on_request(odoo: Server, tmp_path: Path) -> None:
    """Quiet by default; with notify Odoo mails each new owner, as many as were foretold."""
    crm, before = connect(odoo.crm), owners(odoo.rpc)
    some = sorted(i for i, owner in before.items() if owner)[30:35]
    goal = list(odoo.owner.values())[7]
    changes = [
        Change("res.partner", str(i), "user_id", str(before[i]), str(goal))
        for i in some
        if before[i] != goal
    ]
    assert crm.consequences(changes).emails == 0
    foretold = crm.consequences(changes, notify=True).emails
    assert foretold == len(changes)
    sent = mails(odoo.rpc)
    push = pushed(tmp_path / "quiet", changes, odoo.crm)
    carry_on(crm, push)
    rollback(crm, push)
    assert mails(odoo.rpc) == sent
    assert {r.status for r in crm.apply(changes, notify=True)} == {"ok"}
    assert mails(odoo.rpc) - sent == foretold
    list(crm.apply([c.undone() for c in changes if c.old == changes[0].old]))


def test_no_other_field_moves(odoo: Server, tmp_path: Path) -> None:
    """Of all that Odoo keeps of an account, owner, territory and stamps alone are new."""
    crm, before = connect(odoo.crm), owners(odoo.rpc)
    crm.create([])
    ids = sorted(i for i, owner in before.items() if owner)[70:80]
    stored = odoo.rpc.call("res.partner", "fields_get", attributes=["store", "type"])
    fields = sorted(name for name, f in stored.items() if f["store"] and f["type"] != "binary")
    goal = str(list(odoo.owner.values())[11])
    changes = []
    for i in ids:
        changes.append(Change("res.partner", str(i), "x_territory", CLEAR, "T11"))
        if str(before[i]) != goal:
            changes.append(Change("res.partner", str(i), "user_id", str(before[i]), goal))
    domain = [["id", "in", ids]]
    one = odoo.rpc.call("res.partner", "search_read", domain=domain, fields=fields, load="")
    push = pushed(tmp_path / "push", changes, odoo.crm)
    assert carry_on(crm, push).counts["ok"] == len(changes)
    other = odoo.rpc.call("res.partner", "search_read", domain=domain, fields=fields, load="")
    moved = {name for a, b in zip(one, other, strict=True) for name in a if a[name] != b[name]}
    assert {"x_territory", "user_id"} <= moved
    assert moved <= {"x_territory", "user_id", "write_date", "write_uid"}
    rollback(crm, push)


def test_opportunities_are_read_and_written(odoo: Server, tmp_path: Path) -> None:
    crm = connect(odoo.crm)
    found = list(crm.opportunities())
    assert len(found) == 300
    one = next(o for o in found if o.owner_id)
    goal = next(str(u) for u in odoo.owner.values() if str(u) != one.owner_id)
    change = Change(LEAD, one.id, "user_id", one.owner_id, goal)
    push = pushed(tmp_path / "push", [change], odoo.crm)
    assert carry_on(crm, push).counts["ok"] == 1
    rollback(crm, push)
    assert next(o for o in crm.opportunities() if o.id == one.id).owner_id == one.owner_id


@pytest.mark.filterwarnings("ignore")
def test_xml_rpc_does_the_same(odoo: Server, tmp_path: Path) -> None:
    """The way for versions below 19 is still there in 19, and pushes, reads and undoes as well."""
    rpc = XmlRpc(Line(odoo.url), "crmtest", "admin", secret(KEY), 19)
    crm, before = Odoo(rpc, territory_way("none", rpc)), owners(odoo.rpc)
    assert len(list(crm.accounts())) == len(before)
    some = sorted(i for i, owner in before.items() if owner)[50:55]
    goal = list(odoo.owner.values())[9]
    changes = [
        Change("res.partner", str(i), "user_id", str(before[i]), str(goal))
        for i in some
        if before[i] != goal
    ]
    wrong = Change("res.partner", str(some[0] + 50), "user_id",
                   str(before[some[0] + 50]), "999999")  # fmt: skip
    refused = [r.key.record_id for r in crm.dry_run([*changes, wrong]) if r.status != "ok"]
    assert refused == [wrong.record_id]
    push = pushed(tmp_path / "push", [*changes, wrong], odoo.crm)
    assert carry_on(crm, push).counts == {"ok": len(changes), "failed": 1, "conflict": 0,
                                          "skipped": 0, "pending": 0}  # fmt: skip
    rollback(crm, push)
    assert owners(odoo.rpc) == before


def test_hostile_names_are_data(odoo: Server, tmp_path: Path) -> None:
    """A name that is a formula and a script is pulled as a harmless text."""
    assert run("crm", "pull", "--crm", odoo.crm, tmp_path / "project").code == 0
    names = {row["name"] for row in _rows(tmp_path / "project" / "accounts.csv")}
    assert f"'{LOUD_NAME}" in names
    assert not [name for name in names if name.startswith(("=", "+", "-", "@"))]


def _killed(command: list[str], push: Path, fields: int) -> int:
    """Run a command until its journal tells of so many fields, kill it, and return how many."""
    working = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while working.poll() is None and _lines(push / JOURNAL) < fields:
        time.sleep(0.02)
    working.send_signal(signal.SIGKILL)
    assert working.wait() == -signal.SIGKILL
    return len(read_journal(push).results)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0
