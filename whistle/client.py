"""Reads and single commands over HTTP; every error becomes a `Failure` with its exit code.

`whistle.importing.sending` sends thousands of complaints at once and has a client of its own.
"""

import time
from collections.abc import Callable, Iterator
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
from whistle.language import language, said

__all__ = ["Client", "as_failure"]

_PAUSES_S = (0.5, 2.0)
"""Before the second and the third try of a command."""
_UNAVAILABLE = 503


class Client:
    """A context manager; use as `with connect(call, "auditor") as client`."""

    def __init__(
        self,
        address: Address,
        token: str,
        transport: httpx.BaseTransport | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """`transport` replaces the network, `pause` the waiting between two tries."""
        self.address = address
        self._pause = pause
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

    def post(self, path: str, body: Answer, key: str = "") -> Answer:
        """Send one command, up to three times under one key, so that it is done once.

        `key` is that of an earlier run whose outcome is not known. Raises: Failure.
        """
        key = key or str(uuid4())
        for pause_s in _PAUSES_S:
            try:
                return self._api.post(path, body, key)
            except ServerUnreachable:
                self._pause(pause_s)
            except ApiProblem as error:
                if error.status != _UNAVAILABLE:
                    raise as_failure(error) from error
                self._pause(pause_s)
            except ApiError as error:
                raise as_failure(error) from error
        with _failures():
            return self._api.post(path, body, key)


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
                said(f"cannot reach {error.url}", f"无法连接 {error.url}"),
                said(f"{error.why[0].upper()}{error.why[1:]}.", "没有应答。"),
                said(
                    "start it with `whistle run`, or name another one with --server",
                    "请用 `whistle run` 启动，或用 --server 指定其他地址",
                ),
                Exit.UNAVAILABLE,
            )
        case _:
            why = str(error)
            return Failure(
                said("the server answers like another program", "该地址应答的不是本系统"),
                f"{why[0].upper()}{why[1:]}.",
                said(
                    "check the address behind --server or WHISTLE_SERVER",
                    "请核对 --server 或 WHISTLE_SERVER 的地址",
                ),
                Exit.UNAVAILABLE,
            )
