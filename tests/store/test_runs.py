"""Runs in a store, SQLite and PostgreSQL alike: nothing is lost, and nothing is changed."""

from __future__ import annotations

import hashlib
import json
import pickle
import socket
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, insert, select, text

from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.errors import InfeasibleError, InputError
from territory_planner.evaluation.scorecard import evaluate
from territory_planner.store.database import Database
from territory_planner.store.inputs import InputFile
from territory_planner.store.plan_file import load_plan, save_plan
from territory_planner.store.records import Asked
from territory_planner.store.runs import Store
from territory_planner.store.schema import CONTENT, RUN
from tests.store.plans import small_plan

ASKED = Asked("West", SolveOptions(seed=7))


def finished(store: Store, plan: Plan | None = None, asked: Asked = ASKED) -> str:
    with store.begin(asked) as run:
        run.finish(plan or small_plan())
    return run.id


def shaped_plan(scale: float = 1.0) -> Plan:
    """Return a plan over units with outlines, and activity that a scenario scales."""
    plan = small_plan()
    problem = plan.problem
    units = replace(problem.units, shapes=tuple(b"x" * 5000 for _ in range(8)))
    accounts = replace(problem.accounts, activity=problem.accounts.activity * scale)
    names = np.array(["Müller", "東京", "", "d", "e", "f", "g", "h"])
    accounts = replace(accounts, names=names)
    return replace(plan, problem=replace(problem, units=units, accounts=accounts))


def test_a_plan_comes_back_bit_for_bit(store: Store) -> None:
    """Fingerprint, trace, versions and time; also from a pickled store."""
    plan = shaped_plan()
    id_ = finished(store, plan)
    back = pickle.loads(pickle.dumps(store)).load(id_)
    assert back == plan
    assert (back.trace, back.versions, back.seconds) == (plan.trace, plan.versions, plan.seconds)
    assert list(back.criteria.bands) == list(plan.criteria.bands)


def test_a_run_records_what_was_asked_and_what_came_of_it(store: Store, tmp_path: Path) -> None:
    """Every fact that the store promises."""
    plan = small_plan()
    files = (InputFile("a/accounts.csv", 3, "ab"), InputFile("reps.csv", 2**40, "cd"))
    parent = finished(store)
    before = datetime.now(UTC)
    asked = Asked(
        "West", SolveOptions(9.0, 0.5, 7, 2), plan.problem, "x = 1\n", files, "hire", "k/1", parent
    )
    record = store.record(finished(store, plan, asked))
    assert (record.project, record.scenario, record.key) == ("West", "hire", "k/1")
    assert (record.parent, record.status, record.reason) == (parent, "finished", None)
    assert record.who.endswith(f"@{socket.gethostname()}")
    assert record.ended is not None
    assert before <= record.begun <= record.ended <= datetime.now(UTC)
    assert (record.seed, record.options["workers"], record.settings) == (7, 2, "x = 1\n")
    assert record.files == files
    assert record.versions == {"numpy": "2.4"}
    assert (record.problem, record.fingerprint) == (plan.problem.fingerprint, plan.fingerprint)
    assert (record.objective, record.bound, record.gap) == (1.5, 1.25, plan.gap)
    assert (record.stopped, record.seconds) == ("time limit", 3.0)
    card = evaluate(plan.problem, plan.alignment, plan.criteria)
    assert record.scorecard is not None
    assert record.scorecard["moved_accounts"] == card.moved_accounts == record.moved_accounts
    assert record.scorecard["total"] == card.total.tolist()
    assert record.prices == {
        "T1": {"workload": 0.0, "potential": 1.0},
        "T2": {"workload": 2.0, "potential": 0.5},
    }
    assert store.record(parent).inputs != record.inputs


def test_assignments_may_be_asked_for_in_sql(place: str) -> None:
    """One row an account, with the ids of the CRM."""
    store = Store.open(place)
    id_ = finished(store)
    asked = (
        "SELECT a.account, a.territory FROM assignment a JOIN run r ON r.number = a.run "
        f"WHERE r.id = '{id_}' ORDER BY a.account"
    )
    with Database(place).reading() as connection:
        rows = [tuple(row) for row in connection.execute(text(asked))]
    of = [f"T{k + 1}" for k in small_plan().alignment.territory_of]
    assert rows == list(zip([f"A{i}" for i in range(8)], of, strict=True))
    accounts, territories = store.assignments(id_)
    assert list(zip(accounts.tolist(), territories.tolist(), strict=True)) == rows


