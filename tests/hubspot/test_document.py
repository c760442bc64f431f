"""Every request of the connector against HubSpot's own OpenAPI document, served by Prism.

``HUBSPOT_OPENAPI`` names the document of the Companies API v3, from HubSpot's public collection of
API specifications; ``PRISM`` the program, ``prism`` when not given (npm, ``@stoplight/prism-cli``).
Prism refuses a request that the document does not allow, and makes up answers that it does.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from territory_planner.crm.change import CLEAR, Change
from territory_planner.crm.connector import CrmError
from territory_planner.crm.credentials import Secret
from territory_planner.crm.hubspot import HubSpot
from territory_planner.crm.hubspot_api import Api
from territory_planner.crm.hubspot_property import TerritoryProperty
from territory_planner.crm.odoo_rpc import Line

pytestmark = pytest.mark.hubspot
DOCUMENT = os.environ.get("HUBSPOT_OPENAPI", "")
UPDATE = "/crm/v3/objects/companies/batch/update"
PRISM = shutil.which(os.environ.get("PRISM", "prism"))


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    """Return an account whose every answer Prism makes up, after it has checked the request."""
    if not DOCUMENT or PRISM is None:
        pytest.skip("NOT RUN against HubSpot's document: set HUBSPOT_OPENAPI, and install Prism")
    path = tmp_path / "document.json"
    path.write_text(json.dumps(_without_nulls(json.loads(Path(DOCUMENT).read_text("utf-8")))))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [PRISM, "mock", "-d", "--errors", "-h", "127.0.0.1", "-p", str(port), str(path)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield _reached(
            Api(Line(f"http://127.0.0.1:{port}"), Secret("pat-na1-of-no-account"), sleep=_never)
        )
    finally:
        server.terminate()
        server.wait()


def test_what_it_asks_is_allowed(api: Api) -> None:
    """A page of companies, a batch of records, and a batch of updates."""
    crm = HubSpot(api, TerritoryProperty(api, "territory"))
    next(crm.accounts(), None)
    list(crm.read("companies", ["1001", "1002"], ["name", "hubspot_owner_id"]))
    changes = [
        Change("companies", "1001", "hubspot_owner_id", "71", "72"),
        Change("companies", "1001", "territory", CLEAR, "T2"),
        Change("companies", "1002", "hubspot_owner_id", "71", CLEAR),
    ]
    assert {result.key for result in crm.apply(changes)} == {change.key for change in changes}


def test_prism_refuses_what_the_document_does_not_allow(api: Api) -> None:
    """The check above can fail: bodies without inputs, and values that are no texts."""
    for body in ({}, {"inputs": [{"id": "1", "properties": {"territory": {"no": "text"}}}]}):
        with pytest.raises(CrmError):
            api.write("POST", UPDATE, body)
    assert "results" in api.write("POST", UPDATE, {"inputs": [{"id": "1", "properties": {}}]})


def _reached(api: Api) -> Api:
    deadline = time.monotonic() + 60
    while True:
        try:
            api.get("/crm/v3/objects/companies", {"limit": "1"})
        except CrmError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return api


def _never(_: float) -> None:
    """Wait for nothing: the server is started, and asked again soon enough."""


def _without_nulls(document: Any) -> Any:
    """Return a document without examples of null, which Prism would answer with."""
    if isinstance(document, dict):
        return {
            key: _without_nulls(value)
            for key, value in document.items()
            if not (key == "example" and value is None)
        }
    return [_without_nulls(v) for v in document] if isinstance(document, list) else document
