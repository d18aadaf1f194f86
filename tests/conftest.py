"""Fixtures that tests of several tiers share: a service of the invented domain, freshly made."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.counters.services import Counters

if TYPE_CHECKING:
    from tests.substrate.kafka import Kafka
    from tests.substrate.postgres import Postgres

settings.register_profile(
    "house", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")

# Tests provoke many errors; what is logged of them is looked at by those that capture logs.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


@pytest.fixture
def counters(tmp_path: Path) -> Iterator[Counters]:
    """The service of counters, opened and driven by the test itself."""
    opened = Counters(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Kafka]":
    """A running Apache Kafka, the same for all tests of this process."""
    from tests.substrate.kafka import a_broker  # noqa: PLC0415  # its client is slow to load

    yield from a_broker(tmp_path_factory.mktemp("kafka"))


@pytest.fixture(scope="session")
def postgres() -> "Iterator[Postgres]":
    """A running PostgreSQL, the same for all tests of this process."""
    from tests.substrate.postgres import a_cluster  # noqa: PLC0415  # most tests need none

    yield from a_cluster()
