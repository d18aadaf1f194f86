"""The entangled story on its way through a district, step by step, and told in a straight line."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.district import District
from tests.integration.entangled import RACED, entangled
from tests.integration.snapshot import Snapshot, snapshot
from tests.story import Step

__all__ = ["Telling", "tell_straight"]


@dataclass
class Telling:
    """A story on its way in one district."""

    district: District
    left: list[Step] = field(default_factory=entangled)
    done: set[str] = field(default_factory=set)

    def ask(self, actor: str, path: str) -> Any:  # noqa: ANN401  # JSON
        return self.district.ask(actor, path).json()

    def possible(self) -> list[Step]:
        """Give what may be tried; the clock waits until nothing else is left to do."""
        free = [step for step in self.left if self.done.issuperset(step.after)]
        return [step for step in free if step.moment is None] or free[:1]

    def take(self, step: Step) -> bool:
        """Try a step; say whether it was done."""
        if step.moment is not None:
            self.district.listen()
            self.district.wait_until(step.moment)
        elif not self._command(step):
            return False
        self.left.remove(step)
        self.done.add(step.name)
        return True

    def _command(self, step: Step) -> bool:
        if step.awaits is not None and not step.awaits(self.ask):
            return False
        path = step.path if isinstance(step.path, str) else step.path(self.ask)
        answer = self.district.tell(step.actor, path, step.body, key=step.name.replace(" ", "/"))
        assert answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR, f"{step}: {answer.text}"
        return answer.is_success


def tell_straight(district: District) -> Snapshot:
    """Tell it with everybody hearing everything after every step; give what there is then."""
    telling = Telling(district)
    while telling.left:
        assert telling.take(telling.possible()[0]), telling.left[0]
        district.listen()
    return snapshot(district, RACED)
