"""Where a local installation keeps what, and on which ports it listens."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from contracts.topics import TOPICS

__all__ = ["BASE_PORT", "PORT", "ROOT", "SERVICES", "Layout"]

ROOT = Path(__file__).parents[2]
SERVICES = tuple(TOPICS)
PORT = 8012
BASE_PORT = 8100

_SERVICE, _RELAY, _CLOCK, _POSTGRES, _KAFKA = 1, 11, 20, 32, 92
_ROOTS_PLACE = Path("/var/tmp")  # noqa: S108  # the folders in it are made by name, for good


@dataclass(frozen=True, slots=True)
class Layout:
    """One installation: its folder, its one address, and the ports behind it."""

    folder: Path
    port: int = PORT
    base_port: int = BASE_PORT
    demo: bool = False

    @property
    def address(self) -> str:
        """Where everybody finds it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def kept(self) -> Path:
        """What outlives it: never the same folder for a demonstration and for real data."""
        return self.folder / ("demo" if self.demo else "data")

    @property
    def data(self) -> Path:
        """The services' folder: keys, tokens, a demonstration's clock."""
        return self.kept / "whistle"

    @property
    def kafka(self) -> Path:
        """Kafka's folder."""
        return self.kept / "kafka"

    @property
    def postgres(self) -> Path:
        """PostgreSQL's folder: outside for root, who has to give it to somebody else."""
        if os.geteuid() != 0:
            return self.kept / "postgres"
        name = hashlib.sha256(str(self.kept.resolve()).encode()).hexdigest()[:16]
        return _ROOTS_PLACE / f"whistle-{name}"

    @property
    def run(self) -> Path:
        """What says which processes there are."""
        return self.folder / "run"

    def log(self, process: str) -> Path:
        """Where a process writes what it says."""
        return self.folder / "logs" / f"{process}.log"

    def service_port(self, service: str) -> int:
        """Where a service listens."""
        return self.base_port + _SERVICE + SERVICES.index(service)

    def relay_port(self, service: str) -> int:
        """Where a service's relay says how it is."""
        return self.base_port + _RELAY + SERVICES.index(service)

    @property
    def clock_port(self) -> int:
        """Where a demonstration's clock is moved."""
        return self.base_port + _CLOCK

    @property
    def postgres_port(self) -> int:
        """Where PostgreSQL listens."""
        return self.base_port + _POSTGRES

    @property
    def kafka_port(self) -> int:
        """Where Kafka listens; its controller listens on the next."""
        return self.base_port + _KAFKA

    def ports(self) -> dict[str, int]:
        """Give every port that has to be free, by who listens there."""
        return {
            "the one address": self.port,
            **{service: self.service_port(service) for service in SERVICES},
            **{f"{service}'s relay": self.relay_port(service) for service in SERVICES},
            **({"the clock": self.clock_port} if self.demo else {}),
            "PostgreSQL": self.postgres_port,
            "Kafka": self.kafka_port,
            "Kafka's controller": self.kafka_port + 1,
        }
