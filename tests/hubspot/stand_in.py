"""A HubSpot on loopback that remembers: owners, companies, deals, properties, limits, failures.

It answers as the official OpenAPI documents (Companies v3, CRM Owners v3, Properties v3) and the
page on error handling describe: bodies with unknown keys, values that are no texts, more than a
hundred inputs or a wrong token are refused; a row that fails is told by its trace id in a 207.
What it cannot show is in the connector's documentation.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "pat-na1-not-a-real-token"
STAMP = "2026-01-01T00:00:00.000Z"
INPUT_KEYS = {"id", "idProperty", "objectWriteTraceId", "properties"}
READ_KEYS = {"inputs", "properties", "propertiesWithHistory", "idProperty"}
MOST = 100


class RefusalError(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, category: str, message: str, **more: Any) -> None:
        self.status = status
        self.body = {
            "status": "error",
            "message": message,
            "category": category,
            "correlationId": "aeb5f871-7f07-4993-9211-075dc63e7cbf",
            **more,
        }
        super().__init__(message)


@dataclass
class Account:
    """What a HubSpot account holds.

    Parameters
    ----------
    owners
        Owner id to whether it is archived.
    objects
        "companies" and "deals": id to properties.
    properties
        Names of the companies' own properties to their definitions.
    deal_of
        Deal id to its companies, the primary one last.
    planted
        Record id to the message with which every write of it fails.
    busy
        Answers of 429 that are still to be given, each with its Retry-After or None.
    per_interval
        Calls that are allowed before the answer says that none is left.
    slow_s
        How long a batch update takes.
    refuses
        What every call is refused with, None for nothing.
    """

    owners: dict[str, bool]
    objects: dict[str, dict[str, dict[str, str | None]]]
    properties: dict[str, dict[str, Any]] = field(default_factory=dict)
    deal_of: dict[str, list[str]] = field(default_factory=dict)
    planted: dict[str, str] = field(default_factory=dict)
    busy: list[str | None] = field(default_factory=list)
    per_interval: int = 10**9
    slow_s: float = 0.0
    interval_ms: int = 1000
    atomic: bool = False
    refuses: RefusalError | None = None
    calls: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    version: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)

    def stamp(self) -> str:
        """Return the next moment."""
        self.version += 1
        return f"2026-02-01T00:00:{self.version % 60:02d}.{self.version:06d}Z"


def world(n: int = 12) -> Account:
    """Return an account of companies 1001, 1002 ..., all of them owner 71's."""
    return Account(
        owners={"71": False, "72": False, "73": False, "79": True},
        objects={
            "companies": {
                str(1001 + i): {"name": f"Company {i}", "domain": f"c{i}.example.com",
                                "hubspot_owner_id": "71", "zip": "80202", "city": "Denver",
                                "state": "CO", "hs_country_code": "US"}
                for i in range(n)
            },
            "deals": {},
        },
        properties={"territory": {"name": "territory", "label": "Territory", "type": "string",
                                  "fieldType": "text", "options": []}},
    )  # fmt: skip


@contextmanager
def served(account: Account) -> Iterator[str]:
    """Serve an account on a free port, and give its URL."""

    class Handler(_Handler):
        held = account

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    held: Account
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_PATCH(self) -> None:
        self._answer("PATCH")

    def _answer(self, way: str) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        data = self.rfile.read(length)
        headers: dict[str, str] = {}
        try:
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                raise RefusalError(401, "INVALID_AUTHENTICATION", "credentials not found")
            if length and self.headers.get_content_type() != "application/json":
                raise RefusalError(415, "VALIDATION_ERROR", "Unsupported media type")
            with self.held.lock:
                self._refuse_many(headers)
            status, body = _route(self.held, way, urlsplit(self.path), data)
        except RefusalError as refused:
            status, body = refused.status, refused.body
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json;charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _refuse_many(self, headers: dict[str, str]) -> None:
        held = self.held
        held.calls["all"] += 1
        if held.refuses is not None:
            raise held.refuses
        if held.busy:
            asked = held.busy.pop(0)
            if asked is not None:
                headers["Retry-After"] = asked
            held.calls["429"] += 1
            raise RefusalError(
                429,
                "RATE_LIMITS",
                "You have reached your limit.",
                policyName="TEN_SECONDLY_ROLLING",
            )
        left = held.per_interval - held.calls["all"] % (held.per_interval + 1)
        headers["X-HubSpot-RateLimit-Remaining"] = str(left)
        headers["X-HubSpot-RateLimit-Interval-Milliseconds"] = str(held.interval_ms)


