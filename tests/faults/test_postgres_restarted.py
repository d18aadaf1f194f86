"""PostgreSQL is killed and comes back while complaints arrive: each accepted one is there, once.

The server is stopped as by a loss of power. Senders send every complaint under its own key again
until it is accepted, and go on; nothing besides may be in the log.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from contracts.event import parse_event
from contracts.events.intake import AppealReceived
from deploy.local import postgres as starter
from tests.faults.expected_events import deviations, logs_of
from tests.servers import Server, free_ports, until
from tests.story import AGENT, Step, receive
from tests.substrate.availability import unavailable
from tests.substrate.postgres import Postgres, a_cluster

SENDERS = 4
BETWEEN_KILLS = 25
"""Complaints that are accepted before the server is killed the next time."""
KILL_COUNT = 3


@dataclass
class Hotline:
    """All senders of complaints, until `is_over` is set."""

    url: str
    accepted: set[int] = field(default_factory=set)
    broken: Counter[str] = field(default_factory=Counter)
    """Why complaints had to be sent again."""
    is_over: threading.Event = field(default_factory=threading.Event)

    def send(self, first: int) -> None:
        """Send each SENDERS-th complaint from the first on."""
        number = first
        with httpx.Client(base_url=self.url, trust_env=False, timeout=60) as client:
            while not self.is_over.is_set():
                step = receive(number, lambda place: place)
                until(lambda step=step: self._is_accepted(client, step))  # type: ignore[misc]
                self.accepted.add(number)
                number += SENDERS

    def _is_accepted(self, client: httpx.Client, step: Step) -> bool:
        headers = {
            "Authorization": f"Bearer demo.{AGENT}",
            "Idempotency-Key": step.name.replace(" ", "/"),
        }
        try:
            answer = client.post(str(step.path), json=step.body, headers=headers)
        except httpx.TransportError as error:
            self.broken[type(error).__name__] += 1
            return False
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            self.broken[str(answer.status_code)] += 1
            return False
        assert answer.is_success, answer.text
        return True


@pytest.fixture
def cluster() -> Iterator[Postgres]:
    """A server of this test's own: other tests must not lose theirs."""
    for own in a_cluster():
        if own.cluster is None:
            unavailable("a PostgreSQL that this test may kill; unset WHISTLE_TEST_POSTGRES")
        yield own


def test_what_was_accepted_is_there_once(tmp_path: Path, cluster: Postgres) -> None:
    (port,) = free_ports(1)
    env = {
        "WHISTLE_DEMO": "true",
        "WHISTLE_DATA": str(tmp_path),
        "WHISTLE_PORT": str(port),
        "WHISTLE_DATABASE": cluster.ready().app,
    }
    url = f"http://127.0.0.1:{port}"
    hotline = Hotline(url)
    with ExitStack() as stack:
        intake = Server(("-m", "services.intake"), ("intake",), url, env).start()
        stack.callback(intake.stop)
        senders = stack.enter_context(ThreadPoolExecutor(SENDERS))
        stack.callback(hotline.is_over.set)
        sending = [senders.submit(hotline.send, first) for first in range(1, SENDERS + 1)]
        for kill in range(1, KILL_COUNT + 1):
            until(lambda wanted=kill * BETWEEN_KILLS: len(hotline.accepted) >= wanted)  # type: ignore[misc]
            assert cluster.cluster is not None
            starter.stop(cluster.cluster, at_once=True)
            starter.start(cluster.cluster)
        wanted = (KILL_COUNT + 1) * BETWEEN_KILLS
        until(lambda: len(hotline.accepted) >= wanted)
        hotline.is_over.set()
        for one in sending:
            one.result()
        log = logs_of({"intake": url})["intake"]
    received = Counter(
        event.external_no
        for one in log
        if isinstance(event := parse_event(one.envelope.type, one.data), AppealReceived)
    )
    assert received == Counter(f"H-{number}" for number in hotline.accepted)
    assert deviations({"intake": log}, [f"receive {number}" for number in hotline.accepted]) == []
    assert hotline.broken  # the control: the kills were noticed
