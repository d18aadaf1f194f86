"""The outcome of every complaint, read from a server over HTTP, without times.

Everything is named by the callers' own numbers, so that two runs can be compared.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from contracts.services import SERVICES
from services.enforcement.domain.operation.state import FINISHED

__all__ = ["Ending", "Row", "differences", "ending_of", "outcomes", "unreconciled"]

Row = dict[str, Any]
_PAGE = 500
_CASE = ("status", "stage", "outcome", "round", "unit", "caller_count", "missed_count")
_WHISTLE = ("round", "kind", "units", "status", "late_count")
_TASK = ("unit", "role", "status", "round", "acknowledgement_missed", "report_missed")
_CALLBACK = ("round", "unit", "trigger", "status", "attempts")


@dataclass
class Ending:
    """The end of a run: rows of the lists, and whole logs."""

    appeals: dict[str, Row] = field(default_factory=dict)
    cases: dict[str, Row] = field(default_factory=dict)
    whistles: dict[str, Row] = field(default_factory=dict)
    operations: dict[str, Row] = field(default_factory=dict)
    tasks: list[Row] = field(default_factory=list)
    callbacks: dict[str, Row] = field(default_factory=dict)
    logs: dict[str, list[tuple[Row, Row]]] = field(default_factory=dict)
    """Per service: envelopes and events in order."""

    def events(self, wire: str) -> list[Row]:
        """Give all events of one wire name, in order."""
        log = self.logs[wire.partition(".")[0]]
        return [event for envelope, event in log if envelope["type"] == wire]


def ending_of(url: str) -> Ending:
    """Read everything that can be read without giving a reason."""
    token = {"Authorization": "Bearer demo.operator.hotline.onlooker"}
    with httpx.Client(base_url=url, headers=token, trust_env=False, timeout=60) as client:
        queue = "/enforcement/v1/queue"
        return Ending(
            appeals=_by("appeal_no", _items(client, "/intake/v1/appeals")),
            cases=_by("case_no", _items(client, "/dispatch/v1/cases")),
            whistles=_by("whistle_no", _items(client, "/dispatch/v1/whistles")),
            operations=_by("operation_no", _items(client, "/enforcement/v1/operations")),
            tasks=[*_items(client, queue), *_finished(client, queue)],
            callbacks=_by("callback_no", _items(client, "/feedback/v1/callbacks")),
            logs={service: list(_log(client, service)) for service in SERVICES},
        )


def _get(client: httpx.Client, path: str, query: dict[str, str | int]) -> Row:
    answer = client.get(path, params=query)
    assert answer.status_code == httpx.codes.OK, f"{path}: {answer.text}"
    found: Row = answer.json()
    return found


def _items(client: httpx.Client, path: str, **query: str | int) -> Iterator[Row]:
    while True:
        page = _get(client, path, {"limit": _PAGE, **query})
        yield from page["items"]
        if page["next"] is None:
            return
        query["after"] = page["next"]


def _finished(client: httpx.Client, queue: str) -> Iterator[Row]:
    for status in sorted(FINISHED):
        yield from _items(client, queue, status=status)


def _log(client: httpx.Client, service: str) -> Iterator[tuple[Row, Row]]:
    after = 0
    while found := _get(client, f"/{service}/v1/events", {"after": after, "limit": _PAGE})[
        "events"
    ]:
        yield from ((json.loads(one["meta"]), json.loads(one["data"])) for one in found)
        after = found[-1]["position"]


def _by(name: str, rows: Iterator[Row]) -> dict[str, Row]:
    return {row[name]: row for row in rows}


def outcomes(ending: Ending) -> dict[str, Row]:
    """Give the whole outcome of every complaint, by its caller's number."""
    external = {no: row["external_no"] for no, row in ending.appeals.items()}
    found: dict[str, Row] = {}
    for no, row in ending.appeals.items():
        found[row["external_no"]] = {
            "status": row["status"],
            "case_of": external.get(row["case_no"] or ""),
            "case": _picked(ending.cases.get(no), _CASE),
            "as the hotline sees it": (row["case_status"], row["case_unit"], row["case_round"]),
            "missed": [],
            "whistles": [],
            "tasks": [],
            "callbacks": [],
            "answers": [],
        }
    _add(found, external, "whistles", [*ending.whistles.values()], _WHISTLE)
    _add(found, external, "tasks", ending.tasks, _TASK)
    missed = ending.events("dispatch.deadline_missed.v2")
    _add(found, external, "missed", missed, ("round", "milestone", "unit", "handlers"))
    for kind, rows, names in (
        ("callbacks", [*ending.callbacks.values()], _CALLBACK),
        ("answers", ending.events("feedback.callback_completed.v1"), ("round", "unit", "answers")),
    ):
        _add(found, external, kind, rows, names, of="appeal_no")
    return found


def _picked(row: Row | None, names: tuple[str, ...]) -> Row | None:
    return row and {name: row[name] for name in names}


def _add(  # noqa: PLR0913  # rows, their columns and key, and where they are added
    found: dict[str, Row],
    external: dict[str, str],
    kind: str,
    rows: list[Row],
    names: tuple[str, ...],
    of: str = "case_no",
) -> None:
    for row in rows:
        found[external[row[of]]][kind].append(_picked(row, names))
    for one in found.values():
        one[kind].sort(key=json.dumps)


def differences(undisturbed: Ending, disturbed: Ending) -> list[str]:
    """Name every complaint whose outcome differs, and how."""
    before, after = outcomes(undisturbed), outcomes(disturbed)
    return [
        f"{no}: {before.get(no)} became {after.get(no)}"
        for no in sorted(before.keys() | after.keys())
        if before.get(no) != after.get(no)
    ]


def unreconciled(ending: Ending) -> list[str]:
    """Compare what the services know of each other's numbers; name every difference."""
    filed = {no for no, row in ending.appeals.items() if row["case_no"] == no}
    blown = {no for no, row in ending.whistles.items() if row["blown_at"]}
    reported = {
        f"{caller['appeal_no']}-R{event['round']}"
        for event in ending.events("dispatch.handling_reported.v2")
        for caller in event["callers"]
    }
    pairs = {
        "cases": (filed, set(ending.cases)),
        "operations": (blown, set(ending.operations)),
        "call-backs after handling": (reported, reported & set(ending.callbacks)),
        "closed cases": (
            {no for no in filed if ending.appeals[no]["case_status"] == "closed"},
            {no for no, row in ending.cases.items() if row["status"] == "closed"},
        ),
        "settled whistles": (
            {no for no, row in ending.whistles.items() if row["status"] == "settled"},
            {no for no, row in ending.operations.items() if row["status"] == "concluded"},
        ),
    }
    return [f"{name}: {left ^ right}" for name, (left, right) in pairs.items() if left != right]
