"""What is read from Salesforce, what a push would cause there, and what never reaches it."""

from __future__ import annotations

import csv
import io
import os
import ssl
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territory_planner.crm.change import CLEAR, Change, is_half_done, members, set_of
from territory_planner.crm.connect import connect
from territory_planner.crm.connector import (
    BusyError,
    CrmError,
    CrmTerritory,
    LostError,
    RefusedError,
)
from territory_planner.crm.salesforce_bulk import parts, wait_for_jobs
from territory_planner.crm.salesforce_load import Load, loaded
from territory_planner.crm.salesforce_soql import equal, of, select
from territory_planner.crm.salesforce_wire import CLIENT, CLIENT_SECRET, HostSession, Wire
from territory_planner.crm.salesforce_wire import TOKEN as KEY
from territory_planner.errors import InputError
from territory_planner.intake.owners import long_id
from tests.acceptance.conftest import run
from tests.crm.test_security import served
from tests.salesforce import stand_in
from tests.salesforce.org import sf_id
from tests.salesforce.soql import answer
from tests.salesforce.stand_in import TOKEN, Fault, StandIn, standing_in
from tests.salesforce.test_push import both, go
from tests.salesforce.worlds import (
    HOSTILE,
    World,
    make_world,
    owner_changes,
    territory_changes,
)


def test_ids_of_the_stand_in_are_formed_as_salesforce_forms_them() -> None:
    """Its sums are those that 15 characters are read with."""
    for number in (1, 61, 5000, 123_456_789):
        assert long_id(sf_id("Account", number)[:15]) == sf_id("Account", number)


def test_accounts_users_and_opportunities_are_read_page_by_page(tmp_path: Path) -> None:
    """Pages of 2,000, codes of states where the org has them, and closed business left out."""
    world = make_world(4_500)
    first = world.org.table("Account")[world.accounts[0][:15]]
    first |= {"BillingLatitude": 39.7, "BillingLongitude": -104.9, "ParentId": world.accounts[1]}
    for is_closed in (False, True):
        world.org.add("Opportunity", Name="Deal", AccountId=world.accounts[0], Amount=12.5,
                      OwnerId=world.users[0], StageName="Proposal", CloseDate="2027-03-01",
                      IsClosed=is_closed)  # fmt: skip
    with standing_in(world.org, world.users[3]) as crm:
        connector = connect(crm.crm)
        found = list(connector.accounts())
        assert len(found) == len({account.id for account in found}) == 4_500
        assert (found[0].latitude, found[0].parent_id) == (39.7, world.accounts[1])
        assert found[0].territory == world.territories[0]
        assert (found[1].state, found[1].country) == ("CO", "US")
        assert [(o.amount, o.stage) for o in connector.opportunities()] == [(12.5, "Proposal")]
        users = {user.id: user.active for user in connector.users()}
        assert users == dict.fromkeys(world.users, True) | {world.gone: False}
        for row in world.org.rows("Account"):
            row |= {"BillingStateCode": "XX", "BillingCountryCode": "YY"}
        assert next(connector.accounts()).state == "XX"


def test_records_are_read_by_id_and_what_is_not_there_is_left_out(
    world: World, crm: StandIn
) -> None:
    """15 and 18 characters, deleted records, and texts that are no ids, which are never sent."""
    connector = connect(crm.crm)
    one, two, gone = world.accounts[:3]
    world.org.table("Account")[gone[:15]]["IsDeleted"] = True
    ids = [one, two[:15], gone, HOSTILE, sf_id("Account", 999), "x' OR Id != '"]
    found = {r.id: r for r in connector.read("Account", ids, ["OwnerId", "Territory2Id", "Fax"])}
    assert set(found) == {one, two[:15]}
    assert found[one].fields == {"OwnerId": world.users[0], "Territory2Id": world.territories[0]}
    assert list(connector.read("Account WHERE", [one], ["OwnerId"])) == []
    everything = list(connector.read("Account", None, ["Territory2Id"]))
    assert len(everything) == len(world.accounts) - 1
    assert not any("OR Id" in query or "O'Brien" in query for query in crm.queries)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_a_name_in_a_query_is_data(text: str) -> None:
    """Whatever stands in it, a query finds the one record that is called so."""
    world = make_world(1)
    world.org.table("Account")[world.accounts[0][:15]]["Name"] = text
    other = world.org.add("Account", **{**world.org.rows("Account")[0], "Name": f"{text}x"})
    found = answer(world.org, select(("Id",), "Account", equal("Name", text)))
    assert [row["Id"] for row in found] == [world.accounts[0]]
    assert other not in [row["Id"] for row in found]


