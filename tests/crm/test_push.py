"""A push writes what it was given, once, and only where nobody else was faster."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territory_planner.crm.change import CLEAR, Change, Key, Value
from territory_planner.crm.connector import (
    BusyError,
    Capabilities,
    Connector,
    CrmError,
    LostError,
    Record,
    RefusedError,
    RowResult,
)
from territory_planner.crm.directory import Directory
from territory_planner.crm.journal import Journal
from territory_planner.crm.pace import Pace
from territory_planner.crm.push import Push, SideEffectError
from territory_planner.crm.recipe import carry_on, progress_of
from territory_planner.crm.rollback import rollback
from territory_planner.crm.verify import verify
from tests.crm.folders import (
    AT_ONCE,
    Counting,
    edit,
    make_folder,
    owner_changes,
    pushed,
    rows,
)


def go(connector: Connector, folder: Path, changes: Sequence[Change]) -> dict[Key, RowResult]:
    """Push changes and return what became of each."""
    folder.mkdir(parents=True, exist_ok=True)
    with Journal(folder) as journal:
        Push(connector, journal, pace=AT_ONCE).write(changes)
        return dict(journal.results)


def codes(results: dict[Key, RowResult]) -> dict[str, str]:
    return {key.record_id: r.code or r.status for key, r in results.items()}


@pytest.fixture
def world(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "world")


def test_everything_is_written_once_and_verified(world: Path, tmp_path: Path) -> None:
    crm, changes = Counting(world, max_batch=5), owner_changes()
    assert set(codes(go(crm, tmp_path / "p", changes)).values()) == {"ok"}
    assert {(r["owner_id"], r["times"]) for r in rows(world).values()} == {("u2", "1")}
    assert verify(crm, changes) == []


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs Linux's /proc")
def test_every_word_is_on_disk_before_the_next_deed(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The before-image before the first write, the intent before its batch, the results after."""
    told: list[str] = []
    real = os.fsync

    def noted(handle: int) -> None:
        name = Path(f"/proc/self/fd/{handle}").readlink().name
        told.append("image" if "before_image" in name else "journal" if "journal" in name else "")
        real(handle)

    class Watched(Counting):
        """A folder that notes when it is written."""

        def apply(self, changes: Sequence[Change], *, notify: bool = False) -> Iterator[RowResult]:
            """Write, and note that."""
            told.append("write")
            yield from super().apply(changes, notify=notify)

    monkeypatch.setattr(os, "fsync", noted)
    carry_on(Watched(world, max_batch=6), pushed(tmp_path / "p", owner_changes()))
    deeds = [word for word in told if word]
    assert deeds.index("image") < deeds.index("journal") < deeds.index("write")
    writes = [place for place, word in enumerate(deeds) if word == "write"]
    assert len(writes) == 2
    assert all(deeds[place - 1] == deeds[place + 1] == "journal" for place in writes)


def test_a_field_is_cleared_and_put_back(world: Path, tmp_path: Path) -> None:
    """Nobody as an owner is a value of its own, both ways."""
    crm = Counting(world)
    push = pushed(tmp_path / "p", [Change("account", "a1", "owner_id", "u1", CLEAR)])
    carry_on(crm, push)
    assert rows(world)["a1"]["owner_id"] == ""
    rollback(crm, push)
    assert rows(world)["a1"]["owner_id"] == "u1"


def test_what_somebody_changed_is_left_alone(world: Path, tmp_path: Path) -> None:
    """A hand edit is a conflict, a record that is gone a failure, and the rest is written."""
    edit(world, "a3", "owner_id", "u3")
    edit(world, "a4", "owner_id", "u2")
    results = codes(go(Counting(world), tmp_path / "p", owner_changes(6)))
    assert results == {"a0": "ok", "a1": "ok", "a2": "ok", "a3": "changed_since", "a4": "already",
                       "a5": "ok"}  # fmt: skip
    assert rows(world)["a3"]["owner_id"] == "u3"


