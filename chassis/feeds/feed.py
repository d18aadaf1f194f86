"""How one service reads another's log: straight from it, or over HTTP.

Every transport gives the same: events after a position, in order, without gaps, and the id of the
log they stand in. The contract suite in tests/contracts runs on each.
"""

from typing import Protocol
from uuid import UUID

import httpx
from pydantic import BaseModel

from chassis.errors import EpochChanged, Fault
from chassis.store.port import Store
from chassis.store.reading import head_position, read_after
from contracts.envelope import Recorded

__all__ = ["Feed", "FeedEntry", "FeedPage", "HttpFeed", "LogFeed", "page_of"]


class FeedEntry(BaseModel):
    """An event on the wire: the canonical bytes of envelope and event, as text."""

    position: int
    meta: str
    data: str


class FeedPage(BaseModel):
    """One answer of `GET /<service>/v1/events`."""

    log_id: UUID
    head: int
    """The last position of the log: a reader that has it is not behind."""
    events: list[FeedEntry]


class Feed(Protocol):
    """A source of events."""

    def read(self, after: int, limit: int) -> list[Recorded]:
        """Give up to `limit` events with a position greater than `after`.

        Raises: Fault when the source cannot be reached, EpochChanged when its log ends before
        `after`: it was restored from an older copy.
        """
        ...

    def head(self) -> int:
        """Give the last position of the log. Raises: Fault."""
        ...

    def close(self) -> None:
        """Close the connections that reading opened."""
        ...


class LogFeed:
    """Reads the producer's own log, in the same process."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, after: int, limit: int) -> list[Recorded]:
        """Read from the log."""
        # Consumers poll after every commit; most polls find nothing.
        if self._store.newest == after:
            return []
        with self._store.reading() as connection:
            _check_end(head_position(connection), after)
            return read_after(connection, after, limit)

    def head(self) -> int:
        """Read the head."""
        with self._store.reading() as connection:
            return head_position(connection)

    def close(self) -> None:
        """Do nothing: the store belongs to its service."""


class HttpFeed:
    """Reads `GET /<service>/v1/events` of another process."""

    def __init__(self, service: str, base_url: str, token: str, timeout_s: float = 10) -> None:
        self._path = f"/{service}/v1/events"
        self._client = httpx.Client(
            base_url=base_url,
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=timeout_s,
            trust_env=False,  # services reach one another directly, without the shell's proxy
        )

    def read(self, after: int, limit: int) -> list[Recorded]:
        """Ask for a page."""
        page = self._page(after, limit)
        _check_end(page.head, after)
        return [
            Recorded(entry.position, entry.meta.encode(), entry.data.encode())
            for entry in page.events
        ]

    def head(self) -> int:
        """Ask for the head alone."""
        return self._page(0, 0).head

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _page(self, after: int, limit: int) -> FeedPage:
        try:
            answer = self._client.get(self._path, params={"after": after, "limit": limit})
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise Fault(str(error)) from error
        return FeedPage.model_validate_json(answer.content)


def _check_end(head: int, after: int) -> None:
    if head < after:
        raise EpochChanged(f"the log ends at {head}, but was read up to {after}")


def page_of(store: Store, after: int, limit: int) -> FeedPage:
    """Answer a request for a page."""
    with store.reading() as connection:
        recorded = read_after(connection, after, limit) if limit else []
        head = head_position(connection)
    return FeedPage(
        log_id=store.log_id,
        head=head,
        events=[
            FeedEntry(position=one.position, meta=one.meta.decode(), data=one.data.decode())
            for one in recorded
        ],
    )