def _route(held: Account, way: str, url: Any, data: bytes) -> tuple[int, Any]:
    parts = [part for part in url.path.split("/") if part]
    query = {name: values[-1] for name, values in parse_qs(url.query).items()}
    body = json.loads(data) if data else {}
    match way, parts:
        case "GET", ["crm", "v3", "owners"]:
            archived = query.get("archived", "").lower() == "true"
            rows = [_owner(i, a) for i, a in held.owners.items() if a == archived]
            return 200, _page(rows, query)
        case "GET", ["crm", "v3", "objects", ("companies" | "deals") as kind]:
            names = (query.get("properties") or "").split(",")
            rows = [_row(held, kind, i, names) for i in held.objects[kind]]
            if kind == "deals" and query.get("associations") == "companies":
                rows = [r | {"associations": _companies(held, r["id"])} for r in rows]
            return 200, _page(rows, query)
        case "POST", ["crm", "v3", "objects", ("companies" | "deals") as kind, "batch", "read"]:
            return _read(held, kind, body)
        case "POST", ["crm", "v3", "objects", ("companies" | "deals") as kind, "batch", "update"]:
            return _update(held, kind, body)
        case "GET", ["crm", "v3", "properties", "companies", name]:
            if name not in held.properties:
                raise RefusalError(404, "OBJECT_NOT_FOUND", f"property {name} does not exist")
            return 200, held.properties[name]
        case "POST", ["crm", "v3", "properties", "companies"]:
            needed = {"name", "label", "type", "fieldType", "groupName"}
            if not needed <= set(body):
                raise RefusalError(
                    400, "VALIDATION_ERROR", "Invalid input JSON: fields are missing"
                )
            held.properties[body["name"]] = body | {"options": []}
            return 201, held.properties[body["name"]]
        case "PATCH", ["crm", "v3", "properties", "companies", name]:
            held.properties[name] |= body
            return 200, held.properties[name]
    raise RefusalError(404, "OBJECT_NOT_FOUND", f"there is no {way} {url.path}")


def _read(held: Account, kind: str, body: Any) -> tuple[int, Any]:
    _known_keys(body, READ_KEYS)
    if not {"inputs", "properties", "propertiesWithHistory"} <= set(body):
        raise RefusalError(400, "VALIDATION_ERROR", "Invalid input JSON: fields are missing")
    ids = [one["id"] for one in _inputs(body)]
    found = [i for i in ids if i in held.objects[kind]]
    missing = [i for i in ids if i not in held.objects[kind]]
    rows = [_row(held, kind, i, body["properties"]) for i in found]
    return _batch(rows, [_error("OBJECT_NOT_FOUND", "Could not get some objects", ids=missing)]
                  if missing else [])  # fmt: skip


def _update(held: Account, kind: str, body: Any) -> tuple[int, Any]:
    _known_keys(body, {"inputs"})
    inputs = _inputs(body)
    traces = [one.get("objectWriteTraceId") for one in inputs]
    if len(set(traces)) < len(traces):
        raise RefusalError(400, "VALIDATION_ERROR", "objectWriteTraceId must be unique")
    time.sleep(held.slow_s)
    with held.lock:
        wrong = [(one, why) for one in inputs if (why := _wrong(held, kind, one))]
        if held.atomic and wrong:
            raise RefusalError(400, "VALIDATION_ERROR", wrong[0][1])
        bad = [one["id"] for one, _ in wrong]
        rows = []
        # Results come in no order that a caller may rely on.
        for one in reversed(inputs):
            if one["id"] not in bad:
                held.objects[kind][one["id"]] |= one["properties"]
                held.objects[kind][one["id"]]["_stamp"] = held.stamp()
                held.writes[one["id"]] += 1
                row = _row(held, kind, one["id"], list(one["properties"]))
                rows.append(row | {"objectWriteTraceId": one.get("objectWriteTraceId")})
        held.calls["update"] += 1
    errors = [
        _error("VALIDATION_ERROR" if one["id"] in held.objects[kind] else "OBJECT_NOT_FOUND", why,
               objectWriteTraceId=[one["objectWriteTraceId"]])
        for one, why in wrong
    ]  # fmt: skip
    return _batch(rows, errors)


