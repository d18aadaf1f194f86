"""How an event speaks of a text that it does not hold."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

__all__ = ["Sealed"]


class Sealed(BaseModel):
    """A free text or personal datum that stands in a vault and not in the event.

    `commitment` is the lower-case hex SHA-256 of salt ‖ UTF-8 text. Salt and text live encrypted
    beside the log; destroying the key erases both and leaves every proof valid.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ref: UUID
    commitment: str
