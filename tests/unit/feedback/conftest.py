"""A feedback service on a fresh folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.feedback.harness import FeedbackHarness


@pytest.fixture
def feedback(tmp_path: Path) -> Iterator[FeedbackHarness]:
    """Give the service at noon, with nothing in it."""
    harness = FeedbackHarness(tmp_path)
    yield harness
    harness.close()
