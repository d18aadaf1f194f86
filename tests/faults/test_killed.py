"""`kill -9` at any moment of a simulation: it ends the same, and every command has its effect once.

An undisturbed run says how every complaint ends. The same import is then played with the server
killed at moments drawn by a seeded die over the lines that simulate speaks, and while it moves the
clock. The control arm is a server that forgets which commands it has done: the same harness must
notice it.
"""

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from contracts.services import SERVICES
from tests.complaints import bodies, send
from tests.faults.books import faults_in
from tests.faults.effects import Effect, found, promised
from tests.faults.ordeal import Blows, Tale, play, rising
from tests.faults.outcomes import Ending, differences, ending_of, outcomes, unreconciled
from tests.servers import run_demo

SEED = 7
PATIENCE_S = 60
DICE = 20261123
COPIES = 1
"""Of the sample."""
LEAST_KILL_COUNT = 20
"""A doom that finds no commit to die of before the next blow counts for nothing."""


@dataclass(frozen=True)
class Story:
    """A run that came to its end."""

    folder: Path
    tale: Tale
    ending: Ending


@dataclass(frozen=True)
class Imported:
    """A data folder with complaints received and nothing decided, to be copied and played."""

    folder: Path
    external_nos: frozenset[str]

    def play(
        self, copy: Path, blows: Blows, arm: str = "sound", patience_s: int = PATIENCE_S
    ) -> Story:
        """Play a copy of it to the end."""
        shutil.copytree(self.folder, copy)
        with rising(copy, arm) as phoenix:
            tale = play(phoenix, SEED, blows, patience_s)
            phoenix.ready()
            ending = ending_of(phoenix.url)
        return Story(copy, tale, ending)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    folder = tmp_path_factory.mktemp("imported") / "data"
    with run_demo(folder) as server:
        agent = {"Authorization": "Bearer demo.agent.hotline.importer"}
        answer = httpx.get(f"{server.url}/intake/v1/catalogue", headers=agent, trust_env=False)
        made = bodies(answer.json(), COPIES)
        numbers = send(server.url, made)
    assert len(set(numbers)) == len(made)
    return Imported(folder, frozenset(body["external_no"] for body in made))


@pytest.fixture(scope="module")
def undisturbed(imported: Imported, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    story = imported.play(tmp_path_factory.mktemp("undisturbed") / "data", Blows())
    assert story.tale.is_over
    assert story.tale.done == story.tale.asked
    assert set(outcomes(story.ending)) == imported.external_nos
    yield story
    shutil.rmtree(story.folder)


def moments(story: Story, count: int, salt: str) -> list[int]:
    """Draw lines of a run after which to strike, all different."""
    print(f"dice: {DICE}/{salt}")  # noqa: T201  # shown when the test fails
    die = random.Random(f"{DICE}/{salt}")
    return die.sample(range(1, story.tale.line_count * 9 // 10), count)


def lost(story: Story) -> Counter[Effect]:
    """Give the effects of commands that were said to be done and are not in the logs."""
    return promised(story.tale.done) - found(story.ending)


def unwanted(story: Story) -> Counter[Effect]:
    """Give the effects that no done command promised, or that are there once too often.

    What was asked and never answered may have been done or not.
    """
    return found(story.ending) - promised(story.tale.done | story.tale.unanswered)


def received(story: Story) -> list[str]:
    return sorted(one["external_no"] for one in story.ending.events("intake.appeal_received.v1"))


def must_be_as_if_nothing_happened(story: Story, undisturbed: Story, imported: Imported) -> None:
    assert story.tale.is_over
    assert differences(undisturbed.ending, story.ending) == []
    assert unreconciled(story.ending) == []
    assert not lost(story)
    assert not unwanted(story)
    assert not story.tale.refused
    assert received(story) == sorted(imported.external_nos)
    assert faults_in(dict.fromkeys(SERVICES, story.folder)) == []


def test_the_server_killed_at_any_moment(
    imported: Imported, undisturbed: Story, tmp_path: Path
) -> None:
    blows = Blows(
        server_at=moments(undisturbed, 20, "server"),
        commits_at=moments(undisturbed, 10, "commits"),
        clock_moves={1, 2},
    )
    story = imported.play(tmp_path / "data", blows)
    assert story.tale.server_kill_count >= LEAST_KILL_COUNT
    assert story.tale.done == undisturbed.tale.done
    must_be_as_if_nothing_happened(story, undisturbed, imported)


def test_the_simulation_killed_as_well(
    imported: Imported, undisturbed: Story, tmp_path: Path
) -> None:
    blows = Blows(
        server_at=moments(undisturbed, 3, "server, both"),
        commits_at=moments(undisturbed, 2, "commits, both"),
        clock_moves={2},
        simulate_at=moments(undisturbed, 4, "simulate, both"),
    )
    story = imported.play(tmp_path / "data", blows)
    assert story.tale.server_kill_count > 1
    assert story.tale.simulate_kill_count == len(blows.simulate_at)
    must_be_as_if_nothing_happened(story, undisturbed, imported)


def test_the_harness_notices_a_server_that_forgets_what_it_has_done(
    imported: Imported, undisturbed: Story, tmp_path: Path
) -> None:
    blows = Blows(commits_at=moments(undisturbed, 5, "forgetful"))
    story = imported.play(tmp_path / "data", blows, arm="forgetful", patience_s=8)
    assert story.tale.server_kill_count
    assert unwanted(story)