def test_what_two_problems_share_is_kept_once(place: str) -> None:
    """Fifty scenarios hold the outlines of their units once."""
    store = Store.open(place)
    finished(store, shaped_plan())
    count = select(func.count()).select_from(CONTENT)
    with Database(place).reading() as connection:
        before = connection.execute(count).scalar_one()
    plans = [shaped_plan(1 + n / 100) for n in range(50)]
    ids = [finished(store, plan) for plan in plans]
    with Database(place).reading() as connection:
        parts = connection.execute(count).scalar_one()
    # Of each scenario only its activity and its document are new.
    assert parts == before + 2 * 49
    assert [store.load(id_) for id_ in ids] == plans


def test_an_exception_makes_a_failed_run(store: Store) -> None:
    """With its reason; an interrupt is one as well, and so is a run that forgets to finish."""
    with pytest.raises(InfeasibleError), store.begin(ASKED):
        raise InfeasibleError([])
    with pytest.raises(KeyError), store.begin(ASKED) as run:
        raise KeyError("T9")
    with pytest.raises(KeyboardInterrupt), store.begin(ASKED):
        raise KeyboardInterrupt
    with store.begin(ASKED):
        pass
    told = [(one.status, one.reason) for one in store.history()]
    assert told == [
        ("failed", "it ended without a plan"),
        ("failed", "interrupted"),
        ("failed", "'T9'"),
        ("failed", "InfeasibleError"),
    ]
    with pytest.raises(InputError, match=f"run {run.id} has no plan: it is failed"):
        store.load(run.id)


def test_history_is_the_newest_first(store: Store) -> None:
    """With what is still running."""
    first = finished(store)
    with store.begin(ASKED) as run:
        assert [(one.id, one.status) for one in store.history()] == [
            (run.id, "running"),
            (first, "finished"),
        ]
        run.fail("no reason")


def test_a_sweep_finds_what_is_done(store: Store) -> None:
    """By the beginning of its keys, finished ones only, of several the newest."""
    old = finished(store, asked=replace(ASKED, key="s/1"))
    new = finished(store, asked=replace(ASKED, key="s/1"))
    finished(store, asked=replace(ASKED, key="other/1"))
    # What is a wildcard in SQL is none here.
    finished(store, asked=replace(ASKED, key="s%/1"))
    with store.begin(replace(ASKED, key="s/2")) as run:
        run.fail("too hard")
    assert old != new
    assert store.finished("s/") == {"s/1": new}
    assert set(store.finished()) == {"s/1", "other/1", "s%/1"}
    assert store.made(small_plan()) is not None
    assert store.made(shaped_plan()) is None


def test_a_run_is_found_by_id_beginning_and_tag(store: Store) -> None:
    """What could be several is told, and what is none gets the nearest."""
    ids = [finished(store) for _ in range(17)]
    store.tag(ids[3], "board")
    assert store.find("board") == store.find(ids[3]) == store.find(ids[3][:11]) == ids[3]
    # Of seventeen ids, two begin alike.
    digit = next(d for d in "0123456789abcdef" if sum(i.startswith(d) for i in ids) > 1)
    with pytest.raises(InputError, match=f"'{digit}' may be any of the runs"):
        store.find(digit)
    with pytest.raises(InputError, match=r"no run or tag 'bord'. Did you mean 'board'\?"):
        store.find("bord")
    with pytest.raises(InputError, match="there is no run or tag ''"):
        store.find("")


def test_a_tag_finds_no_other_run_by_its_beginning(store: Store) -> None:
    """One that another's id begins with, or is, is refused; later ids begin with none."""
    one = finished(store)
    for digit in "0123456789abcdef".replace(one[0], ""):
        store.tag(one, digit)
    other = finished(store)
    assert other[0] == one[0]
    for word in (other, other[:11], one[0]):
        with pytest.raises(InputError, match=f"'{word}' is the beginning of run {other}, and"):
            store.tag(one, word)
    store.tag(one, one)
    assert store.find(one) == one


def test_a_tag_that_a_later_id_begins_with_is_told(store: Store) -> None:
    """Where no new id can do without: both runs are named, and the whole id finds."""
    one = finished(store)
    for digit in "0123456789abcdef":
        store.tag(one, digit)
    other = finished(store)
    told = f"'{other[0]}' is the tag of run {one}, and the beginning of {other}. Give more of an id"
    with pytest.raises(InputError, match=told):
        store.find(other[0])
    assert store.find(other) == other
    store.untag(one, other[0])


