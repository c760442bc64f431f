"""HubSpot's connector under the engine: pushed, refused in part, killed, verified, undone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from territory_planner.crm.change import CLEAR, Change
from territory_planner.crm.connect import connect
from territory_planner.crm.connector import CrmError, RefusedError
from territory_planner.crm.credentials import Secret
from territory_planner.crm.field import drift_in
from territory_planner.crm.hubspot import HubSpot
from territory_planner.crm.hubspot_api import KEY, Api
from territory_planner.crm.hubspot_property import TerritoryProperty
from territory_planner.crm.journal import read_journal
from territory_planner.crm.odoo_rpc import Line
from territory_planner.crm.pace import Pace
from territory_planner.crm.push_folder import Order, start_push
from territory_planner.crm.recipe import begin, carry_on, look, progress_of, read_back
from territory_planner.crm.rollback import rollback
from territory_planner.domain.alignment import Alignment, accounts_as_units
from territory_planner.domain.plan import Plan
from territory_planner.domain.units import Accounts
from territory_planner.errors import InputError
from territory_planner.store.plan_file import save_plan
from tests.acceptance.conftest import run
from tests.hubspot.stand_in import TOKEN, Account, RefusalError, served, world
from tests.salesops.plans import colorado


@pytest.fixture
def account() -> Account:
    """Return an account of 250 companies: three batches."""
    return world(250)


@pytest.fixture
def url(account: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the account, with its token in the environment."""
    monkeypatch.setenv(KEY, TOKEN)
    with served(account) as address:
        yield f"hubspot+{address}"


def changes(n: int = 250, to: str = "72") -> list[Change]:
    """Return a change of the owner and of the territory of each of the first companies."""
    return [
        change
        for i in range(n)
        for change in (
            Change("companies", str(1001 + i), "hubspot_owner_id", "71", to),
            Change("companies", str(1001 + i), "territory", CLEAR, "T2"),
        )
    ]


def pushed(folder: Path, url: str, n: int = 250) -> Path:
    """Make the folder of a push, of which nothing is written yet."""
    start_push(folder, Order(url), changes(n), "2027-01-01T00:00:00+00:00")
    return folder


def patient(url: str, waited: list[float]) -> HubSpot:
    """Return a connector that notes its waits instead of sleeping."""
    api = Api(Line(url.removeprefix("hubspot+")), Secret(TOKEN), sleep=waited.append)
    return HubSpot(api, TerritoryProperty(api, "territory"))


def plan_of(n: int) -> Plan:
    """Return a plan of so many companies, all of them owner 71's today and 72's in it."""
    plan = colorado()
    problem = accounts_as_units(plan.problem)
    t1, t2, _ = problem.territories
    one = replace(t1, rep_id="71", email="o71@example.com")
    two = replace(t2, rep_id="72", email="o72@example.com")
    ids = np.array([str(1001 + i) for i in range(n)])
    xy = np.repeat(problem.units.xy[:1], n, axis=0)
    rows = np.arange(n, dtype=np.int32)
    none = np.full(n, -1)
    problem = replace(
        problem,
        territories=(one, two),
        target=problem.target[:2],
        units=replace(problem.units, ids=ids, xy=xy, named=np.ones(n, dtype=np.bool_)),
        accounts=Accounts(
            ids, np.array([f"Company {i}" for i in range(n)]), rows, xy, np.ones((n, 2)),
            np.zeros(n, dtype=np.int32), np.full(n, "coordinates"),
        ),
        locked=none,
        group=none,
        skill_class=np.zeros(n, dtype=np.int32),
    )  # fmt: skip
    return replace(plan, problem=problem, alignment=Alignment(np.ones(n, dtype=np.int32)))


def test_a_plan_goes_there_and_back(account: Account, url: str, tmp_path: Path) -> None:
    """Preview, push, verify, a second preview without changes, and rollback to what it was."""
    plan, before = plan_of(250), json.dumps(account.objects, sort_keys=True)
    crm = connect(url)
    seen = look(plan, crm)
    assert seen.changes.records == 250
    folder = tmp_path / "push"
    begin(seen, plan, url, folder)
    assert carry_on(crm, folder).counts["ok"] == 500
    assert account.calls["update"] == 3
    assert read_back(crm, folder) == (500, [])
    assert not look(plan, connect(url)).changes.changes
    assert drift_in(plan, connect(url)).counts["in place"] == 250
    undo = rollback(crm, folder)
    assert progress_of(undo).is_complete
    for row in account.objects["companies"].values():
        row.pop("_stamp")
        # An empty text stands for nothing in HubSpot.
        if not row["territory"]:
            del row["territory"]
    assert json.dumps(account.objects, sort_keys=True) == before


