"""A proxy between a service and its database, whose connections a test can cut at any moment."""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import make_url

__all__ = ["Wire"]

Cut = Literal["", "before the commit", "after the commit"]
_COMMIT = b"COMMIT\0"
_CHUNK = 65_536


@dataclass
class _Pair:
    """The two ends of one connection."""

    near: socket.socket
    far: socket.socket
    is_mute: bool = False
    """Whether the next answer is dropped, and the connection closed."""

    def cut(self) -> None:
        for end in (self.near, self.far):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


class Wire:
    """Listens on loopback and forwards to the database; counts its cuts."""

    def __init__(self, url: str) -> None:
        self._to = make_url(url)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._port: int = self._listener.getsockname()[1]
        self.cut: Cut = ""
        """When to cut, once: a COMMIT is not forwarded, or its answer is not."""
        self.stays_cut = False
        """Whether a cut closes all connections and refuses new ones."""
        self.cut_count = 0
        self._pairs: list[_Pair] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Give the address of the database through the proxy."""
        return self._to.set(port=self._port).render_as_string(hide_password=False)

    def close(self) -> None:
        """Accept no more connections."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self.stays_cut and self.cut_count:
                near.close()
                continue
            far = socket.create_connection((self._to.host or "127.0.0.1", self._to.port or 5432))
            pair = _Pair(near, far)
            self._pairs.append(pair)
            for work in (self._ask, self._answer):
                threading.Thread(target=work, args=(pair,), daemon=True).start()

    def _ask(self, pair: _Pair) -> None:
        with suppress(OSError):
            while chunk := pair.near.recv(_CHUNK):
                if self.cut and _COMMIT in chunk:
                    if self.cut == "before the commit":
                        self._count()
                        break
                    pair.is_mute = True
                pair.far.sendall(chunk)
        pair.cut()

    def _answer(self, pair: _Pair) -> None:
        with suppress(OSError):
            while chunk := pair.far.recv(_CHUNK):
                if pair.is_mute:
                    self._count()
                    break
                pair.near.sendall(chunk)
        pair.cut()

    def _count(self) -> None:
        self.cut = ""
        self.cut_count += 1
        for pair in self._pairs if self.stays_cut else ():
            pair.cut()
