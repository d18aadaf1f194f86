"""What becomes of a request: it is done, a rule refused it, or something broke."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chassis.errors import Refusal
from chassis.inbox.inbound_event import InboundEvent
from chassis.unit_of_work.requests import CommandRequest
from chassis.unit_of_work.work import Pending

__all__ = ["Done", "ExecutedBatch", "Failed", "KeyReused", "Outcome", "Refused"]


class KeyReused(Refusal):
    """An Idempotency-Key came back with another request."""

    code = "idempotency_key_reused"
    status = 422
    zh = "这个 Idempotency-Key 已用于内容不同的请求；新请求请换一个新的键。"
    en = "This Idempotency-Key was used for a different request; use a new key for a new request."


@dataclass(frozen=True, slots=True)
class Done:
    """It is done, durably. `replayed` when it had been done before."""

    stream: str = ""
    version: int = 0
    replayed: bool = False
    appended: bool = field(default=False, compare=False)
    """Whether the log has new events."""
    value: object = field(default=None, compare=False)
    """What the command's `run` gave back."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule refused it; nothing was written."""

    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Failed:
    """Something broke; nothing was written."""

    error: Exception


Outcome = Done | Refused | Failed


@dataclass(frozen=True, slots=True)
class ExecutedBatch:
    """A batch that committed: what became of each request, and when (in ns since the epoch)."""

    requests: Sequence[CommandRequest | InboundEvent]
    outcomes: Sequence[Outcome]
    times_ns: Sequence[tuple[int, int]]
    """Of each request: begun, decided."""
    pending: Sequence[Pending]
    first_position: int
    """Where the first of `pending` stands; 0 when there is none."""
    stages_ns: tuple[int, int, int]
    """Begun, all decided, committed."""
