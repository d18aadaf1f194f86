"""Reads and single commands over HTTP, one at a time; every "no" becomes a `Failure`.

The only place that knows what a problem document looks like. Sending thousands of complaints is
`sending.py`'s affair.
"""

import json
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

from whistle.call import Call
from whistle.connection import Address, find_address, is_loopback, sign_in
from whistle.exits import Exit
from whistle.failure import Failure, refused_by
from whistle.language import language

__all__ = ["PAGE", "Client", "Problem", "connect", "read_problem", "unreachable"]

PAGE = 500
"""Items per page: the most the services give."""

_TIMEOUT_S = 30.0
_OK = 200
_MULTIPLE_CHOICES = 300

Answer = dict[str, Any]
Parameter = str | int | None


class Client:
    """A context manager; use as `with connect(call, "auditor") as client`."""

    def __init__(
        self, address: Address, token: str, transport: httpx.BaseTransport | None = None
    ) -> None:
        """`transport` stands in for the network; None is the network."""
        self.address = address
        headers = {"Accept-Language": language()}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._http = httpx.Client(
            headers=headers,
            timeout=_TIMEOUT_S,
            trust_env=not is_loopback(address.server),
            transport=transport,
            # Certificates take longer to load than most commands to run, and redirects are not
            # followed: without an https address there is nothing to verify.
            verify=address.is_encrypted,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        self._http.close()

    def answers(self, path: str) -> bool:
        """Say whether a path is there. Raises: Failure when the server is not."""
        return self._ask("GET", path).status_code == _OK

    def get(self, path: str, **parameters: Parameter) -> Answer:
        """Read one object; parameters that are None are left out. Raises: Failure."""
        given = {name: value for name, value in parameters.items() if value is not None}
        return _content(self._ask("GET", path, params=given))

    def items(self, path: str, **parameters: Parameter) -> Iterator[Answer]:
        """Read a whole list, page after page. Raises: Failure."""
        after: str | None = None
        while True:
            page = self.get(path, **{"limit": PAGE, **parameters, "after": after})
            yield from page["items"]
            if page["next"] is None:
                return
            if page["next"] == after:
                raise _strange("the list does not end")
            after = page["next"]

    def post(self, path: str, body: Answer) -> Answer:
        """Send one command, once. Raises: Failure."""
        headers = {"Idempotency-Key": str(uuid4())}
        return _content(self._ask("POST", path, json=body, headers=headers))

    def _ask(self, method: str, path: str, **given: Any) -> httpx.Response:  # noqa: ANN401  # httpx's own
        base = self.address.of(path)
        try:
            return self._http.request(method, base + path, **given)
        except httpx.TimeoutException as error:
            raise unreachable(base, "it did not answer in time") from error
        except httpx.HTTPError as error:
            raise unreachable(base, "nothing answers there") from error


def connect(call: Call, role: str, unit: str = "hotline") -> Client:
    """Connect as the settings say, or on a demonstration in the role a command needs.

    Raises: Failure.
    """
    address = find_address(call)
    return Client(address, sign_in(call, address, role, unit))


def unreachable(server: str, why: str) -> Failure:
    """Make the failure for a server that cannot be asked."""
    return Failure(
        f"cannot reach {server}",
        f"{why[0].upper()}{why[1:]}.",
        "start it with `whistle run`, or name another one with --server",
        Exit.UNAVAILABLE,
    )


class Problem:
    """What a problem document says (RFC 9457), as far as this program needs it."""

    def __init__(self, body: bytes) -> None:
        try:
            said = json.loads(body)
        except ValueError:
            said = {}
        said = said if isinstance(said, dict) else {}
        self.code = str(said.get("code", ""))
        self.detail = str(said.get("detail", ""))
        self.fields = [
            f"{one.get('field', '')}: {one.get('problem', '')}"
            for one in said.get("errors", [])
            if isinstance(one, dict)
        ]

    def sentence(self) -> str:
        """Give the detail, and which fields are wrong."""
        return "; ".join([self.detail, *self.fields] if self.detail else self.fields)


def read_problem(status: int, body: bytes) -> Failure:
    """Make the failure for an answer that is no success."""
    problem = Problem(body)
    return refused_by(status, problem.code, problem.sentence())


def _content(answer: httpx.Response) -> Answer:
    if not _OK <= answer.status_code < _MULTIPLE_CHOICES:
        raise read_problem(answer.status_code, answer.content)
    try:
        content = answer.json()
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise _strange("its answer is no JSON object")
    return content


def _strange(why: str) -> Failure:
    return Failure(
        "the server answers like another program",
        f"{why[0].upper()}{why[1:]}.",
        "check the address behind --server or WHISTLE_SERVER",
        Exit.UNAVAILABLE,
    )
