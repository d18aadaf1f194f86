"""Reads and single commands over HTTP; every error becomes a `Failure` with its exit code.

`whistle.importing.sending` sends thousands of complaints at once and has a client of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self
from uuid import uuid4

import httpx

from chassis.http.address import Address
from chassis.http.client import (
    Answer,
    ApiClient,
    ApiError,
    ApiProblem,
    Parameter,
    ServerUnreachable,
)
from whistle.exits import Exit
from whistle.failure import Failure, refused_by
from whistle.language import language

__all__ = ["Client", "as_failure"]


class Client:
    """A context manager; use as `with connect(call, "auditor") as client`."""

    def __init__(
        self, address: Address, token: str, transport: httpx.BaseTransport | None = None
    ) -> None:
        """`transport` replaces the network."""
        self.address = address
        self._api = ApiClient(address, token, language(), transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        self._api.__exit__(kind, error, trace)

    def answers(self, path: str) -> bool:
        """Say whether a path is there. Raises: Failure when the server is not."""
        with _failures():
            return self._api.answers(path)

    def get(self, path: str, **parameters: Parameter) -> Answer:
        """Read one object; parameters that are None are left out. Raises: Failure."""
        with _failures():
            return self._api.get(path, **parameters)

    def items(self, path: str, **parameters: Parameter) -> Iterator[Answer]:
        """Read a whole list, page after page. Raises: Failure."""
        with _failures():
            yield from self._api.items(path, **parameters)

    def post(self, path: str, body: Answer) -> Answer:
        """Send one command, once. Raises: Failure."""
        with _failures():
            return self._api.post(path, body, str(uuid4()))


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except ApiError as error:
        raise as_failure(error) from error


def as_failure(error: ApiError) -> Failure:
    """Give the failure that an API error means for a command."""
    match error:
        case ApiProblem():
            return refused_by(error.status, error.code, error.sentence)
        case ServerUnreachable():
            return Failure(
                f"cannot reach {error.url}",
                f"{error.why[0].upper()}{error.why[1:]}.",
                "start it with `whistle run`, or name another one with --server",
                Exit.UNAVAILABLE,
            )
        case _:
            why = str(error)
            return Failure(
                "the server answers like another program",
                f"{why[0].upper()}{why[1:]}.",
                "check the address behind --server or WHISTLE_SERVER",
                Exit.UNAVAILABLE,
            )
