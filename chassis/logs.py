"""Structured logs: one JSON object per line on standard error, past-tense names, no personal data.

Exceptions are logged by type and place. Their messages are left out, as a driver's message may
repeat the values it was given.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import structlog

__all__ = ["set_up_logs", "working_on"]

working_on: ContextVar[UUID | None] = ContextVar("working_on", default=None)
"""The conversation that is being worked on: the trace id of what is logged meanwhile."""


def set_up_logs(level: str) -> None:
    """Configure structlog for a process. `level` is a name of the logging module, any case."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            trace_of_work,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exception_without_message,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def trace_of_work(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    if conversation := working_on.get():
        line["trace_id"] = conversation.hex
    return line


def _exception_without_message(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    if line.pop("exc_info", None):
        kind, _, trace = sys.exc_info()
        line["exception"] = getattr(kind, "__name__", "unknown")
        line["at"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)
        ][-8:]
    return line
