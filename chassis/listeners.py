"""Calling those who listen to a part: all of them, and none can harm the part or another one."""

from collections.abc import Callable, Iterable

import structlog

__all__ = ["notify"]

log = structlog.get_logger(__name__)


def notify(listeners: Iterable[Callable[..., None]], *what: object) -> None:
    """Call every listener; one that raises is logged, because the work it is about is done."""
    for listener in listeners:
        try:
            listener(*what)
        except Exception as error:  # noqa: BLE001  # nothing of it may reach the part
            log.warning("listener_failed", error=type(error).__name__)
