"""The fixture of tests that speak to enforcement from outside."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.enforcement.harness import EnforcementHarness


@pytest.fixture
def enforcement(tmp_path: Path) -> Iterator[EnforcementHarness]:
    """Give the service on a fresh folder, at 03:00 local time."""
    harness = EnforcementHarness(tmp_path)
    yield harness
    harness.close()
