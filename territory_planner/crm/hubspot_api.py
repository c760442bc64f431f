"""Calling HubSpot: its v3 API over plain HTTP, at the pace that it allows.

Questions are asked again when HubSpot says that there were too many; what writes is not, since the
engine looks first at what became of it. Where an answer says that no call is left in its interval,
the next one waits for the interval to end.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from territory_planner.crm.connector import BusyError, CrmError, LostError, RefusedError
from territory_planner.crm.credentials import Secret
from territory_planner.crm.odoo_rpc import Answer, Line
from territory_planner.crm.pace import Pace

KEY = "HUBSPOT_ACCESS_TOKEN"
PAGE = 100
INTERVAL_S = 10.0
"""What HubSpot counts calls over; it answers 429 to more of them, often without Retry-After."""

LOCKED_S = 2.0
"""The least wait that HubSpot asks for after 423 Locked."""
ELSEWHERE = "There is no HubSpot at this address: its answer is none of HubSpot's."


class Api:
    """A HubSpot account.

    Parameters
    ----------
    line
        The connection to it.
    token
        The access token of a private app.
    sleep
        Waits some seconds.
    """

    def __init__(
        self,
        line: Line,
        token: Secret,
        *,
        sleep: Callable[[float], object] = time.sleep,
        pace: Pace | None = None,
    ) -> None:
        self._line, self._token, self._sleep = line, token, sleep
        self._pace, self._pause_s = pace or Pace(), 0.0

    def get(self, path: str, parameters: Mapping[str, str] | None = None) -> Any:
        """Return what a question is answered with, None for what is not there."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        answer = self._patiently(lambda: self._call("GET", path + query, None, is_question=True))
        return None if answer.status == 404 else _answered(answer)

    def pages(self, path: str, parameters: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """Yield the results of all pages of a list."""
        after: dict[str, str] = {}
        while True:
            page = self.get(path, {**parameters, "limit": str(PAGE), **after})
            if page is None:
                raise CrmError(f"HubSpot has no {path}. Check the address.")
            if not isinstance(page.get("results"), list):
                raise CrmError(ELSEWHERE)
            yield from page["results"]
            following = (page.get("paging") or {}).get("next")
            if not following:
                return
            after = {"after": str(following["after"])}

    def ask(self, path: str, body: Mapping[str, Any]) -> Any:
        """Return what a question with a body is answered with: reading a batch changes nothing."""
        answer = self._patiently(lambda: self._call("POST", path, body, is_question=True))
        if answer.status == 404:
            raise _refusal(answer)
        return _answered(answer)

    def write(self, way: str, path: str, body: Mapping[str, Any]) -> Any:
        """Return what HubSpot answers to a write, which is sent once.

        Raises
        ------
        BusyError, LostError, RefusedError
            When it took nothing, when that is not known, and when it refused all of it.
        """
        answer = self._call(way, path, body, is_question=False)
        if answer.status == 404:
            raise _refusal(answer)
        return _answered(answer)

    def _patiently(self, call: Callable[[], Answer]) -> Answer:
        for attempt in range(self._pace.attempts - 1):
            try:
                return call()
            except BusyError as busy:
                self._sleep(self._pace.wait_s(attempt, busy.retry_after_s))
        return call()

    def _call(
        self, way: str, path: str, body: Mapping[str, Any] | None, *, is_question: bool
    ) -> Answer:
        if self._pause_s:
            self._sleep(self._pause_s)
            self._pause_s = 0.0
        headers = {"Authorization": f"Bearer {self._token.reveal()}", "Accept": "application/json"}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        send = self._line.ask if is_question else self._line.send
        answer = send(way, path, data, headers)
        self._pause_s = _pause_s(answer)
        if answer.status in (200, 201, 207, 404):
            return answer
        raise _refusal(answer)


def _answered(answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise CrmError(ELSEWHERE)
    return found


def _pause_s(answer: Answer) -> float:
    """Return how long to wait before the next call: 0 while calls of the interval are left."""
    left = answer.headers.get("X-HubSpot-RateLimit-Remaining", "")
    if left != "0":
        return 0.0
    interval = answer.headers.get("X-HubSpot-RateLimit-Interval-Milliseconds", "")
    return float(interval) / 1000 if interval.isdecimal() else INTERVAL_S


def _refusal(answer: Answer) -> CrmError:
    status = answer.status
    said = _said(answer)
    message = " ".join(str(said.get("message") or "no reason is given").split())[:500]
    if status == 429 and said.get("policyName") == "DAILY":
        return CrmError(
            "HubSpot's calls of this day are used up. What was written is in the journal; "
            "crm resume goes on from there tomorrow."
        )
    if status in (429, 503, 477):
        asked_s = answer.retry_after_s
        return BusyError(f"it answers {status}", INTERVAL_S if asked_s is None else asked_s)
    if status == 423:
        asked_s = answer.retry_after_s
        return BusyError("records are locked", LOCKED_S if asked_s is None else asked_s)
    if status >= 500:
        return LostError(f"it answers {status}")
    if status == 401:
        return CrmError(f"HubSpot does not know the token. Check {KEY}.")
    if status == 403:
        scopes = _scopes(said)
        return CrmError(
            f"The token may not do this ({message}). Give its app the scopes "
            f"{scopes or 'that this needs'}."
        )
    if 300 <= status < 400:
        return CrmError("The host sends us elsewhere, and the token is not sent after it. "
                        "Give the address that it is at.")  # fmt: skip
    return RefusedError(str(said.get("category") or status), message)


def _said(answer: Answer) -> Mapping[str, Any]:
    try:
        said = json.loads(answer.body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _scopes(said: Mapping[str, Any]) -> str:
    found: list[str] = []
    for error in said.get("errors") or ():
        context = error.get("context") if isinstance(error, dict) else None
        if isinstance(context, dict):
            found += [str(s) for s in context.get("requiredGranularScopes") or ()]
            found += [str(s) for s in context.get("missingScopes") or ()]
    return ", ".join(dict.fromkeys(found))
