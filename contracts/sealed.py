"""The reference to a text that an event does not hold."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

__all__ = ["Sealed"]


class Sealed(BaseModel):
    """A free text or personal datum that is kept in a vault and not in the event.

    `commitment` is the lower-case hex SHA-256 of salt ‖ UTF-8 text. The vault keeps salt and
    text encrypted beside the log; destroying the key erases both, and every proof stays valid.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ref: UUID
    commitment: str
