"""The stand-in is no dream of ours: jsforce, Salesforce's own client, sees the same in it.

Both clients do the same to two orgs that are alike, and must agree on what was taken, what was
refused and why, and what the org holds in the end.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from territory_planner.crm.cells import as_csv
from territory_planner.crm.connect import connect
from territory_planner.crm.recipe import carry_on
from territory_planner.crm.salesforce_load import Load, loaded
from territory_planner.crm.salesforce_wire import Wire
from tests.crm.folders import AT_ONCE, pushed
from tests.salesforce.org import LINK, Org
from tests.salesforce.stand_in import TOKEN, StandIn, standing_in
from tests.salesforce.test_push import listed, plant
from tests.salesforce.worlds import World, make_world, owner_changes

pytestmark = pytest.mark.npm
CACHE = "TERRITORY_PLANNER_NPM"
"""Names a folder that is kept, so that the packages are fetched once."""
HERE = Path(__file__).parent
Ask = Callable[..., Any]


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Fetch jsforce into a folder outside the repository."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("NOT RUN with jsforce: there is no node or npm on this machine")
    kept = os.environ.get(CACHE)
    there = Path(kept or tempfile.mkdtemp(prefix="jsforce-"))
    there.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "second_client.mjs"):
        shutil.copy(HERE / name, there / name)
    wanted, installed = there / "package.json", there / "installed.json"
    if not installed.exists() or installed.read_bytes() != wanted.read_bytes():
        command = ["npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit",
                   "--no-fund"]  # fmt: skip
        done = subprocess.run(command, cwd=there, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.fail(f"npm could not fetch jsforce: {done.stderr.strip()[-1000:]}")
        shutil.copy(wanted, installed)
    yield there
    if not kept:
        shutil.rmtree(there, ignore_errors=True)


@pytest.fixture
def second(folder: Path) -> Callable[[StandIn], Ask]:
    """Give a way to let jsforce do something with a stand-in."""

    def of(crm: StandIn) -> Ask:
        def ask(way: str, **told: Any) -> Any:
            said = json.dumps({"url": crm.url, "token": TOKEN, "way": way, **told})
            done = subprocess.run(["node", "second_client.mjs"], cwd=folder, input=said, text=True,
                                  capture_output=True, check=False, timeout=120)  # fmt: skip
            assert done.returncode == 0, done.stderr
            answer = json.loads(done.stdout.strip().splitlines()[-1])
            assert "error" not in answer, answer["error"]
            return answer["answer"]

        return ask

    return of


@pytest.fixture
def pair() -> Iterator[tuple[tuple[World, StandIn], tuple[World, StandIn]]]:
    """Serve two orgs that are alike."""
    one, other = make_world(12_000), make_world(12_000)
    with (
        standing_in(one.org, one.users[3]) as first,
        standing_in(other.org, other.users[3]) as second_one,
    ):
        yield (one, first), (other, second_one)


def holds(org: Org) -> dict[str, Any]:
    """Return what an org holds, but for when it was written."""
    return {
        kind: {i: {n: v for n, v in row.items() if n != "SystemModstamp"} for i, row in t.items()}
        for kind, t in org.tables.items()
    }


def test_both_clients_load_the_same_rows_and_agree_on_the_failures(
    pair: tuple[tuple[World, StandIn], tuple[World, StandIn]],
    second: Callable[[StandIn], Ask],
    tmp_path: Path,
) -> None:
    """12,000 rows through Bulk API 2.0, of which 1% fail in five ways."""
    (world, crm), (twin, other) = pair
    for each in (world, twin):
        plant(each, each.accounts[::100])
    changes = owner_changes(world)
    done = carry_on(connect(crm.crm), pushed(tmp_path / "p", changes, crm.crm), pace=AT_ONCE)
    assert done.counts["failed"] == 120
    ours = {row["record_id"]: row["error_code"] for row in listed(tmp_path / "p")}

    rows = [[change.record_id, str(change.new)] for change in changes]
    found = second(other)("bulk", object="Account", operation="update",
                          csv=as_csv([["Id", "OwnerId"], *rows]))  # fmt: skip
    assert found["left"] == 0
    assert {row["Id"]: row["sf__Error"].partition(":")[0] for row in found["refused"]} == ours
    assert set(found["taken"]) == set(world.accounts) - set(ours)
    assert holds(world.org) == holds(twin.org)


def test_both_clients_link_and_unlink_territories_alike(
    pair: tuple[tuple[World, StandIn], tuple[World, StandIn]],
    second: Callable[[StandIn], Ask],
) -> None:
    """Rows are inserted and deleted, by jobs and by collections; a second one is refused."""
    (world, crm), (twin, other) = pair
    ask, wire = second(other), Wire(crm.url)
    columns = ("ObjectId", "Territory2Id", "AssociationCause")
    some = [(a, world.territories[1], "Territory2Manual") for a in world.accounts[:2500]]
    some.append((world.accounts[2600], world.territories[0], "Territory2Manual"))
    rows = [dict(zip(columns, row, strict=True)) for row in some]
    ours = loaded(wire, Load(LINK, "insert", columns, rows, columns[:2]))
    assert len(crm.jobs.all) == 1
    text = as_csv([columns, *some])
    theirs = ask("bulk", object=LINK, operation="insert", csv=text)
    refused = {(r["ObjectId"][:15], r["Territory2Id"][:15]) for r in theirs["refused"]}
    assert refused == {key for key, told in ours.items() if told.status != "ok"}
    assert len(refused) == 1

    again = [dict(zip(columns, row, strict=True)) for row in some[:3]]
    for answer in ask("create", object=LINK, records=again):
        assert answer["errors"][0]["statusCode"] == "DUPLICATE_VALUE"
    said = loaded(wire, Load(LINK, "insert", columns, again, columns[:2]))
    assert {told.code for told in said.values()} == {"DUPLICATE_VALUE"}

    old = [row["Id"] for row in twin.org.rows(LINK)[:5]]
    assert all(answer["success"] for answer in ask("destroy", object=LINK, ids=old))
    said = loaded(wire, Load(LINK, "delete", ("Id",), [{"Id": i} for i in old]))
    assert {told.status for told in said.values()} == {"ok"}
    soql = "SELECT Id, ObjectId FROM ObjectTerritory2Association ORDER BY Id"
    seen = [row["Id"] for row in ask("query", soql=soql)]
    assert seen == [row["Id"] for row in wire.rows(soql)]
    assert len(seen) > 10_000


def test_both_clients_are_refused_alike_by_collections(
    pair: tuple[tuple[World, StandIn], tuple[World, StandIn]],
    second: Callable[[StandIn], Ask],
) -> None:
    """Row by row as a rule; with ``allOrNone`` nothing is taken for the sake of one bad row."""
    (world, crm), (_, other) = pair
    ask, wire = second(other), Wire(crm.url)
    rows = [{"Id": a, "OwnerId": world.users[1]} for a in world.accounts[:3]]
    rows[1]["OwnerId"] = world.gone
    ours = loaded(wire, Load("Account", "update", ("Id", "OwnerId"), rows))
    theirs = ask("update", object="Account", records=rows, allOrNone=False)
    assert [answer["success"] for answer in theirs] == [True, False, True]
    assert [ours[(row["Id"][:15],)].status == "ok" for row in rows] == [True, False, True]
    assert theirs[1]["errors"][0]["statusCode"] == "INACTIVE_OWNER_OR_USER"

    rows = [{"Id": row["Id"], "OwnerId": owner} for row, owner in
            zip(rows, (world.users[2], world.gone, world.users[2]), strict=True)]  # fmt: skip
    before = holds(other.org)
    theirs = ask("update", object="Account", records=rows, allOrNone=True)
    assert [answer["success"] for answer in theirs] == [False, False, False]
    assert holds(other.org) == before


def test_line_ends_and_empty_cells_mean_the_same_to_both(
    pair: tuple[tuple[World, StandIn], tuple[World, StandIn]],
    second: Callable[[StandIn], Ask],
) -> None:
    """``#N/A`` empties a field, an empty cell leaves it; CRLF must have been announced."""
    _, (twin, other) = pair
    ask = second(other)
    table, one, two = twin.org.table("Account"), twin.accounts[0], twin.accounts[1]
    for account in (one, two):
        table[account[:15]]["Sales_Territory__c"] = "West"
    head = "Id,OwnerId,Sales_Territory__c"
    lines = [head, f"{one},,#N/A", f"{two},{twin.users[1]},", ""]
    ask("bulk", object="Account", operation="update", csv="\n".join(lines))
    assert [table[a[:15]]["Sales_Territory__c"] for a in (one, two)] == [None, "West"]
    assert [twin.owner(a) for a in (one, two)] == list(twin.users[:2])
    said = ask("bulk", object="Account", operation="update", csv="\r\n".join(lines),
               lineEnding="CRLF")  # fmt: skip
    assert len(said["taken"]) == 2
    with pytest.raises(AssertionError, match="LineEnding is invalid"):
        ask("bulk", object="Account", operation="update", csv="\r\n".join(lines))
