"""The fixture of tests that speak to dispatch from outside."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.dispatch.harness import DispatchHarness


@pytest.fixture
def dispatch(tmp_path: Path) -> Iterator[DispatchHarness]:
    """Give the service on a fresh folder, on a Monday morning, with one case."""
    harness = DispatchHarness(tmp_path)
    harness.file()
    yield harness
    harness.close()
