"""A host that is not HubSpot: a sentence, whatever it answers."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from territory_planner.crm.connect import connect
from territory_planner.crm.connector import CrmError

ANSWERS = ("[]", '"x"', "<html></html>", "7", "")


class _Other(BaseHTTPRequestHandler):
    answer = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.answer)))
        self.end_headers()
        self.wfile.write(self.answer)

    do_POST = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(params=ANSWERS)
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Serve one answer to everything."""
    handler = type("Handler", (_Other,), {"answer": request.param.encode()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"hubspot+http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_answer_of_somebody_else_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "pat-not-a-real-one")
    with pytest.raises(CrmError, match="There is no HubSpot at this address"):
        list(connect(address).users())
