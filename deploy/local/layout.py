"""The folders and ports of a local installation."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from contracts.services import SERVICES

__all__ = ["BASE_PORT", "PORT", "ROOT", "Layout"]

ROOT = Path(__file__).parents[2]
PORT = 8012
BASE_PORT = 8100

_SERVICE, _RELAY, _CLOCK, _POSTGRES, _KAFKA = 1, 11, 20, 32, 92
_ROOTS_PLACE = Path("/var/tmp")  # noqa: S108  # its folders have fixed names and stay


@dataclass(frozen=True, slots=True)
class Layout:
    """One installation: its folder, the port of its address, and the ports behind it."""

    folder: Path
    port: int = PORT
    base_port: int = BASE_PORT
    demo: bool = False

    @property
    def address(self) -> str:
        """The one address of all services."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def kept(self) -> Path:
        """The folder of all that outlives it; a demonstration and real data never share one."""
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
        """PostgreSQL's folder; elsewhere for root, who must give it to another user."""
        if os.geteuid() != 0:
            return self.kept / "postgres"
        name = hashlib.sha256(str(self.kept.resolve()).encode()).hexdigest()[:16]
        return _ROOTS_PLACE / f"whistle-{name}"

    @property
    def run(self) -> Path:
        """The folder of the processes' record."""
        return self.folder / "run"

    def log(self, process: str) -> Path:
        """Give the log of a process."""
        return self.folder / "logs" / f"{process}.log"

    def service_port(self, service: str) -> int:
        """Give the port of a service."""
        return self.base_port + _SERVICE + SERVICES.index(service)

    def relay_port(self, service: str) -> int:
        """Give the port of a service's relay, for its status."""
        return self.base_port + _RELAY + SERVICES.index(service)

    @property
    def clock_port(self) -> int:
        """The port of a demonstration's clock."""
        return self.base_port + _CLOCK

    @property
    def postgres_port(self) -> int:
        """The port of PostgreSQL."""
        return self.base_port + _POSTGRES

    @property
    def kafka_port(self) -> int:
        """The port of Kafka; its controller has the next one."""
        return self.base_port + _KAFKA

    def ports(self) -> dict[str, int]:
        """Give every port that must be free, by the name of what listens there."""
        return {
            "the one address": self.port,
            **{service: self.service_port(service) for service in SERVICES},
            **{f"{service}'s relay": self.relay_port(service) for service in SERVICES},
            **({"the clock": self.clock_port} if self.demo else {}),
            "PostgreSQL": self.postgres_port,
            "Kafka": self.kafka_port,
            "Kafka's controller": self.kafka_port + 1,
        }
