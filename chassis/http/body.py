"""The body of a command."""

from pydantic import BaseModel, ConfigDict

__all__ = ["Body"]


class Body(BaseModel):
    """A body without fields that nobody reads; space around a text is cut off."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
