"""Takes the steps of the entangled story through the four services, one by one."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.harness.four_services import FourServices
from tests.integration.entangled import RACED, entangled
from tests.integration.snapshot import Snapshot, snapshot
from tests.story import Step

__all__ = ["StoryRun", "play_in_order"]


@dataclass
class StoryRun:
    """The story in one harness: the steps that are left, and those that are done."""

    harness: FourServices
    left: list[Step] = field(default_factory=entangled)
    done: set[str] = field(default_factory=set)

    def ask(self, actor: str, path: str) -> Any:  # noqa: ANN401  # JSON
        return self.harness.ask(actor, path).json()

    def possible(self) -> list[Step]:
        """Give the steps that may be tried; the clock moves only when no other step is left."""
        free = [step for step in self.left if self.done.issuperset(step.after)]
        return [step for step in free if step.moment is None] or free[:1]

    def take(self, step: Step) -> bool:
        """Try a step; say whether it was done."""
        if step.moment is not None:
            self.harness.listen()
            self.harness.wait_until(step.moment)
        elif not self._command(step):
            return False
        self.left.remove(step)
        self.done.add(step.name)
        return True

    def _command(self, step: Step) -> bool:
        if step.awaits is not None and not step.awaits(self.ask):
            return False
        path = step.path if isinstance(step.path, str) else step.path(self.ask)
        answer = self.harness.tell(step.actor, path, step.body, key=step.name.replace(" ", "/"))
        assert answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR, f"{step}: {answer.text}"
        return answer.is_success


def play_in_order(harness: FourServices) -> Snapshot:
    """Take all steps, each after all events of the one before are processed; give the end."""
    run = StoryRun(harness)
    while run.left:
        assert run.take(run.possible()[0]), run.left[0]
        harness.listen()
    return snapshot(harness, RACED)