@pytest.mark.parametrize("bad", ["x' OR Name != '", "001Hs0000000001IA'", "", "001Hs0000000001\n"])
def test_what_is_no_id_or_name_makes_no_query(bad: str) -> None:
    with pytest.raises(ValueError, match="is no id"):
        of("Id", [bad])
    with pytest.raises(ValueError, match="is no name"):
        select(("Id",), f"Account {bad}")


def test_hostile_names_are_data(tmp_path: Path) -> None:
    """In a page, in a list, in the results of a job, and never in a query."""
    world = make_world(8, HOSTILE + " {}")
    with standing_in(world.org, world.users[3]) as crm:
        connector = connect(crm.crm)
        names = {account.name for account in connector.accounts()}
        assert names == {f"{HOSTILE} {i}" for i in range(8)}
        row = {"Id": world.accounts[0], "Sales_Territory__c": f"{HOSTILE}é"}
        load = Load("Account", "update", ("Id", "Sales_Territory__c"), [row] * 2500)
        said = loaded(Wire(crm.url), load)
        assert said[(world.accounts[0][:15],)].status == "ok"
        held = world.org.table("Account")[world.accounts[0][:15]]["Sales_Territory__c"]
        assert held == f"{HOSTILE}é"
        with pytest.raises(InputError, match="no model is called"):
            connect(f"{crm.crm}?model=x%27%20OR%20Name%20!=%20%27")
        assert not any("OR Name" in query for query in crm.queries)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"record_id": "001'); DROP"}, "no id of Salesforce"),
        ({"new": CLEAR}, "always have an owner"),
        ({"new": "00GHs0000000001AAA"}, "no id of a user"),
        ({"field": "Name"}, "not ours to write"),
        ({"object": "User"}, "not ours to write"),
        ({"field": "Territory2Id", "new": "T2"}, "no id of a territory"),
    ],
)
def test_a_change_that_cannot_be_right_is_not_sent(
    changed: dict[str, Any], why: str, world: World, crm: StandIn
) -> None:
    """A connector writes owners and territories, and nothing else."""
    connector = connect(crm.crm)
    change = replace(owner_changes(world, 1)[0], **changed)
    (said,) = connector.dry_run([change])
    (result,) = connector.apply([change])
    assert said.status == result.status == "failed"
    assert why in said.message
    assert why in result.message
    assert not any(call.startswith(("PATCH", "POST comp", "PUT")) for call in crm.calls)
    assert world.org.writes == Counter()


def test_the_text_that_empties_a_field_is_refused(world: World, crm: StandIn) -> None:
    connector = connect(f"{crm.crm}?territory=Sales_Territory__c")
    change = Change("Account", world.accounts[0], "Sales_Territory__c", CLEAR, "#N/A")
    (result,) = connector.apply([change])
    assert "would empty" in result.message


def test_the_consequences_of_another_owner_are_counted_and_told(world: World, crm: StandIn) -> None:
    """Teams that would go, rows of rules that would stay, and what runs for each record."""
    for account in (*world.accounts[:3], world.accounts[0]):
        world.org.add("AccountTeamMember", AccountId=account)
    world.org.link(world.accounts[0], world.territories[1], "Territory2AssignmentRule")
    world.org.add("ApexTrigger", Status="Active", TableEnumOrId="Account")
    world.org.add("ApexTrigger", Status="Inactive", TableEnumOrId="Account")
    world.org.add("FlowDefinitionView", IsActive=True, TriggerObjectOrEventLabel="Account")
    connector = connect(crm.crm)
    changes = [*owner_changes(world, 2), *territory_changes(world, 2)]
    told = connector.consequences(changes, notify=True)
    text = "\n".join(told.warnings)
    assert (told.emails, told.team_deletions) == (0, 2)
    assert "3 members of 2 teams go" in text
    assert "Opportunities, contacts and cases of these accounts keep their owner" in text
    assert "1 rows that assignment rules made" in text
    assert "1 Apex triggers and 1 record-triggered flows run for each record" in text
    assert connector.consequences(territory_changes(world, 2)).team_deletions == 0
    world.org.unknown |= {"AccountTeamMember", "ApexTrigger"}
    text = "\n".join(connector.consequences(changes).warnings)
    assert "Account teams could not be counted (INVALID_TYPE)" in text
    assert "Apex triggers that could not be counted" in text


