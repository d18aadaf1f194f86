"""PostgreSQL dies and comes back while complaints are taken: what was accepted is there, once.

The server is ended as by a loss of power. Senders send every complaint under its own key again
until it is accepted, and go on; nothing else may be in the log.
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
from tests.faults.deeds import logs_of, wrong_in
from tests.servers import Server, free_ports, until
from tests.story import AGENT, Step, receive
from tests.substrate.availability import unavailable
from tests.substrate.postgres import Postgres, a_cluster

SENDERS = 4
BETWEEN_DEATHS = 25
"""Complaints that are accepted before the server dies the next time."""
DEATHS = 3


@dataclass
class Hotline:
    """Everybody who sends complaints, until told to stop."""

    url: str
    accepted: set[int] = field(default_factory=set)
    broken: Counter[str] = field(default_factory=Counter)
    """Why complaints had to be sent again."""
    over: threading.Event = field(default_factory=threading.Event)

    def send(self, first: int) -> None:
        """Send every SENDERS-th complaint from the first on."""
        number = first
        with httpx.Client(base_url=self.url, trust_env=False, timeout=60) as client:
            while not self.over.is_set():
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
    """A server of this test's own: others must not lose theirs."""
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
        stack.callback(hotline.over.set)
        sending = [senders.submit(hotline.send, first) for first in range(1, SENDERS + 1)]
        for death in range(1, DEATHS + 1):
            until(lambda wanted=death * BETWEEN_DEATHS: len(hotline.accepted) >= wanted)  # type: ignore[misc]
            assert cluster.cluster is not None
            starter.stop(cluster.cluster, at_once=True)
            starter.start(cluster.cluster)
        wanted = (DEATHS + 1) * BETWEEN_DEATHS
        until(lambda: len(hotline.accepted) >= wanted)
        hotline.over.set()
        for one in sending:
            one.result()
        log = logs_of({"intake": url})["intake"]
    received = Counter(
        event.external_no
        for one in log
        if isinstance(event := parse_event(one.envelope.type, one.data), AppealReceived)
    )
    assert received == Counter(f"H-{number}" for number in hotline.accepted)
    assert wrong_in({"intake": log}, [f"receive {number}" for number in hotline.accepted]) == []
    assert hotline.broken  # it was noticed at all
