"""Credentials are written nowhere, TLS is verified, and names are data."""

from __future__ import annotations

import csv
import json
import pickle
import ssl
import subprocess
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest

from territory_planner.crm.change import Change
from territory_planner.crm.change_set import Scope
from territory_planner.crm.connect import address, connect
from territory_planner.crm.connector import (
    BusyError,
    CrmError,
    LostError,
    RefusedError,
    RowResult,
)
from territory_planner.crm.credentials import Secret, secret
from territory_planner.crm.directory import Directory
from territory_planner.crm.odoo_rpc import KEY, Json2, Line
from territory_planner.crm.preview import write_preview
from territory_planner.crm.recipe import begin, carry_on, look
from territory_planner.domain.problem import Problem
from territory_planner.errors import InputError
from tests.acceptance.conftest import run
from tests.crm.folders import Counting, make_folder, owner_changes, pushed
from tests.exporting.plans import plan_of
from tests.worlds import grid_problem

TOKEN = "s3cret-0123456789abcdef"
HOSTILE = "=cmd|'/C calc'!A0\"><script>alert(1)</script> ' OR 1=1 --"


class Echo(BaseHTTPRequestHandler):
    """A host that puts what it was sent into its errors, as careless servers do."""

    status = 422
    headers_sent: dict[str, str] = {}  # noqa: RUF012

    def do_GET(self) -> None:
        """Tell a version."""
        self._answer(200, {"version_info": [19, 0]})

    def do_POST(self) -> None:
        """Fail, and tell the key to whoever reads the message."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        said = f"bad request: {self.headers.get('Authorization')} {body}"
        self._answer(self.status, {"name": "odoo.exceptions.ValidationError", "message": said})

    def _answer(self, status: int, said: object) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        for name, value in {**self.headers_sent, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


@contextmanager
def served(
    status: int = 422, headers: dict[str, str] | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[int]:
    """Serve `Echo` on loopback, and give the port."""
    kind = type("Served", (Echo,), {"status": status, "headers_sent": headers or {}})
    with HTTPServer(("127.0.0.1", 0), kind) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_a_key_is_in_no_error_traceback_or_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the CRM itself echoes it."""
    monkeypatch.setenv(KEY, TOKEN)
    with served() as port:
        crm = f"odoo+http://127.0.0.1:{port}/db"
        tried = run("crm", "pull", "--crm", crm, tmp_path / "project")
        assert tried.code == 2
        assert "bad request: bearer ***" in tried.err
        assert TOKEN not in tried.err + tried.out
        rpc = Json2(Line(f"http://127.0.0.1:{port}"), "db", Secret(TOKEN), 19)
        with pytest.raises(RefusedError) as error:
            rpc.call("res.partner", "search_read")
        shown = "".join(traceback.format_exception(error.value))
        assert TOKEN not in shown
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes()


class Telling(Counting):
    """A careless connector, whose refusals hold its key."""

    def apply(self, changes: Sequence[Change], *, notify: bool = False) -> Iterator[RowResult]:
        """Refuse some rows, and the last one with an exception."""
        if changes[0].record_id == "a1":
            raise RefusedError("no", f"you sent {Secret(TOKEN).reveal()}")
        yield RowResult(changes[0].key, "failed", "no", f"you sent {TOKEN}")


def test_a_key_in_the_words_of_a_connector_reaches_no_file(tmp_path: Path) -> None:
    """Neither the journal nor errors.csv holds it, by whichever way it came."""
    assert Secret(TOKEN)
    crm = Telling(make_folder(tmp_path / "world"), max_batch=1)
    push = pushed(tmp_path / "push", owner_changes(2))
    assert carry_on(crm, push).counts["failed"] == 2
    assert (push / "errors.csv").read_text(encoding="utf-8").count("you sent ***") == 2
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes()


def test_a_secret_does_not_show_itself() -> None:
    key = Secret(TOKEN)
    assert TOKEN not in f"{key} {key!r} {[key]} {vars(type(key))}"
    with pytest.raises(TypeError, match="not written anywhere"):
        pickle.dumps(key)


def test_a_missing_key_is_named_with_both_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY, raising=False)
    with pytest.raises(InputError, match=r"environment \(ODOO_API_KEY=\.\.\.\).*keyring set"):
        secret(KEY)


