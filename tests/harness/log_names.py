"""Databases whose logs are named alike in every run: a log's name stands in every envelope."""

from uuid import UUID

import pytest

from contracts.services import SERVICES

__all__ = ["name_logs_alike"]


def name_logs_alike(patch: pytest.MonkeyPatch) -> None:
    """Let the databases of the services be named 1, 2, 3, 4 in the order in which they are made."""
    for module in ("chassis.store.sqlite.store", "chassis.store.postgres.provisioning"):
        names = iter([UUID(int=number) for number in range(1, len(SERVICES) + 1)])
        patch.setattr(f"{module}.uuid4", names.__next__)