@pytest.mark.parametrize("n", [150, 2_500])
def test_about_as_many_calls_are_made_as_were_told(n: int, tmp_path: Path) -> None:
    world = make_world(n)
    with standing_in(world.org, world.users[3]) as crm:
        told = connect(crm.crm).consequences(both(world)).api_calls
        crm.calls.clear()
        assert go(crm, tmp_path / "p", both(world)).is_complete
        assert 0.5 * told <= crm.calls.total() <= 1.5 * told


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ("?territory=Name", "territory=Name is not known"),
        ("?territory=A__c,Name__c", "is not known"),
        ("?model=FY99", "no model is called FY99.*FY26 .Active., FY27 .Planning."),
    ],
)
def test_ways_and_models_that_are_not_there_are_refused(
    options: str, why: str, crm: StandIn
) -> None:
    with pytest.raises(InputError, match=why):
        connect(crm.crm + options)


def test_a_model_is_chosen_and_an_org_without_territories_says_so(
    world: World, crm: StandIn
) -> None:
    connector = connect(f"{crm.crm}?model=FY27")
    assert {t.id for t in connector.territories()} == set(world.territories[2:])
    missing = connector.lacks([CrmTerritory("", "Territory 1", "T1"), CrmTerritory("", "X", "T9")])
    assert len(missing) == 1
    assert "territory X of the model FY27" in missing[0]
    assert connector.create([CrmTerritory("", "X", "T9")]) == ()
    for model in world.org.rows("Territory2Model"):
        model["State"] = "Archived"
    with pytest.raises(InputError, match="no model is active"):
        connect(crm.crm)
    world.org.unknown.add("Territory2Model")
    with pytest.raises(InputError, match=r"no Sales Territories.*territory=none"):
        connect(crm.crm)
    alone = connect(f"{crm.crm}?territory=none")
    assert alone.capabilities().territory_field is None
    assert next(alone.accounts()).territory == ""


def test_credentials_come_from_the_environment_alone(
    crm: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEY)
    with pytest.raises(InputError) as error:
        connect(crm.crm)
    for name in (KEY, CLIENT, CLIENT_SECRET):
        assert name in str(error.value)


