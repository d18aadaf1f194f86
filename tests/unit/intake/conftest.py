"""Intake on a fresh folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.intake.harness import IntakeHarness


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[IntakeHarness]:
    harness = IntakeHarness(tmp_path)
    yield harness
    harness.close()
