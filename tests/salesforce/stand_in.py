"""The stand-in's HTTP: a real server on this machine, strict about what it is sent."""

from __future__ import annotations

import copy
import json
import re
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.salesforce.jobs import JobError, Jobs
from tests.salesforce.org import UPDATABLE, Org, RowError
from tests.salesforce.soql import MalformedQueryError, answer

TOKEN = "00DHs000000!AQcAQH0dMHZfz972Szmp.kqz.hostile'token"
CLIENT, CLIENT_SECRET = "3MVG9-client", "a secret of the client"
ROOT = re.compile(r"/services/data/v\d+\.0/")
PAGE = 2000


@dataclass
class Fault:
    """Something that goes wrong with the next call of a kind: an answer, or none (status 0)."""

    method: str
    path: str
    status: int
    code: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    after: bool = False
    """Whether the call is done first, and only its answer is lost."""


@dataclass
class StandIn:
    """A running stand-in."""

    org: Org
    jobs: Jobs
    port: int
    user: str
    calls: Counter[str] = field(default_factory=Counter)
    queries: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    pages: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def crm(self) -> str:
        """The same as the command line takes it."""
        return f"salesforce+{self.url}"


class RefusalError(Exception):
    """An answer that is not 2xx."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status, self.code, self.message = status, code, message
        super().__init__(code)


@contextmanager
def standing_in(org: Org, user: str) -> Iterator[StandIn]:
    """Serve an org from this machine while the block runs."""
    jobs = Jobs(org)
    server = _Server(("127.0.0.1", 0), _Handler)
    it = StandIn(org, jobs, server.server_port, user)
    server.it = it  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield it
    finally:
        jobs.go.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that is gone; it may have been killed."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body in one packet: two would wait 40 ms for one another.
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815

    @property
    def it(self) -> StandIn:
        found: StandIn = self.server.it  # type: ignore[attr-defined]
        return found

    def _answer(self) -> None:
        body = self._body()
        parts = urlsplit(self.path)
        path = ROOT.sub("", parts.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.it.calls[f"{self.command} {re.sub(r'750[^/]*', 'ID', path)}"] += 1
        fault = next(
            (f for f in self.it.faults if f.method == self.command and re.search(f.path, path)),
            None,
        )
        if fault is not None:
            self.it.faults.remove(fault)
            if fault.after:
                self._done(path, asked, body)
            if not fault.status:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            said = [{"errorCode": fault.code, "message": f"planted, {TOKEN}"}]
            self._send(fault.status, said, **fault.headers)
            return
        self._send(*self._done(path, asked, body))

    def _done(self, path: str, asked: dict[str, str], body: bytes) -> tuple[int, Any]:
        try:
            if path == "/services/oauth2/token":
                return self._token(body)
            if self.headers.get("Authorization") not in {f"Bearer {t}" for t in self.it.tokens}:
                raise RefusalError(401, "INVALID_SESSION_ID", "Session expired or invalid")
            return self._dispatch(path, asked, body)
        except RefusalError as refusal:
            said = {"errorCode": refusal.code, "message": refusal.message}
            return refusal.status, [said]
        except MalformedQueryError as error:
            return 400, [{"errorCode": error.code, "message": str(error)}]
        except JobError as error:
            return 400, [{"errorCode": error.code, "message": str(error)}]

    def _dispatch(self, path: str, asked: dict[str, str], body: bytes) -> tuple[int, Any]:
        first, _, rest = path.partition("/")
        method = self.command
        if not path:
            host = "https://login.example.com"
            return 200, {"identity": f"{host}/id/00DHs0000000001MAA/{self.it.user}"}
        if first == "query" and method == "GET":
            return 200, self._query(rest, asked)
        if first == "jobs" and rest.startswith("ingest"):
            return self._job(rest.split("/")[1:], body)
        if path == "sobjects/Account/describe":
            names = sorted(next(iter(self.it.org.table("Account").values())))
            return 200, {"fields": [{"name": name} for name in names]}
        if path.startswith("composite/sobjects/") and method == "POST":
            return 200, self._retrieved(path.rpartition("/")[2], json.loads(body))
        if path == "composite/sobjects":
            return 200, self._collection(method, asked, body)
        raise RefusalError(404, "NOT_FOUND", f"there is no {method} {path}")

    def _token(self, body: bytes) -> tuple[int, Any]:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        wanted = {"grant_type": "client_credentials", "client_id": CLIENT,
                  "client_secret": CLIENT_SECRET}  # fmt: skip
        if form != wanted:
            return 400, {"error": "invalid_client", "error_description": "invalid credentials"}
        given = f"00D!given{len(self.it.tokens)}"
        self.it.tokens.add(given)
        return 200, {"access_token": given, "instance_url": self.it.url, "token_type": "Bearer"}

    def _query(self, locator: str, asked: dict[str, str]) -> dict[str, Any]:
        if locator:
            rows = self.it.pages.pop(locator, None)
            if rows is None:
                raise RefusalError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        else:
            self.it.queries.append(asked["q"])
            if len(self.path) > 16_384:
                raise RefusalError(414, "URI_TOO_LONG", "the address is too long")
            rows = answer(self.it.org, asked["q"])
        page, left = rows[:PAGE], rows[PAGE:]
        said: dict[str, Any] = {"totalSize": len(rows), "done": not left, "records": page}
        if left:
            name = f"01gHs{self.it.calls.total():010d}-{PAGE}"
            self.it.pages[name] = left
            said["nextRecordsUrl"] = f"/services/data/v62.0/query/{name}"
        return said

    def _retrieved(self, kind: str, said: dict[str, Any]) -> list[Any]:
        ids, fields = said["ids"], said["fields"]
        if len(ids) > 2000:
            raise RefusalError(400, "LIMIT_EXCEEDED", "Too many ids")
        sample = next(iter(self.it.org.table(kind).values()), {})
        for name in fields:
            if sample and name not in sample:
                raise RefusalError(
                    400, "INVALID_FIELD", f"No such column '{name}' on entity '{kind}'"
                )
        with self.it.org.lock:
            found = [self.it.org.get(kind, i) for i in ids]
            return [row and {"attributes": {"type": kind}, "Id": row["Id"]}
                    | {name: row[name] for name in fields} for row in found]  # fmt: skip

    def _collection(self, method: str, asked: dict[str, str], body: bytes) -> list[Any]:
        if method == "DELETE":
            rows = [("delete", self._kind_of(i), {"Id": i}) for i in asked["ids"].split(",")]
            is_all_or_none = asked.get("allOrNone") == "true"
        else:
            said = json.loads(body)
            operation = {"POST": "insert", "PATCH": "update"}[method]
            rows = []
            for record in said["records"]:
                kind = record.pop("attributes")["type"]
                fields = {("Id" if n == "id" else n): v for n, v in record.items()}
                rows.append((operation, kind, fields))
            is_all_or_none = bool(said.get("allOrNone"))
        if len(rows) > 200:
            raise RefusalError(400, "LIMIT_EXCEEDED", "record limit reached: 200")
        org = self.it.org
        with org.lock:
            before = copy.deepcopy((org.tables, org.writes)) if is_all_or_none else None
            answers = [self._one(*row) for row in rows]
            if before is not None and not all(a["success"] for a in answers):
                org.tables, org.writes = before
                code = "ALL_OR_NONE_OPERATION_ROLLED_BACK"
                told = {"statusCode": code, "message": "rolled back", "fields": []}
                answers = [a if not a["success"] else {"success": False, "errors": [told]}
                           for a in answers]  # fmt: skip
        return answers

    def _kind_of(self, record_id: str) -> str:
        kinds = (k for k in (*UPDATABLE, "ObjectTerritory2Association")
                 if record_id[:15] in self.it.org.table(k))  # fmt: skip
        return next(kinds, "ObjectTerritory2Association")

    def _one(self, operation: str, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
        try:
            made = self.it.org.change(operation, kind, fields)
        except RowError as error:
            said = {"statusCode": error.code, "message": error.message, "fields": [*error.fields]}
            return {"success": False, "errors": [said]}
        return {"id": made, "success": True, "errors": []}

    def _job(self, parts: list[str], body: bytes) -> tuple[int, Any]:
        jobs, method = self.it.jobs, self.command
        if not parts:
            if method == "GET":
                return 200, {"done": True, "records": [j.info for j in jobs.all.values()]}
            return 200, jobs.create(self.it.user, json.loads(body)).info
        job = jobs.all.get(parts[0])
        if job is None:
            raise RefusalError(404, "NOT_FOUND", "there is no such job")
        way: dict[tuple[str, str], Callable[[], tuple[int, Any]]] = {
            ("GET", ""): lambda: (200, job.info),
            ("PATCH", ""): lambda: self._set(job.id, json.loads(body)["state"]),
            ("PUT", "batches"): lambda: self._fill(job.id, body),
        }
        rest = "/".join(parts[1:]).strip("/")
        if (method, rest) in way:
            return way[method, rest]()
        if method == "GET":
            return 200, jobs.results(job, rest.lower())
        raise RefusalError(405, "METHOD_NOT_ALLOWED", method)

    def _set(self, job_id: str, state: str) -> tuple[int, Any]:
        job = self.it.jobs.all[job_id]
        self.it.jobs.set_state(job, state)
        return 200, job.info

    def _fill(self, job_id: str, body: bytes) -> tuple[int, Any]:
        if not self.headers.get("Content-Type", "").startswith("text/csv"):
            raise RefusalError(415, "UNSUPPORTED_MEDIA_TYPE", "send text/csv")
        self.it.jobs.fill(self.it.jobs.all[job_id], body)
        return 201, ""

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            found = b""
            while size := int(self.rfile.readline(), 16):
                found += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return found
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _send(self, status: int, said: Any, **headers: str) -> None:
        is_text = isinstance(said, str)
        body = (said if is_text else json.dumps(said)).encode()
        self.send_response(status)
        # As Salesforce does: without a charset.
        kind = "text/csv" if is_text else "application/json;charset=UTF-8"
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)),
                            **headers}.items():  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
