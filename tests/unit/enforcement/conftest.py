"""The fixture of tests that speak to enforcement from outside."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.enforcement.outpost import Outpost, outpost


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Outpost]:
    """The service, running on a fresh folder at 03:00 local time."""
    with outpost(tmp_path) as running:
        yield running
