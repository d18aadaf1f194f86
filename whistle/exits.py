"""The exit codes of every command, so that a script can tell a refusal from a failure."""

from enum import IntEnum

__all__ = ["Exit", "exit_for_status"]

_SERVER_ERRORS = 500
_TOO_MANY_REQUESTS = 429
_REFUSED = 400


class Exit(IntEnum):
    """How a command ended. Numbers are never reused for another meaning."""

    OK = 0
    """It did what was asked."""
    FAULT = 1
    """This program failed; `--verbose` shows where."""
    USAGE = 2
    """It was called the wrong way, or with a file or setting that cannot be used."""
    DIFFERENCES = 3
    """It ran, and found differences or rows that were not accepted."""
    NOT_AUTHORISED = 4
    """No token, or one of a role that may not do this."""
    REFUSED = 5
    """A rule refused it, or what was named does not exist."""
    CONFLICT = 6
    """The object changed since it was read."""
    UNAVAILABLE = 7
    """The server cannot be reached, failed, or did not get ready in time."""
    INTERRUPTED = 130
    """Stopped with Ctrl-C."""


_BY_STATUS = {
    401: Exit.NOT_AUTHORISED,
    403: Exit.NOT_AUTHORISED,
    412: Exit.CONFLICT,
    _TOO_MANY_REQUESTS: Exit.UNAVAILABLE,
}


def exit_for_status(status: int) -> Exit:
    """Give the exit code for the HTTP status that ended a command."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if _REFUSED <= status < _SERVER_ERRORS:
        return Exit.REFUSED
    # A redirect or an odd status does not come from this system: the same as no server.
    return Exit.UNAVAILABLE
