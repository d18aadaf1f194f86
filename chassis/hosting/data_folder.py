"""The data folder: who may use it, and whether it is a demonstration's for ever."""

import fcntl
import os
from pathlib import Path

from chassis.private_files import make_folder, repair, write_fresh

__all__ = ["DataFolder", "FolderRefused"]

_MARK = "DEMO"
_LOCKED = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW


class FolderRefused(Exception):
    """The folder cannot be used as asked; the message says what to do."""


class DataFolder:
    """A folder of databases and keys, held exclusively by the process that runs on it."""

    def __init__(self, path: Path, *, demo: bool) -> None:
        make_folder(path)
        repair(path)
        self.path = path
        self._locks: list[int] = []
        marked = (path / _MARK).exists()
        if marked and not demo:
            raise FolderRefused(
                f"{path} was made by a demonstration and stays one; choose another --data, "
                "or add --demo"
            )
        if demo and not marked:
            if any(path.glob("*.db")) or any(path.glob("keys/*")):
                raise FolderRefused(
                    f"{path} holds real data and is not for demonstrations; choose another --data"
                )
            write_fresh(path / _MARK, b"Demonstration data. Demo tokens are accepted here.\n")

    def lock(self, name: str) -> None:
        """Keep other processes off a service's files. Raises: FolderRefused when one is there."""
        descriptor = os.open(self.path / f"{name}.lock", _LOCKED, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise FolderRefused(
                f"another process runs {name} on {self.path}; stop it, or choose another --data"
            ) from None
        self._locks.append(descriptor)

    def release(self) -> None:
        """Let others in."""
        for descriptor in self._locks:
            os.close(descriptor)
        self._locks.clear()
