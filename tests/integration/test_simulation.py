"""`whistle simulate` plays the sample to its end: every branch, minutes apart, and all agrees."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import whistle
from contracts.services import SERVICES
from tests.commands import Ended, Shell
from tests.servers import run_demo

SAMPLE = Path(whistle.__file__).parent / "sample"
SEED = "1"
"""That of `whistle demo`."""

BRANCHES = (
    "dispatch.assist_answered.v1",
    "dispatch.assist_missed.v1",
    "dispatch.case_claimed.v1",
    "dispatch.case_handed_over.v1",
    "dispatch.case_objected.v1",
    "dispatch.case_reopened.v2",
    "dispatch.case_resumed.v1",
    "dispatch.case_suspended.v1",
    "dispatch.deadline_missed.v2",
    "dispatch.end_ordered.v1",
    "dispatch.escalation_answered.v1",
    "dispatch.extension_denied.v1",
    "dispatch.extension_granted.v1",
    "dispatch.stage_reached.v1",
    "dispatch.whistle_cancelled.v1",
    "dispatch.whistle_confirmed.v1",
    "dispatch.whistle_escalated.v2",
    "dispatch.whistle_refused.v1",
    "dispatch.whistle_settled.v2",
    "dispatch.whistle_unit_added.v1",
    "dispatch.whistle_unit_excused.v1",
    "enforcement.operation_cancelled.v1",
    "enforcement.unit_acknowledgement_missed.v2",
    "enforcement.unit_chased.v1",
    "enforcement.unit_contested.v1",
    "enforcement.unit_left_early.v1",
    "enforcement.unit_named_absent.v1",
    "enforcement.unit_report_missed.v2",
    "feedback.callback_attempted.v1",
    "feedback.callback_waived.v2",
    "intake.appeal_answered.v1",
    "intake.appeal_declined.v1",
    "intake.appeal_linked.v1",
    "intake.appeal_withdrawn.v1",
)
OUTCOMES = {
    ("dispatch.objection_ruled.v1", "outcome", "upheld"),
    ("dispatch.objection_ruled.v1", "outcome", "rejected"),
    ("dispatch.case_redispatched.v1", "ground", "dispatch_error"),
    ("dispatch.case_redispatched.v1", "ground", "objection_upheld"),
    ("dispatch.caller_contacted.v1", "result", "unreachable"),
    ("dispatch.handling_reported.v2", "claim", "partly_resolved"),
    ("dispatch.whistle_proposed.v2", "kind", "daily"),
    ("dispatch.whistle_proposed.v2", "kind", "emergency"),
    ("dispatch.whistle_proposed.v2", "kind", "enforcement"),
    ("dispatch.whistle_proposed.v2", "kind", "key"),
    ("dispatch.case_closed.v2", "outcome", "ordered"),
    ("dispatch.case_closed.v2", "outcome", "resolved"),
    ("dispatch.case_closed.v2", "outcome", "unconfirmed"),
    ("dispatch.case_closed.v2", "outcome", "withdrawn"),
    ("enforcement.contest_ruled.v1", "outcome", "upheld"),
    ("enforcement.contest_ruled.v1", "outcome", "rejected"),
}

Written = tuple[dict[str, Any], dict[str, Any]]
"""An envelope and its event."""


class Played:
    """The sample, imported and played to its end."""

    def __init__(self, folder: Path) -> None:
        with run_demo(folder) as server:
            shell = Shell(server.url)
            mapping = ("--mapping", str(SAMPLE / "mapping.toml"))
            imported = shell.run("import", str(SAMPLE / "complaints.csv"), *mapping)
            assert imported.code == 0, imported.err
            self.simulated = shell.run("simulate", "--seed", SEED, "--json", "--quiet")
            self.again = shell.run("simulate", "--seed", SEED, "--json", "--quiet")
            self.reconciled = shell.run("reconcile", "--json")
        self.log = [one for service in SERVICES for one in _log(folder / f"{service}.db")]


def _log(path: Path) -> Iterator[Written]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT meta, data FROM events ORDER BY position").fetchall()
    yield from ((json.loads(meta), json.loads(data)) for meta, data in found)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return Played(tmp_path_factory.mktemp("simulation") / "data")


def ended_well(ended: Ended) -> Any:  # noqa: ANN401  # what was printed
    assert ended.code == 0, ended.err
    return ended.json


def test_nothing_is_refused_and_every_case_ends(played: Played) -> None:
    assert ended_well(played.simulated)["refused"] == {}
    found = ended_well(played.reconciled)
    assert (found["differences"], found["open"], found["whistles"]["open"]) == ([], 0, 0)
    assert found["outcomes"].keys() == {"ordered", "resolved", "unconfirmed", "withdrawn"}


def test_a_second_run_finds_nothing_to_do(played: Played) -> None:
    again = ended_well(played.again)
    assert (again["actions"], again["clock_moves"]) == (0, 0)


def test_every_branch_is_there(played: Played) -> None:
    counts = Counter(envelope["type"] for envelope, _ in played.log)
    assert [wire for wire in BRANCHES if not counts[wire]] == []
    seen = {
        (envelope["type"], name, event.get(name))
        for envelope, event in played.log
        for name in ("outcome", "ground", "result", "claim", "kind")
        if isinstance(event.get(name), str)
    }
    assert OUTCOMES - seen == set()


def test_what_is_rare_stays_rare(played: Played) -> None:
    closed = Counter(
        event["outcome"]
        for envelope, event in played.log
        if envelope["type"].startswith("dispatch.case_closed.")
    )
    assert closed["resolved"] > sum(closed.values()) * 3 // 4


def test_people_act_minutes_apart(played: Played) -> None:
    """Every moment of a case can be visited: no two acts of people about it share one."""
    acts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for envelope, _ in played.log:
        by_person = envelope["actor"]["role"] != "service"
        if by_person and envelope["stream"].startswith("case-"):
            acts[envelope["stream"]].append((envelope["recorded_at"], envelope["correlation_id"]))
    crowded = [
        stream
        for stream, found in acts.items()
        if len({at for at, _ in found}) < len({command for _, command in found})
    ]
    assert acts
    assert crowded == []
