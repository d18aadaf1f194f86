"""Which errors of a database are worth another try."""

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from chassis.errors import Fault

__all__ = ["is_fault"]


def is_fault(error: Exception) -> bool:
    """Say whether an error is infrastructure's; what a database cannot hold is the caller's."""
    if isinstance(error, DataError | IntegrityError):
        return False
    return isinstance(error, Fault | DBAPIError | OSError)
