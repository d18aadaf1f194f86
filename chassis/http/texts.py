"""Free text from outside: stripped, never empty, bounded, and fit for every store."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

__all__ = ["TEXT_MAX", "LongText", "Reason", "storable"]

TEXT_MAX = 20_000
"""Characters of one text."""


def storable(text: str) -> str:
    """Refuse a NUL, which databases and files cut text at. Raises: ValueError."""
    if "\0" in text:
        raise ValueError("holds a NUL character; send plain text")
    return text


LongText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=TEXT_MAX),
    AfterValidator(storable),
]
"""A complaint, an answer, an account: 1 to 20,000 characters."""

Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=500),
    AfterValidator(storable),
]
"""Why somebody does what is recorded with its reason: 2 to 500 characters."""
