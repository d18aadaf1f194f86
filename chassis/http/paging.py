"""The query parameters of a list."""

from typing import Annotated

from fastapi import Query

__all__ = ["PAGE_MAX", "Cursor", "Limit"]

PAGE_MAX = 500

Limit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="items per page")]
Cursor = Annotated[str | None, Query(max_length=500, description="`next` of the page before")]