@pytest.mark.parametrize("text", ["hun\nter2", "hunter\u20ac", "\r\n"])
def test_a_key_that_cannot_be_sent_is_not_shown(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a header it would be refused with its text in the error."""
    monkeypatch.setenv(KEY, text)
    with pytest.raises(InputError, match="Copy it again") as error:
        secret(KEY)
    assert "hun" not in str(error.value)


def test_a_key_may_come_with_a_line_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "hunter2\r\n")
    assert secret(KEY).reveal() == "hunter2"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("odoo+https://me:hunter2@crm.example.com/db", "ends in logs"),
        ("odoo+https://hunter2@crm.example.com/db", "ends in logs"),
        ("odoo+http://crm.example.com/db", "Give https"),
        ("odoo+http://127.0.0.1.example.com/db", "Give https"),
        ("odoo+ftp://127.0.0.1/hunter2", r"odoo\+https"),
        ("nocrm+https://hunter2@host/db", "one of: directory, "),
        ("hunter2", "one of: directory, "),
        ("odoo+https://host:hunter2/db", r"odoo\+https"),
        ("odoo+https://host/db?teritory=hunter2", r"Did you mean 'territory'\?"),
        ("odoo+https://host/db?api_key=hunter2", "There are: territory"),
        ("hubspot+https://host?hunter2", "There are: territory"),
        ("salesforce+https://host?mode=hunter2", r"Did you mean 'model'\?"),
        ("odoo+https://host/db#hunter2", r"odoo\+https"),
    ],
)
def test_an_address_holds_no_credentials_and_goes_by_tls(text: str, why: str) -> None:
    """And what is refused is not repeated, since a password may be in it."""
    with pytest.raises(InputError, match=why) as error:
        address(text)
    assert "hunter2" not in str(error.value)


def test_an_address_has_its_parts() -> None:
    where = address("odoo+https://crm.example.com:8443/db?territory=tag")
    assert (where.url, where.path) == ("https://crm.example.com:8443", "db")
    assert where.options == {"territory": "tag"}
    assert address("odoo:https://crm.example.com/db").url == "https://crm.example.com"
    assert address("directory:/a/b c").path == "/a/b c"


def test_an_unknown_certificate_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that signs for itself is not spoken to, and gets no key."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
               "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key),
               "-out", str(certificate)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    monkeypatch.setenv(KEY, TOKEN)
    with served(tls=tls) as port, pytest.raises(CrmError, match="CERTIFICATE_VERIFY_FAILED"):
        connect(f"odoo+https://127.0.0.1:{port}/db")


@pytest.mark.parametrize(
    ("status", "headers", "kind", "why"),
    [
        (429, {"Retry-After": "7"}, BusyError, "429"),
        (503, {}, BusyError, "503"),
        (504, {}, LostError, "504"),
        (401, {}, CrmError, "refuses the key"),
        (302, {"Location": "https://elsewhere.example.com/"}, CrmError, "not sent after it"),
        (422, {}, RefusedError, "ValidationError"),
    ],
)
def test_what_a_host_answers_is_told_apart(
    status: int, headers: dict[str, str], kind: type[CrmError], why: str
) -> None:
    with served(status, headers) as port:
        rpc = Json2(Line(f"http://127.0.0.1:{port}"), "db", Secret(TOKEN), 19)
        with pytest.raises(kind, match=why) as error:
            rpc.call("res.partner", "write")
    if isinstance(error.value, BusyError):
        assert error.value.retry_after_s == (7.0 if headers else None)
    with pytest.raises(CrmError, match="cannot be reached"):
        rpc.call("res.partner", "write")


def test_a_host_may_name_the_time_to_ask_again() -> None:
    """Retry-After is a number of seconds, or a date; anything else says nothing."""
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    for said, expected in (("12", 12.0), (later, 90.0), ("soon", None)):
        with served(503, {"Retry-After": said}) as port:
            rpc = Json2(Line(f"http://127.0.0.1:{port}"), "db", Secret(TOKEN), 19)
            with pytest.raises(BusyError) as busy:
                rpc.call("res.partner", "write")
        assert busy.value.retry_after_s == (expected and pytest.approx(expected, abs=5))


def test_hostile_names_are_data_in_every_file(tmp_path: Path) -> None:
    """No formula in the list, no script in the page, and the record's own text in the push."""
    world = make_folder(tmp_path / "world", 4)
    with (world / "accounts.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "name", "owner_id", "territory"])
        table.writerows([f"A{i}", HOSTILE, "R1", HOSTILE] for i in range(4))
    with (world / "users.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "name", "email"])
        table.writerows([["R1", HOSTILE, "rep1@example.com"], ["R2", "Rep 2", "rep2@example.com"]])
    plan = plan_of(grid_problem("1111", current="AAAA"), "ABBA")
    crm = Directory(world)
    seen = look(plan, crm, Scope())
    assert seen.changes.records == 0
    plan = plan_of(_named(plan.problem), "ABBA")
    seen = look(plan, crm, Scope())
    assert seen.changes.records == 4
    page, table_file = write_preview(seen, tmp_path / "preview")
    text = page.read_text(encoding="utf-8")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    with table_file.open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert f"'{HOSTILE}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    begin(seen, plan, "directory:world", tmp_path / "push")
    assert carry_on(crm, tmp_path / "push").is_complete
    assert {row["name"] for row in crm.sheet("account").rows.values()} == {HOSTILE}


def _named(problem: Problem) -> Problem:
    return replace(problem, accounts=replace(problem.accounts, names=np.full(4, HOSTILE)))
