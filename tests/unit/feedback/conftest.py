"""A feedback service on a fresh folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.feedback.app import model
from tests.house import House
from tests.unit.feedback.desk import Desk
from tests.unit.feedback.facts import NOON


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A feedback service at noon."""
    house = House(tmp_path, model())
    house.clock.moment = NOON
    yield Desk(house)
    house.close()