def test_a_record_in_conflict_is_left_alone_as_a_whole(world: Path, tmp_path: Path) -> None:
    """Its territory is not written when its owner was changed by hand."""
    edit(world, "a0", "owner_id", "u3")
    changes = [*owner_changes(1), Change("account", "a0", "territory", "North", "South")]
    results = go(Counting(world), tmp_path / "p", changes)
    assert [r.status for r in results.values()] == ["conflict", "skipped"]
    assert rows(world)["a0"]["territory"] == "North"


def test_an_opportunity_stays_where_its_account_does(world: Path, tmp_path: Path) -> None:
    """It follows accounts that were written, also by somebody else, and no others."""
    lines = ["id,name,account_id,owner_id", *(f"o{i},Deal,a{i},u1" for i in range(3))]
    (world / "opportunities.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    edit(world, "a1", "owner_id", "u3")
    edit(world, "a2", "owner_id", "u2")
    deals = [Change("opportunity", f"o{i}", "owner_id", "u1", "u2", f"a{i}") for i in range(3)]
    push = pushed(tmp_path / "p", [*owner_changes(3), *deals])
    carry_on(Directory(world), push)
    with Journal(push) as journal:
        assert codes(journal.results) == {
            "a0": "ok", "a1": "changed_since", "a2": "already", "o0": "ok", "o1": "held_back",
            "o2": "ok",
        }  # fmt: skip
    edit(world, "a1", "owner_id", "u1")
    carry_on(Directory(world), push, failed_too=True)
    held = Directory(world).sheet("opportunity").rows
    assert {i: row["owner_id"] for i, row in held.items()} == {"o0": "u2", "o1": "u1", "o2": "u2"}


def test_the_same_value_of_somebody_else_is_not_undone(world: Path, tmp_path: Path) -> None:
    edit(world, "a0", "owner_id", "u2")
    push = pushed(tmp_path / "p", owner_changes(2))
    crm = Counting(world)
    carry_on(crm, push)
    rollback(crm, push)
    assert (rows(world)["a0"]["owner_id"], rows(world)["a1"]["owner_id"]) == ("u2", "u1")


class Refusing(Counting):
    """A CRM that takes no batch with certain records in it."""

    bad: frozenset[str] = frozenset()
    calls = 0

    def apply(self, changes: Sequence[Change], *, notify: bool = False) -> Iterator[RowResult]:
        """Write, or go wrong."""
        self.calls += 1
        wrong = [c.record_id for c in changes if c.record_id in self.bad]
        if wrong:
            raise RefusedError("VALIDATION", f"no: {wrong[0]}")
        yield from super().apply(changes, notify=notify)


@given(st.frozensets(st.integers(0, 11)), st.integers(1, 12))
@settings(max_examples=25, deadline=None)
def test_a_refused_batch_is_halved_down_to_its_bad_rows(
    tmp_path_factory: pytest.TempPathFactory, bad: frozenset[int], size: int
) -> None:
    """Whatever rows are bad, they alone fail, with the CRM's code; each other is written once."""
    tmp_path = tmp_path_factory.mktemp("halved")
    world = make_folder(tmp_path / "world")
    crm = Refusing(world, max_batch=size)
    crm.bad = frozenset(f"a{i}" for i in bad)
    results = go(crm, tmp_path / "p", owner_changes())
    failed = {key.record_id: r for key, r in results.items() if r.status == "failed"}
    assert set(failed) == crm.bad
    assert all(r.code == "VALIDATION" and k in r.message for k, r in failed.items())
    written = {i for i, row in rows(world).items() if row["times"] == "1"}
    assert written == set(rows(world)) - crm.bad


class Unsteady(Counting):
    """A CRM whose first calls go wrong in one way or another."""

    faults: list[Exception] = []  # noqa: RUF012
    commits_first = False

    def apply(self, changes: Sequence[Change], *, notify: bool = False) -> Iterator[RowResult]:
        """Write, or go wrong."""
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None and not self.commits_first:
            raise fault
        answers = list(super().apply(changes, notify=notify))
        if fault is not None:
            raise fault
        yield from answers


@pytest.mark.parametrize("commits_first", [False, True])
def test_a_broken_line_is_no_answer(world: Path, tmp_path: Path, commits_first: bool) -> None:
    """Whether the CRM had taken the batch or not, every row is written once and counts as ours."""
    crm = Unsteady(world, max_batch=4)
    crm.faults, crm.commits_first = [LostError("broken"), LostError("broken")], commits_first
    results = go(crm, tmp_path / "p", owner_changes())
    assert {r.status for r in results.values()} == {"ok"}
    assert {r["times"] for r in rows(world).values()} == {"1"}


def test_a_busy_crm_is_asked_later_and_later(world: Path, tmp_path: Path) -> None:
    """Twice as long each time, or as long as it says, but never longer than the cap."""
    crm = Unsteady(world)
    crm.faults = [BusyError("429"), BusyError("429"), BusyError("429", 7.0), BusyError("429", 900)]
    waits: list[float] = []
    tmp_path.joinpath("p").mkdir()
    with Journal(tmp_path / "p") as journal:
        push = Push(crm, journal, pace=Pace(8, 1.0, 60.0), sleep=waits.append)
        push.write(owner_changes())
        assert {r.status for r in journal.results.values()} == {"ok"}
    assert waits == [1.0, 2.0, 7.0, 60.0]


def test_a_crm_that_stays_busy_ends_the_push_and_can_be_resumed(
    world: Path, tmp_path: Path
) -> None:
    crm = Unsteady(world, max_batch=6)
    push = pushed(tmp_path / "p", owner_changes())
    crm.faults = [BusyError("locked")] * 4
    with pytest.raises(CrmError, match=r"in 4 attempts \(locked\)"):
        carry_on(crm, push, pace=AT_ONCE)
    assert progress_of(push).counts["pending"] == 12
    assert carry_on(crm, push, pace=AT_ONCE).counts["ok"] == 12
    assert {r["times"] for r in rows(world).values()} == {"1"}


class Locking(Counting):
    """A CRM that answers of one row that it is locked, the first few times, and takes the rest."""

    atomic = False
    locked = 2

    def apply(self, changes: Sequence[Change], *, notify: bool = False) -> Iterator[RowResult]:
        """Write, or go wrong."""
        some = [c for c in changes if c.record_id != "a1" or self.locked == 0]
        if some:
            yield from super().apply(some, notify=notify)
        for change in changes:
            if change not in some:
                self.locked -= 1
                yield RowResult(change.key, "busy", "UNABLE_TO_LOCK_ROW", "locked")


def test_a_locked_row_is_tried_again_alone(world: Path, tmp_path: Path) -> None:
    results = go(Locking(world), tmp_path / "p", owner_changes())
    assert {r.status for r in results.values()} == {"ok"}
    assert {r["times"] for r in rows(world).values()} == {"1"}


class Lying(Counting):
    """A CRM that answers "done" and empties the owner of one record and forgets another."""

    def set(self, row: dict[str, str], change: Change) -> None:
        """Put a value into its cell, or not."""
        if row["id"] == "a0":
            row["owner_id"] = ""
        elif row["id"] != "a1":
            super().set(row, change)


def test_done_is_believed_only_when_it_is_read_back(world: Path, tmp_path: Path) -> None:
    results = codes(go(Lying(world), tmp_path / "p", owner_changes(3)))
    assert results == {"a0": "other_value", "a1": "not_written", "a2": "ok"}


class Overreaching(Counting):
    """A connector that writes a field that no change names."""

    def set(self, row: dict[str, str], change: Change) -> None:
        """Put a value into its cell, or not."""
        super().set(row, change)
        row["city"] = "Elsewhere"


def test_a_field_that_no_change_names_ends_the_push(world: Path, tmp_path: Path) -> None:
    """It is seen after the first batch, whose results are kept."""
    push = pushed(tmp_path / "p", owner_changes())
    with pytest.raises(SideEffectError, match=r"a0: city was 'Town 0', is 'Elsewhere'"):
        carry_on(Overreaching(world, max_batch=2), push)
    assert progress_of(push).counts == {"ok": 2, "failed": 0, "conflict": 0, "skipped": 0,
                                        "pending": 10}  # fmt: skip
    assert sum(r["city"] == "Elsewhere" for r in rows(world).values()) == 2


class Confused(Counting):
    """A connector that speaks of a record that it was not given."""

    def apply(self, changes: Sequence[Change], *, notify: bool = False) -> Iterator[RowResult]:
        """Write, or go wrong."""
        yield RowResult(Key("account", "a11", "owner_id"), "ok")


def test_an_answer_about_another_record_ends_the_push(world: Path, tmp_path: Path) -> None:
    with pytest.raises(CrmError, match="which it was not given"):
        go(Confused(world), tmp_path / "p", owner_changes(1))


class OneValue(Counting):
    """A CRM whose calls write the same values to all their records."""

    def capabilities(self) -> Capabilities:
        """Return that batches are of one value."""
        return replace(super().capabilities(), one_value=True)

    def apply(self, changes: Sequence[Change], *, notify: bool = False) -> Iterator[RowResult]:
        """Write, or go wrong."""
        by_record: dict[str, list[tuple[str, Value]]] = {}
        for change in changes:
            by_record.setdefault(change.record_id, []).append((change.field, change.new))
        assert len({tuple(values) for values in by_record.values()}) == 1
        yield from super().apply(changes, notify=notify)


def test_batches_are_of_one_value_where_they_must_be(world: Path, tmp_path: Path) -> None:
    """Also where a part of a record's fields holds its new value already."""
    edit(world, "a5", "territory", "South")
    owners = [
        Change("account", f"a{i}", "owner_id", "u1", "u2" if i % 2 else "u3") for i in range(12)
    ]
    places = [Change("account", f"a{i}", "territory", "North", "South") for i in range(12)]
    results = go(OneValue(world, max_batch=4), tmp_path / "p", [*owners, *places])
    assert sorted({r.code or r.status for r in results.values()}) == ["already", "ok"]


class Slow(Counting):
    """A CRM that is busy when it is read."""

    busy = 2

    def read(
        self, object: str, ids: Iterable[str] | None, fields: Sequence[str]
    ) -> Iterator[Record]:
        """Read, once it is no longer busy."""
        self.busy -= 1
        if self.busy >= 0:
            raise BusyError("429")
        yield from super().read(object, ids, fields)


def test_reading_is_tried_again_as_well(world: Path, tmp_path: Path) -> None:
    results = go(Slow(world), tmp_path / "p", owner_changes())
    assert {r.status for r in results.values()} == {"ok"}


edits = st.dictionaries(st.integers(0, 11), st.sampled_from(["u1", "u2", "u3", ""]))


@given(st.lists(st.sampled_from(["u2", "u3", ""]), min_size=12, max_size=12), edits)
@settings(max_examples=25, deadline=None)
def test_undoing_is_the_inverse_but_for_hand_edits(
    tmp_path_factory: pytest.TempPathFactory, goals: list[str], later: dict[int, str]
) -> None:
    """Whatever was pushed and edited after, each record is as before, or as it was edited."""
    tmp_path = tmp_path_factory.mktemp("inverse")
    world = make_folder(tmp_path / "world")
    crm = Counting(world, max_batch=5)
    push = pushed(
        tmp_path / "p",
        [
            Change("account", f"a{i}", "owner_id", "u1", goal or CLEAR)
            for i, goal in enumerate(goals)
        ],
    )
    carry_on(crm, push)
    for i, owner in later.items():
        edit(world, f"a{i}", "owner_id", owner)
    rollback(crm, push)
    for i in range(12):
        touched = i in later and later[i] != goals[i]
        assert rows(world)[f"a{i}"]["owner_id"] == (later[i] if touched else "u1")


def test_failed_rows_are_listed_and_tried_again_on_request(world: Path, tmp_path: Path) -> None:
    crm = Refusing(world)
    crm.bad = frozenset({"a2"})
    push = pushed(tmp_path / "p", owner_changes(4))
    assert carry_on(crm, push).counts["failed"] == 1
    listed = (push / "errors.csv").read_text(encoding="utf-8").splitlines()
    assert listed[1] == "account,a2,owner_id,u1,u2,,failed,VALIDATION,no: a2"
    assert carry_on(crm, push).counts["failed"] == 1
    crm.bad = frozenset()
    assert carry_on(crm, push, failed_too=True).counts["ok"] == 4
    assert len((push / "errors.csv").read_text(encoding="utf-8").splitlines()) == 1
