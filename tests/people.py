"""Sends the steps of a story to running services; a step that comes too early is sent again."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.servers import until
from tests.story import Step

__all__ = ["People"]

_WAIT_S = 30
_TOO_EARLY = {httpx.codes.NOT_FOUND, httpx.codes.CONFLICT}


class People:
    """All actors over one client; `url_of` gives the server of a path, `token_of` a token."""

    def __init__(self, url_of: Callable[[str], str], token_of: Callable[[str], str]) -> None:
        self._url_of = url_of
        self._token_of = token_of
        self._client = httpx.Client(trust_env=False, timeout=_WAIT_S)
        self.answers: list[str] = []
        """Every answer to a step, also to those that came too early."""

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send(self, method: str, actor: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401  # httpx's own
        """Send a request; an empty actor sends no token."""
        token = {"Authorization": f"Bearer {self._token_of(actor)}"} if actor else {}
        options["headers"] = {**token, **options.get("headers", {})}
        return self._client.request(method, self._url_of(path) + path, **options)

    def ask(self, actor: str, path: str) -> Any:  # noqa: ANN401  # JSON
        """Read."""
        return self.send("GET", actor, path).json()

    def take(self, step: Step) -> Any:  # noqa: ANN401  # JSON
        """Send a step until it is not too early; give the answer."""
        answers: list[httpx.Response] = []
        try:
            until(lambda: self._is_taken(step, answers), _WAIT_S)
        except TimeoutError:
            raise AssertionError(f"{step.name} stays too early: {answers[-1].text}") from None
        return answers[-1].json()

    def _is_taken(self, step: Step, answers: list[httpx.Response]) -> bool:
        path = step.path if isinstance(step.path, str) else step.path(self.ask)
        key = {"Idempotency-Key": step.name.replace(" ", "/")}
        body = {} if step.body is None else {"json": step.body}
        answers.append(self.send("POST", step.actor, path, headers=key, **body))
        self.answers.append(answers[-1].text)
        assert answers[-1].is_success or answers[-1].status_code in _TOO_EARLY, answers[-1].text
        return answers[-1].is_success