def test_a_207_is_told_row_by_row(account: Account, url: str, tmp_path: Path) -> None:
    """Failed rows are known by their trace id, with HubSpot's words; all others are written."""
    account.planted = {"1005": "Validation rule: owner is frozen", "1120": "Locked by a rule"}
    del account.objects["companies"]["1250"]
    folder = pushed(tmp_path / "push", url)
    done = carry_on(connect(url), folder)
    assert done.counts["ok"] == 494
    assert done.codes == {"VALIDATION_ERROR": 4, "missing": 2}
    results = read_journal(folder).results
    told = {key[1]: r.message for key, r in results.items() if r.status == "failed"}
    assert told["1005"] == "Validation rule: owner is frozen"
    assert told["1120"] == "Locked by a rule"
    assert account.objects["companies"]["1005"]["hubspot_owner_id"] == "71"
    assert account.calls["update"] == 3
    account.planted.clear()
    assert carry_on(connect(url), folder, failed_too=True).counts["ok"] == 498


def test_a_call_refused_whole_is_halved(account: Account, url: str, tmp_path: Path) -> None:
    """Where HubSpot answers 400 for a bad row, the others are written nevertheless."""
    account.atomic, account.planted = True, {"1005": "Validation rule: owner is frozen"}
    folder = pushed(tmp_path / "push", url, 16)
    done = carry_on(connect(url), folder)
    assert (done.counts["ok"], done.codes) == (30, {"VALIDATION_ERROR": 2})
    assert set(account.writes.values()) == {1}


def test_too_many_calls_are_waited_for(account: Account, url: str) -> None:
    """A question waits as long as Retry-After says, or the ten seconds that HubSpot counts over."""
    waited: list[float] = []
    crm = patient(url, waited)
    account.busy = ["3", None]
    assert len(list(crm.accounts())) == 250
    assert waited == [3.0, 10.0]


def test_a_busy_write_is_sent_again(account: Account, url: str, tmp_path: Path) -> None:
    """A 429 wrote nothing: the batch is looked at and sent once more, and each row written once."""
    folder = pushed(tmp_path / "push", url, 150)
    waited: list[float] = []
    crm = patient(url, waited)
    update = crm._api.write

    def busy_once(way: str, path: str, body: object) -> object:
        if not account.calls["429"]:
            account.busy = ["0"]
        return update(way, path, body)  # type: ignore[arg-type]

    crm._api.write = busy_once  # type: ignore[method-assign]
    assert carry_on(crm, folder).counts["ok"] == 300
    assert account.calls["429"] == 1
    assert set(account.writes.values()) == {1}


def test_the_interval_is_heeded_before_it_is_over(account: Account, url: str) -> None:
    """When an answer says that no call is left, the next one waits; nothing is ever refused."""
    account.per_interval = 1
    waited: list[float] = []
    crm = patient(url, waited)
    list(crm.accounts())
    assert waited
    assert set(waited) == {1.0}
    assert not account.calls["429"]


