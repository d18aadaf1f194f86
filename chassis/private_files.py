"""Files that the process's user alone may read: made so, and made so again where they are looser.

A file that is meant to be new is opened with O_EXCL and O_NOFOLLOW: whatever already stands under
its name, a symbolic link included, is never written into.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import structlog

__all__ = ["make_empty", "make_folder", "repair", "sync_folder", "write_fresh"]

log = structlog.get_logger(__name__)

_FOLDER, _FILE = 0o700, 0o600
_FRESH = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_KEPT = (
    "*.db",
    "*.db-wal",
    "*.db-shm",
    "*.db-journal",
    "*.lock",
    "tokens.json",
    "tokens.partial",
    "clock",
    "clock.partial-*",
    "DEMO",
    "keys/*",
)
"""What a data folder holds of ours; anything else in it is not touched."""


def make_folder(path: Path) -> None:
    """Make a folder (and those above it) unless it is there."""
    path.mkdir(mode=_FOLDER, parents=True, exist_ok=True)


def make_empty(path: Path) -> None:
    """Make an empty file unless there is a file or a link of that name."""
    with suppress(FileExistsError):
        os.close(os.open(path, _FRESH, _FILE))


def write_fresh(path: Path, content: bytes) -> None:
    """Write a new file, durably; one that an earlier process left under that name is removed."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, _FRESH, _FILE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def repair(folder: Path) -> list[str]:
    """Take the rights of others from a data folder and its files; log and give what was looser."""
    repaired = [str(path) for path, mode in _ours(folder) if _is_tightened(path, mode)]
    if repaired:
        log.warning("permissions_repaired", folder=str(folder), files=len(repaired))
    return repaired


def _ours(folder: Path) -> Iterator[tuple[Path, int]]:
    yield folder, _FOLDER
    if (keys := folder / "keys").is_dir():
        yield keys, _FOLDER
    found: Iterable[Path] = (path for pattern in _KEPT for path in sorted(folder.glob(pattern)))
    yield from ((path, _FILE) for path in found if path.is_file() and not path.is_symlink())


def _is_tightened(path: Path, mode: int) -> bool:
    if not stat.S_IMODE(path.stat().st_mode) & ~mode:
        return False
    try:
        path.chmod(mode)
    except PermissionError:
        log.warning("permissions_too_loose", file=str(path), do="its owner has to run chmod")
        return False
    return True