def test_tags_and_notes_come_and_go(store: Store) -> None:
    """A tag is of one run; notes are kept in their order."""
    one, other = finished(store), finished(store)
    store.tag(one, "board")
    store.tag(one, "board")
    store.tag(one, "final")
    with pytest.raises(InputError, match=f"'board' is the tag of run {one}. Remove it there"):
        store.tag(other, "board")
    store.untag(one, "board")
    store.tag(other, "board")
    assert {run.id: run.tags for run in store.history()} == {one: ("final",), other: ("board",)}
    with pytest.raises(InputError, match=r"has no tag 'finl'. Did you mean 'final'\?"):
        store.untag(one, "finl")
    for blank in ("", " ", "x "):
        with pytest.raises(InputError, match="a tag must not be blank"):
            store.tag(one, blank)
    store.note(one, "as shown in May")
    store.note(one, "as shown in June")
    assert [n.text for n in store.record(one).notes] == ["as shown in May", "as shown in June"]
    with pytest.raises(InputError, match="a note must not be blank"):
        store.note(one, " ")


def test_what_has_ended_is_not_ended_again(store: Store) -> None:
    """Neither by the same run nor by a copy of it."""
    with store.begin(ASKED) as run:
        run.finish(small_plan())
        with pytest.raises(ValueError, match=f"run {run.id} has ended"):
            run.finish(small_plan())
        with pytest.raises(ValueError, match="is never changed"):
            run.fail("no")
    assert store.record(run.id).status == "finished"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE run SET objective = 0",
        "DELETE FROM run",
        "UPDATE assignment SET territory = 'T2'",
        "DELETE FROM assignment",
        "UPDATE input_file SET sha256 = ''",
        "DELETE FROM input_file",
        "UPDATE content SET sha256 = 'x'",
        "DELETE FROM content",
    ],
)
def test_sql_cannot_change_what_is_recorded(place: str, statement: str) -> None:
    """The database itself refuses."""
    store = Store.open(place)
    id_ = finished(store, asked=replace(ASKED, files=(InputFile("a.csv", 1, "ab"),)))
    with (
        pytest.raises(InputError, match="a run that is recorded is never changed"),
        Database(place).writing() as connection,
    ):
        connection.execute(text(statement))
    assert store.load(id_) == small_plan()


def test_a_silent_run_of_another_machine_is_taken_for_lost(place: str) -> None:
    """A day after ten times its limit; it may still finish, if it was only asleep."""
    store = Store.open(place)
    runs = [store.begin(ASKED) for _ in range(2)]
    begun = datetime.now(UTC) - timedelta(days=1, seconds=10 * ASKED.options.time_limit_s)
    for run, late in zip(runs, (-60, 60), strict=True):
        with Database(place).writing() as connection:
            values = {"host": "elsewhere", "begun": begun - timedelta(seconds=late)}
            connection.execute(RUN.update().where(RUN.c.id == run.id).values(values))
    again = Store.open(place)
    assert [one.status for one in again.history()] == ["unfinished", "running"]
    with Database(place).reading() as connection:
        kept = connection.execute(select(RUN.c.status).order_by(RUN.c.number)).scalars().all()
    assert kept == ["running", "unfinished"]
    runs[1].finish(small_plan())
    assert again.record(runs[1].id).status == "finished"


def test_a_plan_that_is_kept_wrongly_is_refused(place: str, tmp_path: Path) -> None:
    """A document that is not what its name says, a part that is missing, a newer format."""
    store = Store.open(place)
    id_ = finished(store)
    with Database(place).reading() as connection:
        row = dict(connection.execute(select(RUN).where(RUN.c.id == id_)).mappings().one())
    newer = json.dumps({"format_version": 2, "plan": {}, "arrays": {}}).encode()
    for plan, told in (("none", "a part is missing"), (newer, "a newer version")):
        name = plan if isinstance(plan, str) else hashlib.sha256(plan).hexdigest()
        with Database(place).writing() as connection:
            if isinstance(plan, bytes):
                data = zlib.compress(plan)
                connection.execute(insert(CONTENT).values(sha256=name, data=data))
            other = row | {"id": name[:12], "number": None, "plan": name}
            other.pop("number")
            connection.execute(insert(RUN).values(other))
        with pytest.raises(InputError, match=told):
            store.load(name[:12])
    assert load_plan(save_plan(store.load(id_), tmp_path / "a")) == small_plan()
