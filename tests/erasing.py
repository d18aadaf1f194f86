"""Erasing somebody, for tests that need it done: requested by one operator, approved by another."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.story import OPERATOR, Ask, Step

__all__ = ["APPROVER", "erase", "erasing", "erasure_request"]

APPROVER = "operator.hotline.o-2"


def erasure_request(*open_appeals: str, choice: str = "go_on") -> dict[str, object]:
    """Give the body of a request, with the same choice for every open appeal."""
    choices = [{"appeal_no": number, "choice": choice} for number in open_appeals]
    return {"ground": "request", "reason": "a reason", "choices": choices}


def erasing(
    name: str, subject: Callable[[Ask], str], open_appeals: Sequence[str], *after: str
) -> Iterator[Step]:
    """Give the two steps; the open appeals go on."""

    def path(act: str) -> Callable[[Ask], str]:
        return lambda ask: f"/intake/v1/subjects/{subject(ask)}/{act}"

    body = erasure_request(*open_appeals)
    yield Step(f"request to {name}", OPERATOR, path("erasure-request"), body, after)
    yield Step(name, APPROVER, path("erasure-approval"), None, (f"request to {name}",))


def erase(client: Any, subject: str, choice: str = "go_on") -> None:  # noqa: ANN401  # any that asks and tells
    """Erase at once."""
    path = f"/intake/v1/subjects/{subject}"
    person = client.ask(OPERATOR, path).json()
    still_open = [one["appeal_no"] for one in person["appeals"] if one["is_open"]]
    body = erasure_request(*still_open, choice=choice)
    requested = client.tell(OPERATOR, f"{path}/erasure-request", body, key=f"request/{subject}")
    assert requested.is_success, requested.text
    approved = client.tell(APPROVER, f"{path}/erasure-approval", key=f"approve/{subject}")
    assert approved.is_success, approved.text
