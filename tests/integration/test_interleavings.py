"""Whatever order feeds are heard in, in pages of whatever size, once or twice: it ends the same.

The story is told once in a straight line, everybody hearing everything after every step. Then it is
told by a die that chooses at every moment between a step that may be taken (too early ones are
refused and come again) and somebody who hears a piece of somebody's log: the next page, an old one
again, two sources mixed, or, as a partitioned transport would, some cases ahead of others.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.inbox import Arrival, checkpoint_of
from chassis.unit_of_work import Done
from contracts.envelope import Recorded
from tests.district import MONDAY, District, open_district
from tests.integration.snapshot import Snapshot, snapshot
from tests.story import AGENT, OPERATOR, STREET, UNITS, VISITOR, Step, call, loop, receive

DAY = "260928"
EXAMPLES = 12
STEPS_MAX = 20_000
"""Choices after which a telling is stuck."""

RACED = ("callback-260928000004-R1",)
"""Its caller is erased while the handling is still on its way: either may be heard first."""


def number(count: int) -> str:
    return f"{DAY}{count:06d}"


def say(place: str) -> str:
    return f"what is written as {place}"


def told() -> list[Step]:
    """Tell of eight complaints: all ways a case can go, two of them tangled with one another."""
    steps: list[Step] = []
    for count in range(1, 9):
        before = (f"receive {count - 1}",) if count > 1 else ()
        phone = "" if count == 3 else f"1990000000{count}"
        steps.append(receive(count, say, phone=phone, after=before))
    steps += first_of_two_callers()
    steps += small_ones()
    steps += erased_while_called()
    steps += never_signed()
    noon, later = MONDAY + timedelta(hours=4), MONDAY + timedelta(days=3)
    steps.append(Step("noon", moment=noon, after=(f"report {UNITS[0]} 1", "handle 4")))
    steps.append(Step("days later", moment=later, after=("noon", "call-2 1", "call-2 2")))
    return steps
