"""A client of the services' HTTP APIs: reads, whole lists, and commands with their key.

Every answer that is no success becomes an `ApiError`. What that means for the caller (an exit code,
a page) is not decided here.
"""

import json
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

import httpx

from chassis.http.address import Address, is_loopback

__all__ = [
    "PAGE",
    "Answer",
    "ApiClient",
    "ApiError",
    "ApiProblem",
    "Parameter",
    "ServerUnreachable",
    "UnexpectedAnswer",
    "read_problem",
]

PAGE = 500
"""Items per page: the most that the services give."""

_TIMEOUT_S = 30.0
_OK = 200
_MULTIPLE_CHOICES = 300

Answer = dict[str, Any]
Parameter = str | int | None


class ApiError(Exception):
    """A request that did not succeed."""


class ServerUnreachable(ApiError):
    """No answer came from `url`."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"{url}: {why}")
        self.url = url
        self.why = why


class UnexpectedAnswer(ApiError):
    """The answer is not one of ours: another program may listen there."""


class ApiProblem(ApiError):
    """A problem document (RFC 9457), or an answer of its status without one."""

    def __init__(self, status: int, code: str, detail: str, fields: tuple[str, ...]) -> None:
        super().__init__(f"{status} {code}".strip())
        self.status = status
        self.code = code
        self.detail = detail
        self.fields = fields
        """Of a request with wrong fields: each field, and what is wrong with it."""

    @property
    def sentence(self) -> str:
        """The detail, and which fields are wrong; empty when the answer explains nothing."""
        return "; ".join([self.detail, *self.fields] if self.detail else self.fields)


class ApiClient:
    """A context manager; `language` is `zh` or `en`, and `transport` replaces the network."""

    def __init__(
        self,
        address: Address,
        token: str,
        language: str,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Without a token the requests are nobody's."""
        self._address = address
        headers = {"Accept-Language": language}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._http = httpx.Client(
            headers=headers,
            timeout=_TIMEOUT_S,
            trust_env=not is_loopback(address.server),
            transport=transport,
            # Certificates take longer to load than most commands to run. Redirects are not
            # followed, so without an https address there is nothing to verify.
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
        """Say whether a path is there. Raises: ServerUnreachable."""
        return self._send("GET", path).status_code == _OK

    def get(self, path: str, **parameters: Parameter) -> Answer:
        """Read one object; parameters that are None are left out. Raises: ApiError."""
        given = {name: value for name, value in parameters.items() if value is not None}
        return _content(self._send("GET", path, params=given))

    def items(self, path: str, **parameters: Parameter) -> Iterator[Answer]:
        """Read a whole list, page after page. Raises: ApiError."""
        after: str | None = None
        while True:
            page = self.get(path, **{"limit": PAGE, **parameters, "after": after})
            yield from page["items"]
            if page["next"] is None:
                return
            if page["next"] == after:
                raise UnexpectedAnswer("the list does not end")
            after = page["next"]

    def post(self, path: str, body: Answer, key: str, version: int | None = None) -> Answer:
        """Send one command, once; `version` is the one its object must still have (If-Match).

        The same key with the same body is the same command, however often it is sent.
        Raises: ApiError.
        """
        headers = {"Idempotency-Key": key}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return _content(self._send("POST", path, json=body, headers=headers))

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401  # httpx's own
        base = self._address.of(path)
        try:
            return self._http.request(method, base + path, **options)
        except httpx.TimeoutException as error:
            raise ServerUnreachable(base, "it did not answer in time") from error
        except httpx.HTTPError as error:
            raise ServerUnreachable(base, "nothing answers there") from error


def read_problem(status: int, body: bytes) -> ApiProblem:
    """Read an answer that is no success; without a problem document the code is empty."""
    try:
        document = json.loads(body)
    except ValueError:
        document = {}
    document = document if isinstance(document, dict) else {}
    fields = tuple(
        f"{one.get('field', '')}: {one.get('problem', '')}"
        for one in document.get("errors", [])
        if isinstance(one, dict)
    )
    return ApiProblem(
        status, str(document.get("code", "")), str(document.get("detail", "")), fields
    )


def _content(answer: httpx.Response) -> Answer:
    if not _OK <= answer.status_code < _MULTIPLE_CHOICES:
        raise read_problem(answer.status_code, answer.content)
    try:
        content = answer.json()
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise UnexpectedAnswer("its answer is no JSON object")
    return content
