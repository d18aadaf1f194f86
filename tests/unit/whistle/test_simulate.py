"""The choices of a simulation, and what it says to a server that is no demonstration."""

import json
from collections import Counter
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import get_args

from tests.commands import Shell
from whistle.simulate.choices import Choices, Course, Part

MATTERS = {"1": {"urgency": "normal"}, "2": {"urgency": "critical"}}
UNITS = {
    "a": {"kind": "department", "parent": "district"},
    "b": {"kind": "department", "parent": "elsewhere"},
    "c": {"kind": "company", "parent": "district"},
    "d": {"kind": "centre", "parent": "district"},
}
CHOICES = Choices(seed=1, streets=("s",), matters=MATTERS, units=UNITS)
NUMBERS = [f"N-{number}" for number in range(1_000)]


def test_the_same_seed_makes_the_same_choices_and_another_makes_others() -> None:
    again, other = (
        Choices(seed=seed, streets=("s",), matters=MATTERS, units=UNITS) for seed in (1, 2)
    )
    own = [CHOICES.course(number, 1, "1") for number in NUMBERS]
    assert own == [again.course(number, 1, "1") for number in NUMBERS]
    assert own != [other.course(number, 1, "1") for number in NUMBERS]


def test_every_course_is_taken_and_all_but_the_plain_one_are_rare() -> None:
    taken = Counter(CHOICES.course(number, 1, "1") for number in NUMBERS)
    assert taken.keys() == set(get_args(Course))
    assert all(count < 100 for course, count in taken.items() if course != "plain")


def test_danger_and_later_rounds_go_straight_on() -> None:
    assert {CHOICES.course(number, 1, "2") for number in NUMBERS} == {"plain"}
    assert {CHOICES.course(number, 2, "1") for number in NUMBERS} == {"plain"}


def test_every_part_is_played_and_all_but_the_plain_one_are_rare() -> None:
    played = Counter(CHOICES.part(number, "a", 1) for number in NUMBERS)
    assert played.keys() == set(get_args(Part))
    assert all(count < 100 for part, count in played.items() if part != "plain")


def test_whom_the_unit_cannot_reach_nobody_reaches() -> None:
    away = [one for one in NUMBERS if CHOICES.course(one, 1, "1") == "unreachable"]
    assert away
    assert not any(CHOICES.answers(one, 1).reached for one in away)


def test_from_the_third_round_on_every_caller_says_that_it_is_solved() -> None:
    assert all(CHOICES.answers(number, 3).resolved for number in NUMBERS)
    assert not all(CHOICES.answers(number, 2).resolved for number in NUMBERS)


def test_departments_are_those_of_the_district_but_for_some() -> None:
    assert CHOICES.departments("district") == ("a",)
    assert CHOICES.departments("district", "a") == ()
    assert CHOICES.centre_of("district") == "d"


class _NoDemonstration(BaseHTTPRequestHandler):
    """A server that knows no demo routes."""

    def do_GET(self) -> None:
        body = json.dumps({"code": "not_found"}).encode()
        self.send_response(404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name in http.server
        """Say nothing."""


def test_a_server_that_is_no_demonstration_is_named_in_one_line() -> None:
    with HTTPServer(("127.0.0.1", 0), _NoDemonstration) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        ended = Shell(f"http://127.0.0.1:{server.server_port}").run("simulate")
        server.shutdown()
    assert ended.code == 7
    assert ended.out == ""
    [line] = ended.err.splitlines()
    assert "is no demonstration; start one with `whistle run --demo --data DIR`" in line
