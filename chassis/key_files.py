"""The file of a service's master key, and the file beside it while the key is being rotated.

`<service>.key` is the key in use. `<service>.key.new` is written before the database changes over
to it and takes the other's place afterwards; whichever of the two fits the database is the key.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from chassis.private_files import make_folder, sync_folder, write_fresh

__all__ = ["KEY_BYTES", "KeyFile", "KeyRefused", "load_master_key"]

KEY_BYTES = 32


class KeyRefused(Exception):
    """The vault cannot be opened with the key that is there; the message says what to do."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """Where a master key stands."""

    path: Path

    @property
    def new(self) -> Path:
        """Give the place of the key to come."""
        return self.path.with_name(f"{self.path.name}.new")

    def candidates(self) -> list[bytes]:
        """Give every whole key, the one in use first."""
        return [key for key in map(_content, (self.path, self.new)) if len(key) == KEY_BYTES]

    def offer(self) -> bytes:
        """Write a key to come, durably, beside the one in use; give it."""
        key = os.urandom(KEY_BYTES)
        write_fresh(self.new, key)
        sync_folder(self.path.parent)
        return key

    def settle(self, key: bytes) -> None:
        """Keep the key that fits the database, as the one in use, and no other."""
        if _content(self.path) == key:
            self.new.unlink(missing_ok=True)
        elif _content(self.new) == key:
            self.new.replace(self.path)
        sync_folder(self.path.parent)


def load_master_key(path: Path) -> bytes:
    """Read the 32-byte master key, making it (readable by its owner alone) if there is none.

    Raises: ValueError when the file does not hold 32 bytes.
    """
    if not path.exists():
        _make_master_key(path)
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        message = f"{path.name} does not hold a key of {KEY_BYTES} bytes; restore it from backup"
        raise ValueError(message)
    return key


def _make_master_key(path: Path) -> None:
    """Write a new key beside its place and move it there whole: half a key opens nothing."""
    make_folder(path.parent)
    partial = path.with_suffix(".partial")
    write_fresh(partial, os.urandom(KEY_BYTES))
    partial.replace(path)
    sync_folder(path.parent)  # without its name the key is lost, and with it every text


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""
