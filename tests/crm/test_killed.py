"""A push and its undoing, killed with SIGKILL at every point, go on to the same end."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from territory_planner.crm.change import Change
from territory_planner.crm.journal import read_journal
from territory_planner.crm.push_folder import MANIFEST, read_push
from territory_planner.crm.recipe import carry_on, progress_of
from territory_planner.crm.rollback import rollback
from tests.crm.folders import AT_ONCE, Counting, edit, make_folder, owner_changes, pushed, rows

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")

N = 4
TWO = 2


def both() -> list[Change]:
    """Return two changes a record: owner and territory."""
    owners = owner_changes(N)
    places = [Change("account", c.record_id, "territory", "North", "South") for c in owners]
    return [change for pair in zip(owners, places, strict=True) for change in pair]


def push(world: Path, folder: Path) -> None:
    if not (folder / MANIFEST).exists():
        pushed(folder, both())
    carry_on(Counting(world, max_batch=TWO), folder, pace=AT_ONCE)


def undo(world: Path, folder: Path) -> None:
    rollback(Counting(world, max_batch=TWO), folder, pace=AT_ONCE)


def killed_at(point: int, act: Callable[[Path, Path], None], world: Path, folder: Path) -> bool:
    """Let a process do it that is killed just before its n-th step that outlives it.

    Steps are what changes a disk or the CRM: writes, syncs, renames. Returns whether the process
    was killed; it was not when it had fewer steps.
    """
    child = os.fork()
    if child == 0:
        try:
            _count_steps(point)
            act(world, folder)
        except BaseException:  # noqa: BLE001
            os._exit(9)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


def _count_steps(point: int) -> None:
    """Kill this process just before its n-th step; it is a fork, so nothing is put back."""
    steps = iter(range(1, 1_000_000))

    def stepping(real: Callable[..., object]) -> Callable[..., object]:
        def step(*arguments: object, **more: object) -> object:
            if next(steps) == point:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **more)

        return step

    for name in ("write", "fsync", "rename", "replace", "ftruncate"):
        setattr(os, name, stepping(getattr(os, name)))
    Path.replace = stepping(Path.replace)  # type: ignore[method-assign, assignment]


def points(act: Callable[[Path, Path], None], make: Callable[[Path], tuple[Path, Path]],
           tmp_path: Path) -> Iterator[tuple[int, Path, Path]]:  # fmt: skip
    """Yield every point at which a process can be killed, with what it leaves behind."""
    point = 1
    while True:
        world, folder = make(tmp_path / str(point))
        if not killed_at(point, act, world, folder):
            assert point > 3 * N, "the steps were not seen"
            return
        yield point, world, folder
        point += 1


def fresh(tmp_path: Path) -> tuple[Path, Path]:
    return make_folder(tmp_path / "world", N), tmp_path / "push"


def written(tmp_path: Path) -> tuple[Path, Path]:
    world, folder = fresh(tmp_path)
    push(world, folder)
    edit(world, "a3", "owner_id", "u3")
    return world, folder


@pytest.fixture(autouse=True)
def _no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the disk: a kill loses nothing that was written, only a power cut does."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.mark.parametrize("second", [1, 2, 5, 9, 14, 23])
def test_a_push_killed_twice_writes_everything_once(second: int, tmp_path: Path) -> None:
    """Killed at any point, killed again at another, and resumed: nothing is written twice."""
    for point, world, folder in points(push, fresh, tmp_path):
        killed_at(second, push, world, folder)
        push(world, folder)
        told = {r["id"]: (r["owner_id"], r["territory"], r["times"]) for r in rows(world).values()}
        assert set(told.values()) == {("u2", "South", "2")}, point
        assert progress_of(folder).counts["ok"] == 2 * N, point


@pytest.mark.parametrize("second", [1, 5, 12])
def test_undoing_killed_twice_puts_everything_back_once(second: int, tmp_path: Path) -> None:
    """Killed at any point, twice, the undoing ends as if it had not been, but for a hand edit."""
    for point, world, folder in points(undo, written, tmp_path):
        killed_at(second, undo, world, folder)
        undo(world, folder)
        now = rows(world)
        hand = now.pop("a3")
        assert {(r["owner_id"], r["territory"]) for r in now.values()} == {("u1", "North")}, point
        assert {r["times"] for r in now.values()} == {"4"}, point
        assert (hand["owner_id"], hand["territory"]) == ("u3", "South"), point


def test_a_push_killed_anywhere_can_be_undone_at_once(tmp_path: Path) -> None:
    """Also the rows in flight, of which the journal does not know, are put back."""
    for point, world, folder in points(push, fresh, tmp_path):
        if not (folder / MANIFEST).exists():
            assert not (world / "accounts.new.csv").exists()
            continue
        undo(world, folder)
        back = {(r["owner_id"], r["territory"]) for r in rows(world).values()}
        assert back == {("u1", "North")}, point


def test_the_before_image_is_there_before_the_first_write(tmp_path: Path) -> None:
    """Whenever a kill leaves a changed record behind, what it held before is on disk."""
    for point, world, folder in points(push, fresh, tmp_path):
        if not (world / "accounts.new.csv").exists():
            continue
        _, changes = read_push(folder)
        assert len(changes) == 2 * N, point
        sent = read_journal(folder).sent
        changed = {i for i, row in rows(world).items() if row["owner_id"] != "u1"}
        assert changed <= {key.record_id for key in sent}, point
