"""Many writers, killed ones, full disks, damaged files: nothing is lost, all is said in words."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from territory_planner.domain.plan import SolveOptions
from territory_planner.errors import InputError, OutputError, TerritoryPlannerError
from territory_planner.store.database import VERSION_TABLE, Database
from territory_planner.store.records import Asked
from territory_planner.store.runs import Store
from tests.store.plans import large_plan, small_plan
from tests.store.server import PASSWORD, Server

ROOT = Path(__file__).parents[2]
IS_ROOT = os.getuid() == 0
ASKED = Asked("West", SolveOptions())


def started(*words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.workers", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def kill(process: subprocess.Popen[str]) -> str:
    """Kill a process and return what it had still said."""
    process.send_signal(signal.SIGKILL)
    return process.communicate()[0]


def test_eight_processes_at_once_lose_nothing(place: str) -> None:
    """They also make the tables at once, one of them, and read back what all have written."""
    writers = [started("several", place, name, 5) for name in range(8)]
    for writer in writers:
        _, error = writer.communicate()
        assert (writer.returncode, error) == (0, "")
    store = Store.open(place)
    done = store.finished()
    assert set(done) == {f"{name}/{n}" for name in range(8) for n in range(5)}
    assert len({store.load(id_).fingerprint for id_ in done.values()}) == 40
    assert all(len(store.assignments(id_)[0]) == 8 for id_ in done.values())


def test_a_killed_run_is_shown_as_unfinished(place: str) -> None:
    """As soon as the store is opened again; while its process lives it is running."""
    process = started("begin", place)
    id_ = line_of(process)
    assert [(run.id, run.status) for run in Store.open(place).history()] == [(id_, "running")]
    kill(process)
    assert [(run.id, run.status) for run in Store.open(place).history()] == [(id_, "unfinished")]
    with Database(place).reading() as connection:
        assert connection.execute(text("SELECT status FROM run")).scalar() == "unfinished"


def test_a_write_that_is_killed_is_not_there(place: str) -> None:
    """Killed at six moments of writing: what was told as written is whole, the rest unfinished."""
    told: set[str] = set()
    for moment in range(6):
        process = started("write", place)
        assert line_of(process) == "writing"
        time.sleep(0.1 * moment)
        told |= set(re.findall(r"^[0-9a-f]{12}$", kill(process), re.MULTILINE))
    store = Store.open(place)
    runs = store.history()
    assert {run.status for run in runs} <= {"finished", "unfinished"}
    ends = {run.id for run in runs if run.status == "finished"}
    assert told <= ends
    # One that is killed between the commit and its word is whole, and could not say so.
    assert len(runs) - len(ends) <= 6
    for run in runs:
        if run.status == "finished":
            assert store.load(run.id).fingerprint == run.fingerprint
        assert len(store.assignments(run.id)[0]) == (100_000 if run.id in ends else 0)
    if "://" not in place:
        with sqlite3.connect(place) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()


def test_a_file_that_may_grow_no_further(tmp_path: Path) -> None:
    """A sentence, nothing half written, and the store as it was."""
    place = tmp_path / "runs.sqlite"
    process = started("fill", place, 500_000)
    _, error = process.communicate()
    assert re.search(rf"OutputError: {place}: .*Give another place", error.splitlines()[-1])
    (run,) = Store.open(place).history()
    assert run.status in ("failed", "unfinished")


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """Return a disk of one megabyte."""
    folder = Path(tempfile.mkdtemp(prefix="territory-planner-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        if not IS_ROOT or subprocess.run(mount, capture_output=True).returncode != 0:
            pytest.skip("A FULL DISK IS NOT TESTED: no small disk can be mounted here")
        yield folder
        subprocess.run(["umount", folder], check=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_a_full_disk(small_disk: Path) -> None:
    """A sentence; what was written before is whole, and smaller runs may follow."""
    store = Store.open(small_disk / "runs.sqlite")
    with store.begin(ASKED) as run:
        run.finish(small_plan())
    with (
        pytest.raises(OutputError, match=r"the disk is full\. Free some space"),
        store.begin(ASKED) as large,
    ):
        large.finish(large_plan(100_000))
    assert store.load(run.id) == small_plan()
    record = store.record(large.id)
    assert record.status == "failed"
    assert "the disk is full" in str(record.reason)


def test_a_store_that_may_only_be_read() -> None:
    """Its history is read, and a run is refused in a sentence before anything is done."""
    # Root may write anywhere: somebody else tries, in a folder that everybody may enter.
    folder = Path(tempfile.mkdtemp(prefix="territory-planner-read-"))
    try:
        path = folder / "runs.sqlite"
        with Store.open(path).begin(ASKED) as run:
            run.finish(small_plan())
        path.chmod(0o444)
        folder.chmod(0o555)
        child = os.fork()
        if child == 0:
            os._exit(_tried_by_nobody(path))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def _tried_by_nobody(path: Path) -> int:
    """Return 0 when reading goes well, and both writing and making a store are refused."""
    if IS_ROOT:
        os.setuid(pwd.getpwnam("nobody").pw_uid)
    store = Store.open(path)
    if [run.status for run in store.history()] != ["finished"]:
        return 1
    try:
        store.begin(ASKED)
        return 2
    except OutputError as error:
        if str(error) != (
            f"{path}: nothing may be written here. Give another place, or change its permissions."
        ):
            return 3
    try:
        Store.open(path.with_name("other.sqlite"))
        return 4
    except InputError as error:
        return 0 if "no database can be opened or made here" in str(error) else 5


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"id,hours\nA1,3\n" * 100, "this is not a database. Give the file of a store"),
        (b"PK\x03\x04" * 500, "this is not a database"),
    ],
)
def test_what_is_no_database(tmp_path: Path, content: bytes, told: str) -> None:
    """Nothing is done to it."""
    path = tmp_path / "runs.sqlite"
    path.write_bytes(content)
    with pytest.raises(InputError, match=told):
        Store.open(path)
    assert path.read_bytes() == content


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    """It says what to give, not that permissions are wrong."""
    with pytest.raises(InputError, match=r"this is a folder\. Give the file of a store"):
        Store.open(tmp_path)


def test_a_damaged_store(tmp_path: Path) -> None:
    """Wherever a page of it is overwritten: a sentence, or the plan as it was."""
    path = tmp_path / "runs.sqlite"
    with Store.open(path).begin(ASKED) as run:
        run.finish(small_plan())
    whole = path.read_bytes()
    told: list[str] = []
    for start in range(0, len(whole), 4096):
        path.write_bytes(whole[:start] + b"\xa5" * 4096 + whole[start + 4096 :])
        try:
            assert Store.open(path).load(run.id) == small_plan()
        except TerritoryPlannerError as error:
            told.append(str(error))
    assert len(told) >= 3
    for message in told:
        assert re.search(r"damaged|not a database|no run|no database|refuses", message)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(TerritoryPlannerError):
        Store.open(path).load(run.id)


def test_a_store_of_a_newer_version(place: str) -> None:
    """Is refused, and left as it is."""
    Store.open(place)
    with Database(place).writing() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(InputError, match=r"a newer version of this tool wrote this store \(ver"):
        Store.open(place)


def test_a_database_of_somebody_else(tmp_path: Path) -> None:
    """Gets no tables of ours."""
    path = tmp_path / "crm.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE account (id)")
    connection.close()
    with pytest.raises(InputError, match="holds other tables than a store's"):
        Store.open(path)


def test_a_postgresql_database_may_be_shared(postgresql: Server) -> None:
    """Unless a table of the others has the name of one of ours."""
    shared, taken = postgresql.new_database(), postgresql.new_database()
    postgresql.ask(shared.rpartition("/")[2], "CREATE TABLE account (id text)")
    postgresql.ask(taken.rpartition("/")[2], "CREATE TABLE run (id text)")
    assert Store.open(shared).history() == ()
    with pytest.raises(InputError, match="holds other tables than a store's"):
        Store.open(taken)


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("postgresql://ana:hush-hush@127.0.0.1:1/x", "refuses: connection"),
        ("postgresql://ana:hush-hush@127.0.0.1:1/x?sslmode=nonsense", "refuses"),
        ("postgresql://ana:hush-hush@127.0.0.1:port/x", "this URL cannot be read"),
        ("postgresql://ana:hush-hush@127.0.0.1:1/x?hush-hush=1", "refuses"),
        ("mysql://ana:hush-hush@127.0.0.1/x", "a store is kept in SQLite or PostgreSQL"),
        ("://ana:hush-hush@127.0.0.1/x", "cannot be read"),
        ("sqlite://", "a store needs a file"),
        ("sqlite:///:memory:", "a store needs a file"),
    ],
)
def test_a_url_that_leads_nowhere(where: str, told: str) -> None:
    """Is told without user and password, also in what caused it."""
    with pytest.raises(InputError, match=told) as refused:
        Store.open(where)
    error: BaseException | None = refused.value
    assert "hush-hush" not in str(error)
    assert "ana:" not in str(error)


def test_a_wrong_password_is_not_shown(postgresql: Server) -> None:
    """Nor the right one."""
    with pytest.raises(InputError, match="password authentication failed") as refused:
        Store.open(postgresql.url("postgres", "hush-hush"))
    for secret in ("hush-hush", PASSWORD, '"planner"'):
        assert secret not in str(refused.value)
    assert PASSWORD not in Store.open(postgresql.new_database()).name


def test_a_store_that_somebody_does_not_let_go(tmp_path: Path) -> None:
    """Is waited for, and then told in a sentence."""
    path = tmp_path / "runs.sqlite"
    store = Store.open(f"sqlite:///{path}?timeout=0.1")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(InputError, match="another program is writing to it and does not end"):
        store.begin(ASKED)
    holder.execute("ROLLBACK")
    holder.close()
    with store.begin(ASKED) as run:
        run.finish(small_plan())
    assert store.load(run.id) == small_plan()


def test_postgresql_without_its_driver() -> None:
    """Says what to install."""
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from territory_planner.store.runs import Store\n"
        "Store.open('postgresql://ana:hush-hush@127.0.0.1:1/x')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    told = "PostgreSQL needs psycopg. Install it: pip install 'psycopg[binary]'."
    assert told in done.stderr.splitlines()[-1]
    assert "hush-hush" not in done.stderr
