"""Fixtures of the HTTP edge: the invented domain's application, called without a socket."""

from collections.abc import Iterator

import pytest

from tests.caller import Caller
from tests.house import House
from tests.lamps_api import TOKEN, lamps_app


@pytest.fixture
def client(house: House) -> Iterator[Caller]:
    """A caller signed in as an officer; commands go through the running writer."""
    house.service.writer.start()
    yield Caller(lamps_app(house.service), {"Authorization": f"Bearer {TOKEN}"})
    house.service.writer.stop()