def _wrong(held: Account, kind: str, one: Any) -> str:
    if one["id"] not in held.objects[kind]:
        return f"Object with id {one['id']} not found"
    if one["id"] in held.planted:
        return held.planted[one["id"]]
    known = {"hubspot_owner_id", "name", "domain", *held.properties}
    for name, value in one["properties"].items():
        if name not in known:
            return f'Property values were not valid: [Property "{name}" does not exist]'
        if name == "hubspot_owner_id" and value and held.owners.get(value, True):
            return f"Property values were not valid: [{value} was not a valid owner]"
        options = held.properties.get(name, {}).get("options")
        if options and value not in ("", *(o["value"] for o in options)):
            return f"Property values were not valid: [{value} was not one of the allowed options]"
    return ""


def _inputs(body: Any) -> list[Any]:
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not inputs:
        raise RefusalError(400, "VALIDATION_ERROR", "inputs must be a list")
    if len(inputs) > MOST:
        raise RefusalError(400, "VALIDATION_ERROR", f"The maximum batch size is {MOST}")
    for one in inputs:
        _known_keys(one, INPUT_KEYS)
        if not isinstance(one.get("id"), str):
            raise RefusalError(400, "VALIDATION_ERROR", "id must be a string")
        if not all(isinstance(v, str) for v in one.get("properties", {}).values()):
            raise RefusalError(400, "VALIDATION_ERROR", "properties must be strings")
    ids = [one["id"] for one in inputs]
    if len(set(ids)) < len(ids):
        raise RefusalError(400, "VALIDATION_ERROR", "Duplicate IDs found in batch input")
    return inputs


def _known_keys(body: Any, known: set[str]) -> None:
    if not isinstance(body, dict) or set(body) - known:
        raise RefusalError(
            400, "VALIDATION_ERROR", f"Invalid input JSON: unknown keys in {body!r:.80}"
        )


def _batch(rows: list[Any], errors: list[Any]) -> tuple[int, Any]:
    body = {"status": "COMPLETE", "results": rows, "startedAt": STAMP, "completedAt": STAMP}
    if not errors:
        return 200, body
    return 207, body | {"numErrors": len(errors), "errors": errors}


def _error(category: str, message: str, **context: list[str]) -> dict[str, Any]:
    return {"status": "error", "category": category, "message": message, "context": context,
            "links": {}, "errors": []}  # fmt: skip


def _row(held: Account, kind: str, record_id: str, names: list[str]) -> dict[str, Any]:
    row = held.objects[kind][record_id]
    # An empty text that was written is told as nothing.
    properties = {n: row.get(n) or None for n in names if n in row or n in held.properties}
    return {"id": record_id, "properties": properties, "createdAt": STAMP,
            "updatedAt": row.get("_stamp") or STAMP, "archived": False}  # fmt: skip


def _companies(held: Account, deal: str) -> dict[str, Any]:
    found = held.deal_of.get(deal, [])
    kinds = ["deal_to_company_unlabeled"] * (len(found) - 1) + ["deal_to_company"]
    results = [{"id": i, "type": kind} for i, kind in zip(found, kinds, strict=False)]
    return {"companies": {"results": results}} if results else {}


def _owner(owner_id: str, archived: bool) -> dict[str, Any]:
    return {"id": owner_id, "email": f"o{owner_id}@example.com", "firstName": "Owner",
            "lastName": owner_id, "type": "PERSON", "userId": int(owner_id) + 5000,
            "createdAt": STAMP, "updatedAt": STAMP, "archived": archived}  # fmt: skip


def _page(rows: list[Any], query: dict[str, str]) -> dict[str, Any]:
    first, limit = int(query.get("after", 0)), int(query.get("limit", 10))
    if limit > MOST:
        raise RefusalError(400, "VALIDATION_ERROR", f"limit must be at most {MOST}")
    page: dict[str, Any] = {"results": rows[first : first + limit]}
    if first + limit < len(rows):
        page["paging"] = {"next": {"after": str(first + limit)}}
    return page
