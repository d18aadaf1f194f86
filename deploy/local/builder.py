"""Starts the processes of an installation one by one, records each and waits until it answers."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from subprocess import Popen

import httpx

from deploy.local.layout import ROOT, Layout
from deploy.local.processes import NotStarted, Spec, last_lines, start, wait_until
from deploy.local.records import Records

__all__ = ["Builder", "Stage"]

_READY_WITHIN_S = 60
_ASK_S = 5.0


class Stage(IntEnum):
    """Each needs those before it, and is ended before them."""

    SERVER = 0
    SERVICE = 1
    RELAY = 2
    GATEWAY = 3


@dataclass
class Builder:
    """What was started so far, and the environment that all our processes share."""

    layout: Layout
    note: Callable[[str], None]
    env: dict[str, str] = field(default_factory=dict)
    started: "dict[str, Popen[bytes]]" = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.records = Records(self.layout.run)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Note how long a step took."""
        began = time.monotonic()
        yield
        self.note(f"{time.monotonic() - began:6.1f} s  {name}")

    def launch(
        self, name: str, command: Sequence[str], stage: Stage, env: Mapping[str, str]
    ) -> None:
        """Start a process of ours and record it."""
        spec = Spec(command, self.layout.log(name), {**self.env, **env}, ROOT)
        self.started[name] = start(spec)
        self.records.add(name, self.started[name].pid, stage)

    def await_ready(self, urls: Mapping[str, str]) -> None:
        """Wait until each named process answers at its address. Raises: NotStarted."""
        with httpx.Client(trust_env=False, timeout=_ASK_S) as client:
            for name, url in urls.items():
                self._await(client, name, url)

    def _await(self, client: httpx.Client, name: str, url: str) -> None:
        process, last = self.started[name], [""]

        def is_ready_or_ended() -> bool:
            if process.poll() is not None:
                return True
            try:
                answer = client.get(url)
            except httpx.TransportError:
                return False
            last[0] = answer.text
            return answer.is_success

        if not wait_until(is_ready_or_ended, _READY_WITHIN_S) or process.poll() is not None:
            why = f" It answers {last[0]}" if last[0] else ""
            end = last_lines(self.layout.log(name))
            raise NotStarted(
                f"{name} did not get ready within {_READY_WITHIN_S} s.{why} See why: {end}"
            )
