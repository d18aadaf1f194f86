"""Fixtures of the chassis: the invented domain's services, and a client without a socket."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.counters.api import counters_router
from tests.counters.services import Counters, ThreeServices
from tests.harness.http_client import HttpClient


@pytest.fixture
def client(counters: Counters) -> Iterator[HttpClient]:
    """A client of the service of counters."""
    opened = counters.client([counters_router(counters.service)])
    yield opened
    opened.close()


@pytest.fixture
def services(tmp_path: Path) -> Iterator[ThreeServices]:
    """Counters, raters, and the followers of both."""
    opened = ThreeServices(tmp_path)
    yield opened
    opened.close()