def test_a_client_gets_a_token_and_another_when_it_has_expired(
    world: World, crm: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OAuth 2.0 client credentials; without them an expired token is told, and not repeated."""
    connector = connect(crm.crm)
    crm.tokens.clear()
    with pytest.raises(CrmError, match=f"Put a new one into {KEY}") as error:
        list(connector.users())
    assert TOKEN not in str(error.value)
    monkeypatch.delenv(KEY)
    monkeypatch.setenv(CLIENT, stand_in.CLIENT)
    monkeypatch.setenv(CLIENT_SECRET, "false")
    with pytest.raises(CrmError, match=r"gives no token \(invalid_client\)"):
        connect(crm.crm)
    monkeypatch.setenv(CLIENT_SECRET, stand_in.CLIENT_SECRET)
    connector = connect(crm.crm)
    assert len(list(connector.users())) == 5
    crm.tokens.clear()
    assert len(list(connector.users())) == 5


@pytest.mark.parametrize(
    ("fault", "kind", "why"),
    [
        (Fault("GET", "query", 429, "", {"Retry-After": "7"}), BusyError, "429"),
        (Fault("GET", "query", 403, "REQUEST_LIMIT_EXCEEDED"), BusyError, "REQUEST_LIMIT"),
        (Fault("GET", "query", 400, "UNABLE_TO_LOCK_ROW"), BusyError, "UNABLE_TO_LOCK_ROW"),
        (Fault("GET", "query", 503), BusyError, "503"),
        (Fault("GET", "query", 500, "UNKNOWN_EXCEPTION"), LostError, "500"),
        (Fault("GET", "query", 403, "INSUFFICIENT_ACCESS"), RefusedError, "INSUFFICIENT"),
        (Fault("GET", "query", 302, headers={"Location": "https://e.example"}), CrmError, "not "),
        (Fault("GET", "query", 0), LostError, "broke"),
    ],
    ids=lambda value: value.code or str(value.status) if isinstance(value, Fault) else None,
)
def test_what_salesforce_answers_is_told_apart(
    fault: Fault, kind: type[CrmError], why: str, crm: StandIn
) -> None:
    """The token, which the stand-in repeats in every refusal, is in none of our messages."""
    wire = Wire(crm.url)
    # A question is asked once more when the line breaks.
    crm.faults += [fault, fault]
    with pytest.raises(kind, match=why) as error:
        list(wire.rows("SELECT Id FROM User"))
    assert TOKEN not in str(error.value)
    if fault.headers.get("Retry-After"):
        assert isinstance(error.value, BusyError)
        assert error.value.retry_after_s == 7.0


def test_a_host_that_is_not_there_is_busy_and_one_that_is_no_org_says_so(crm: StandIn) -> None:
    with served(200, {}) as port:
        wire = Wire(f"http://127.0.0.1:{port}")
        with pytest.raises(CrmError, match="not Salesforce's"):
            list(wire.rows("SELECT Id FROM User"))
    with pytest.raises(BusyError, match="cannot be reached"):
        wire.ask("query", q="x")


def test_the_token_goes_to_no_other_host(crm: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not after an address that is sent to us, and no password of a file takes its place."""
    session = HostSession(crm.url)
    for url in ("https://elsewhere.example", f"https://127.0.0.1:{crm.port}@e.example/", crm.url):
        with pytest.raises(CrmError, match="another host"):
            session.request("GET", url)
    wire = Wire(crm.url)
    page = {"records": [], "done": False, "nextRecordsUrl": "@elsewhere.example/x"}
    monkeypatch.setattr("simple_salesforce.api.Salesforce.query", lambda *_: page)
    with pytest.raises(CrmError, match="another host"):
        list(wire.rows("SELECT Id FROM User"))


def test_a_password_of_netrc_does_not_take_the_tokens_place(
    crm: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "netrc"
    path.write_text("machine 127.0.0.1 login me password secret\n", encoding="utf-8")
    path.chmod(0o600)
    monkeypatch.setenv("NETRC", str(path))
    session = HostSession(crm.url)
    session.trust_env = True
    url = f"https://127.0.0.1:{crm.port}/services/data/v62.0/"
    answer = session.request("GET", url, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
               "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key),
               "-out", str(certificate)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with served(tls=tls) as port, pytest.raises(CrmError, match="not who it says it is"):
        connect(f"salesforce+https://127.0.0.1:{port}")


def test_without_its_library_the_remedy_is_told(
    crm: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "territory_planner.crm.salesforce_wire")
    monkeypatch.setitem(sys.modules, "simple_salesforce", None)
    monkeypatch.setitem(sys.modules, "simple_salesforce.api", None)
    with pytest.raises(InputError, match=r"pip install 'territory-planner\[salesforce\]'"):
        connect(crm.crm)


def test_a_job_of_the_same_user_is_waited_for_and_named_when_it_does_not_end(
    world: World, crm: StandIn
) -> None:
    """Somebody else's jobs, and those that were never closed, are no matter."""
    crm.jobs.go.clear()
    kinds = ("Account", "Opportunity")
    wire = Wire(crm.url)
    jobs = {
        user: crm.jobs.create(user, {"operation": "update", "object": "Account"})
        for user in world.users[2:]
    }
    crm.jobs.create(world.users[3], {"operation": "update", "object": "Account"})
    crm.jobs.fill(jobs[world.users[2]], b"Id,OwnerId\n")
    crm.jobs.set_state(jobs[world.users[2]], "UploadComplete")
    assert wait_for_jobs(wire, kinds, world.users[3], lambda _: None) == 0
    mine = jobs[world.users[3]]
    crm.jobs.fill(mine, b"Id,OwnerId\n")
    crm.jobs.set_state(mine, "UploadComplete")
    with pytest.raises(LostError, match=f"{mine.id}.*10 minutes.*Bulk Data Load Jobs"):
        wait_for_jobs(wire, kinds, world.users[3], lambda _: None)
    crm.jobs.go.set()
    assert wait_for_jobs(wire, kinds, world.users[3]) <= 1
    assert mine.state == "JobComplete"


def test_http_is_for_this_machine_alone() -> None:
    with pytest.raises(InputError, match="http is for this machine alone"):
        connect("salesforce+http://name.my.salesforce.com")


@given(st.lists(st.text(max_size=40), max_size=30), st.integers(80, 300))
def test_files_are_split_below_what_a_job_takes(texts: list[str], most: int) -> None:
    """Each file has the header, none is too large unless one row is, and no row is lost."""
    rows = [{"Id": f"{i}", "Name": text or CLEAR} for i, text in enumerate(texts)]
    load = Load("Account", "update", ("Id", "Name"), rows)
    files = list(parts(load, most))
    assert "".join(file.removeprefix("Id,Name\n") for file in files) == "".join(
        file.removeprefix("Id,Name\n") for file in parts(load)
    )
    for file in files:
        assert file.startswith("Id,Name\n")
        n_rows = sum(1 for _ in csv.reader(io.StringIO(file, newline=""))) - 1
        assert len(file.encode()) <= most or n_rows == 1


sets = st.sets(st.sampled_from("abcd")).map(set_of)


@given(sets, sets, sets)
def test_a_set_is_half_done_only_on_its_way(old: Any, new: Any, held: Any) -> None:
    """What is half done holds nothing but old and new, and all of one of them."""
    if old == new:
        return
    change = Change("Account", "1", "Territory2Id", old, new)
    if is_half_done(change, held):
        assert held not in (old, new)
        assert members(held) <= members(old) | members(new)
        assert is_half_done(change.undone(), held)


def test_from_the_org_and_back_on_the_command_line(tmp_path: Path) -> None:
    """Pulled, planned, previewed, pushed, verified and undone; the token is in no file."""
    world = make_world(40)
    cities = (("80202", "Denver", "CO"), ("60601", "Chicago", "IL"))
    for i, row in enumerate(world.org.rows("Account")):
        code, city, state = cities[i % 2]
        row |= {"BillingPostalCode": code, "BillingCity": city, "BillingState": state,
                "OwnerId": world.users[0 if i < 28 else 1],
                "BillingLatitude": 40.0 + i / 100, "BillingLongitude": -100.0 + i / 50}  # fmt: skip
    before = {a: world.owner(a) for a in world.accounts}
    with standing_in(world.org, world.users[3]) as crm:
        project, push = tmp_path / "project", tmp_path / "push"
        pulled = run("crm", "pull", "--crm", crm.crm, project, "--json")
        assert pulled.code == 0, pulled.err
        assert (pulled.json["accounts"], pulled.json["reps"]) == (40, 2)
        planned = run("plan", project, "--time-limit", "3")
        assert planned.code == 0, planned.err
        plan = project / "out" / "plan.plan"
        seen = run("crm", "preview", plan, "--crm", crm.crm, "--no-territories")
        assert "deletes the account's team" in seen.out
        done = run("crm", "push", plan, "--crm", crm.crm, "--no-territories", "--yes",
                   "--folder", push, "--json")  # fmt: skip
        assert done.code == 0, done.err
        assert done.json["counts"]["ok"] > 0
        assert {a for a in before if before[a] != world.owner(a)}
        assert run("crm", "verify", push).code == 0
        assert run("crm", "rollback", push, "--yes").code == 0
        assert before == {a: world.owner(a) for a in world.accounts}
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or os.environ[KEY].encode() not in path.read_bytes(), path
