"""Where an installation is found; kept apart from the client, which is slow to load."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

__all__ = ["Address", "is_loopback"]

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True)
class Address:
    """The address of an installation, and those of services that have one of their own."""

    server: str
    services: Mapping[str, str] = field(default_factory=dict)

    def of(self, path: str) -> str:
        """Give the base URL for a path such as `/intake/v1/appeals`."""
        return self.services.get(path.split("/", 2)[1], self.server).rstrip("/")

    @property
    def urls(self) -> tuple[str, ...]:
        """Every base URL."""
        return (self.server, *self.services.values())

    @property
    def is_encrypted(self) -> bool:
        """Say whether any of them is reached by https."""
        return any(urlsplit(url).scheme == "https" for url in self.urls)


def is_loopback(url: str) -> bool:
    """Say whether a URL is of this machine; such a URL is never asked through a proxy."""
    return urlsplit(url).hostname in _LOOPBACK
