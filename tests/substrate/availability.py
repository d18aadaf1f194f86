"""What a tier does when a server it needs is not there: skipped with the reason, failed in CI."""

import os
from typing import NoReturn

import pytest

__all__ = ["unavailable"]


def unavailable(why: str) -> NoReturn:
    """End a test that could not run; where CI is set a tier that cannot run is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"a tier that CI has to run could not: {why}", pytrace=False)
    pytest.skip(why)
