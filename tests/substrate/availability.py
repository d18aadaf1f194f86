"""A test without the server that it needs: skipped with the reason, failed in CI."""

import os
from typing import NoReturn

import pytest

__all__ = ["unavailable"]


def unavailable(why: str) -> NoReturn:
    """End a test that cannot run; where CI is set, that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"a tier that CI must run could not run: {why}", pytrace=False)
    pytest.skip(why)