def test_a_hand_edit_is_a_conflict(account: Account, url: str, tmp_path: Path) -> None:
    """What somebody changed since the preview is left alone, by the push and by its undoing."""
    folder = pushed(tmp_path / "push", url, 20)
    account.objects["companies"]["1003"]["hubspot_owner_id"] = "73"
    done = carry_on(connect(url), folder)
    assert (done.counts["ok"], done.counts["conflict"]) == (38, 1)
    account.objects["companies"]["1004"]["hubspot_owner_id"] = "73"
    undone = progress_of(rollback(connect(url), folder))
    assert undone.counts["conflict"] == 1
    assert account.objects["companies"]["1004"]["hubspot_owner_id"] == "73"
    assert account.objects["companies"]["1005"]["hubspot_owner_id"] == "71"


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_killed_twice_it_goes_on(account: Account, url: str, tmp_path: Path) -> None:
    """The command is killed in the middle, twice, and resumed: every row is written once."""
    plan = save_plan(plan_of(250), tmp_path / "live.plan")
    account.slow_s = 0.4
    folder = tmp_path / "push"
    program = [sys.executable, "-m", "territory_planner", "crm"]
    environment = {**os.environ, KEY: TOKEN}
    words = ["push", str(plan), "--crm", url, "--folder", str(folder), "--yes"]
    for target in (1, 2):
        child = subprocess.Popen(
            [*program, *words], env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while account.calls["update"] < target and time.monotonic() < deadline:
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
        # A call that was on its way then arrives before anybody looks.
        time.sleep(2 * account.slow_s)
        words = ["resume", str(folder)]
    done = run("crm", "resume", folder)
    assert done.code == 0, done.err
    assert progress_of(folder).counts["ok"] == 500
    assert len(account.writes) == 250
    # A call that was on its way when the program was killed is found written, and not sent again.
    assert set(account.writes.values()) == {1}
    assert run("crm", "verify", folder).code == 0
    assert not any(TOKEN.encode() in p.read_bytes() for p in folder.rglob("*") if p.is_file())


def test_owners_are_told_by_their_ids(url: str) -> None:
    """An archived owner is inactive, and an owner's id is not the user's."""
    users = {user.id: user for user in connect(url).users()}
    assert users["71"].email == "o71@example.com"
    assert [user.id for user in users.values() if not user.active] == ["79"]


def test_deals_stand_under_their_primary_company(account: Account, url: str) -> None:
    """Closed deals and those of no company are no open opportunities."""
    account.objects["deals"] = {
        "1": {"dealname": "Open", "amount": "12.5", "hubspot_owner_id": "71"},
        "2": {"dealname": "Won", "hs_is_closed": "true"},
        "3": {"dealname": "Loose"},
    }
    account.deal_of = {"1": ["1002", "1001"], "2": ["1001"]}
    (deal,) = connect(url).opportunities()
    assert (deal.id, deal.account_id, deal.amount, deal.owner_id) == ("1", "1001", 12.5, "71")


def test_a_missing_property_is_made(account: Account, url: str) -> None:
    """A push says that the territory property is missing, and makes it on request."""
    account.properties.clear()
    crm = connect(url)
    assert crm.lacks(()) == ("the property 'territory' of companies",)
    crm.create(())
    assert account.properties["territory"]["type"] == "string"
    assert connect(url).lacks(()) == ()


def test_a_choice_gets_its_missing_options(account: Account, url: str) -> None:
    """Of a choice, the options that are there stay."""
    account.properties["territory"] |= {
        "type": "enumeration", "options": [{"label": "North", "value": "T1"}],
    }  # fmt: skip
    crm = connect(url)
    wanted = list(crm.territories())
    more = [*wanted, replace(wanted[0], id="", name="South", key="T2")]
    assert crm.capabilities().territories_are_listed
    assert crm.lacks(more) == ("the option 'South' of the property 'territory'",)
    crm.create(more)
    assert [o["value"] for o in account.properties["territory"]["options"]] == ["T1", "T2"]


def test_a_property_that_cannot_hold_a_territory_is_refused(account: Account, url: str) -> None:
    """A number is no territory."""
    account.properties["territory"]["type"] = "number"
    with pytest.raises(InputError, match="is no text and no choice"):
        connect(url)


def test_only_what_is_ours_is_written(url: str) -> None:
    """Another field, another kind of id and another object never reach HubSpot."""
    crm = connect(url)
    for change in (
        Change("companies", "1001", "name", "Company 0", "x"),
        Change("companies", "1001", "hubspot_owner_id", "71", "../72"),
        Change("companies", "1001/../x", "hubspot_owner_id", "71", "72"),
        Change("contacts", "1001", "hubspot_owner_id", "71", "72"),
    ):
        with pytest.raises(RefusedError):
            list(crm.apply([change]))
        assert [result.status for result in crm.dry_run([change])] == ["failed"]


def test_a_wrong_token_is_told_without_it(
    account: Account, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token stands in no message."""
    monkeypatch.setenv(KEY, "pat-secret-thing")
    with pytest.raises(CrmError, match="does not know the token") as caught:
        connect(url)
    assert "pat-secret-thing" not in str(caught.value)


def test_a_day_without_calls_left_stops_the_push(
    account: Account, url: str, tmp_path: Path
) -> None:
    """Nobody waits until tomorrow: the push stops, and goes on from there when it is resumed."""
    folder = pushed(tmp_path / "push", url, 10)
    crm = connect(url)
    account.refuses = RefusalError(429, "RATE_LIMITS", "no more", policyName="DAILY")
    with pytest.raises(CrmError, match="calls of this day are used up"):
        carry_on(crm, folder)
    account.refuses = None
    assert carry_on(connect(url), folder).counts["ok"] == 20


def test_missing_scopes_are_named(account: Account, url: str) -> None:
    """What the token lacks is told, so that somebody can give it to the app."""
    crm = connect(url)
    lacks = {"context": {"requiredGranularScopes": ["crm.objects.deals.read"]}}
    account.refuses = RefusalError(403, "MISSING_SCOPES", "not granted", errors=[lacks])
    with pytest.raises(CrmError, match=r"scopes crm\.objects\.deals\.read"):
        list(crm.opportunities())


def test_a_broken_answer_is_no_success(account: Account, url: str, tmp_path: Path) -> None:
    """After a 502 the batch is read again, and the push gives up when HubSpot stays away."""
    folder = pushed(tmp_path / "push", url, 10)
    crm = connect(url)
    account.refuses = RefusalError(502, "", "bad gateway")
    with pytest.raises(CrmError, match="did not answer in 2 attempts"):
        carry_on(crm, folder, pace=Pace(attempts=2, first_s=0.0, longest_s=0.0))
    assert not account.writes


def test_a_name_is_data(account: Account, url: str, tmp_path: Path) -> None:
    """Names that look like code pass through pull unchanged in meaning and harmless in a sheet."""
    account.objects["companies"]["1001"]["name"] = '=HYPERLINK("x")<script>'
    done = run("crm", "pull", "--crm", url, tmp_path / "project")
    assert done.code == 0, done.err
    text = (tmp_path / "project" / "accounts.csv").read_text(encoding="utf-8")
    assert "'=HYPERLINK" in text
    assert TOKEN not in "".join(
        p.read_text(encoding="utf-8") for p in (tmp_path / "project").iterdir()
    )
