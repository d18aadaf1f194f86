"""中继号: a unit reaches a caller through a number that shows neither side the other's.

A telephone company leases such numbers; each has an interface of its own, so this is a port. The
adapter for demonstrations makes numbers that nobody can dial.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from pydantic import BaseModel

from chassis.errors import Refusal
from contracts.ids import AppealNo
from contracts.instant import Instant

__all__ = ["LEASE", "DemoRelayNumbers", "Lease", "RelayNotConnected", "RelayNumber", "RelayNumbers"]

LEASE = timedelta(hours=24)
"""How long a number is asked for. Our default: a working day with what comes before and after."""


class RelayNumber(BaseModel):
    """A number to dial, and until when it reaches the caller."""

    number: str
    until: Instant


@dataclass(frozen=True, slots=True)
class Lease:
    """Who wants to reach whom: one number per appeal and unit."""

    appeal_no: AppealNo
    unit: str
    phone: str
    """The caller's, in normal form; it leaves this system for the telephone company alone."""
    until: datetime


class RelayNotConnected(Refusal):
    """未接入中继号 (our default): the installation has no telephone company that relays."""

    code = "relay_not_connected"
    zh = "本系统尚未接入中继号服务；需要联系来电人的，请拨 12345 由话务员转接。"
    en = "No relay numbers are connected here; let an agent of 12345 connect you to the caller."


class RelayNumbers(Protocol):
    """Leases relay numbers."""

    def lease(self, wanted: Lease) -> RelayNumber:
        """Give the number for a lease; asked again, the same one. Raises: Fault."""
        ...


class DemoRelayNumbers:
    """For demonstrations: `000` and eight digits, a number that no network has."""

    def lease(self, wanted: Lease) -> RelayNumber:
        """Give a number that follows from the appeal and the unit, never from the phone."""
        drawn = sha256(f"{wanted.appeal_no}\n{wanted.unit}".encode()).digest()
        number = f"000{int.from_bytes(drawn[:4]) % 10**8:08d}"
        return RelayNumber(number=number, until=wanted.until)
