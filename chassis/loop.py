"""A thread that goes round until it is stopped, and shows that it does."""

import threading
from abc import abstractmethod

from chassis.heartbeat import Heartbeat

__all__ = ["Loop"]


class Loop(threading.Thread):
    """The base of the parts of a service that work on their own."""

    def __init__(self, name: str, heartbeat: Heartbeat) -> None:
        super().__init__(name=name, daemon=True)
        self.heartbeat = heartbeat
        self._is_stopping = threading.Event()

    @abstractmethod
    def go_round(self) -> float:
        """Do what there is to do; give the seconds to wait before the next round."""

    def run(self) -> None:
        """Go round until stopped."""
        while not self._is_stopping.is_set():
            self.pause(self.go_round())

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the end."""
        self._is_stopping.wait(seconds)

    def stop(self) -> None:
        """End after the round under way, without waiting for it."""
        self._is_stopping.set()
