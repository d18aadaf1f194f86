"""`kill -9` at any moment of a simulation: it ends the same, and every command has its effect once.

An undisturbed run gives the outcome of every complaint. The same import is then played with the
server killed after lines of simulate that a seed chooses, and while it moves the clock. The control
arm is a server that forgets which commands it has done: the same checks must notice it.
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
from tests.faults.consistency import faults_in
from tests.faults.effects import Effect, expected, found
from tests.faults.fault_run import Kills, Transcript, play, restarting_server
from tests.faults.outcomes import Ending, differences, ending_of, outcomes, unreconciled
from tests.servers import run_demo

SEED = 7
PATIENCE_S = 60
KILL_SEED = 20261123
COPIES = 1
"""Of the sample."""
LEAST_KILL_COUNT = 20
"""A server that commits nothing between two kills is not killed after a commit."""


@dataclass(frozen=True)
class Run:
    """A simulation that came to its end."""

    folder: Path
    transcript: Transcript
    ending: Ending


@dataclass(frozen=True)
class Imported:
    """A data folder with complaints received and nothing decided, to be copied and played."""

    folder: Path
    external_nos: frozenset[str]

    def play(
        self, copy: Path, kills: Kills, arm: str = "sound", patience_s: int = PATIENCE_S
    ) -> Run:
        """Play a copy of it to the end."""
        shutil.copytree(self.folder, copy)
        with restarting_server(copy, arm) as server:
            transcript = play(server, SEED, kills, patience_s)
            server.ready()
            ending = ending_of(server.url)
        return Run(copy, transcript, ending)


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
def undisturbed(imported: Imported, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    run = imported.play(tmp_path_factory.mktemp("undisturbed") / "data", Kills())
    assert run.transcript.is_over
    assert run.transcript.done == run.transcript.asked
    assert set(outcomes(run.ending)) == imported.external_nos
    yield run
    shutil.rmtree(run.folder)


def moments(run: Run, count: int, salt: str) -> list[int]:
    """Choose lines of a run after which to kill, all different."""
    print(f"seed: {KILL_SEED}/{salt}")  # noqa: T201  # shown when the test fails
    source = random.Random(f"{KILL_SEED}/{salt}")
    return source.sample(range(1, run.transcript.line_count * 9 // 10), count)


def lost(run: Run) -> Counter[Effect]:
    """Give the effects of commands that were answered as done and are not in the logs."""
    return expected(run.transcript.done) - found(run.ending)


def unwanted(run: Run) -> Counter[Effect]:
    """Give the effects that no done command leads to, or that are there more than once.

    A command that was sent and never answered may have been done or not.
    """
    return found(run.ending) - expected(run.transcript.done | run.transcript.unanswered)


def received(run: Run) -> list[str]:
    return sorted(one["external_no"] for one in run.ending.events("intake.appeal_received.v3"))


def must_be_as_if_nothing_happened(run: Run, undisturbed: Run, imported: Imported) -> None:
    assert run.transcript.is_over
    assert differences(undisturbed.ending, run.ending) == []
    assert unreconciled(run.ending) == []
    assert not lost(run)
    assert not unwanted(run)
    assert not run.transcript.refused
    assert received(run) == sorted(imported.external_nos)
    assert faults_in(dict.fromkeys(SERVICES, run.folder)) == []


def test_the_server_killed_at_any_moment(
    imported: Imported, undisturbed: Run, tmp_path: Path
) -> None:
    kills = Kills(
        server_at=moments(undisturbed, 20, "server"),
        commits_at=moments(undisturbed, 10, "commits"),
        clock_moves={1, 2},
    )
    run = imported.play(tmp_path / "data", kills)
    assert run.transcript.server_kill_count >= LEAST_KILL_COUNT
    assert run.transcript.done == undisturbed.transcript.done
    must_be_as_if_nothing_happened(run, undisturbed, imported)


def test_the_simulation_killed_as_well(
    imported: Imported, undisturbed: Run, tmp_path: Path
) -> None:
    kills = Kills(
        server_at=moments(undisturbed, 3, "server, both"),
        commits_at=moments(undisturbed, 2, "commits, both"),
        clock_moves={2},
        simulate_at=moments(undisturbed, 4, "simulate, both"),
    )
    run = imported.play(tmp_path / "data", kills)
    assert run.transcript.server_kill_count > 1
    assert run.transcript.simulate_kill_count == len(kills.simulate_at)
    must_be_as_if_nothing_happened(run, undisturbed, imported)


def test_the_harness_notices_a_server_that_forgets_what_it_has_done(
    imported: Imported, undisturbed: Run, tmp_path: Path
) -> None:
    kills = Kills(commits_at=moments(undisturbed, 5, "forgetful"))
    run = imported.play(tmp_path / "data", kills, arm="forgetful", patience_s=8)
    assert run.transcript.server_kill_count
    assert unwanted(run)
