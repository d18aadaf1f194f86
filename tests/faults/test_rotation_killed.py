"""A process that is killed while its master key is rotated opens every text at the next start."""

from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.people import People
from tests.servers import Server, run_demo
from tests.story import AGENT, OPERATOR, receive

NO = "260928000001"
ROTATE = "/intake/v1/keys/rotate"
KILLED = -9


def people_of(server: Server) -> People:
    return People(lambda _path: server.url, lambda actor: f"demo.{actor}")


def text_in(server: Server) -> str:
    with closing(people_of(server)) as people:
        return str(people.ask(AGENT, f"/intake/v1/appeals/{NO}/text")["text"])


def rotate(server: Server, key: str) -> httpx.Response:
    with closing(people_of(server)) as people:
        headers = {"Idempotency-Key": key}
        body = {"reason": "每年一次"}
        return people.send("POST", OPERATOR, ROTATE, json=body, headers=headers)


@pytest.mark.parametrize("moment", ["after_effect_before_commit", "before_key_files_settle"])
def test_every_text_opens_afterwards_and_it_is_rotated_again(tmp_path: Path, moment: str) -> None:
    with run_demo(tmp_path) as server, closing(people_of(server)) as people:
        people.take(receive(1, lambda place: f"what is written as {place}", phone="19900000001"))
        before = text_in(server)
    old = (tmp_path / "keys" / "intake.key").read_bytes()
    with run_demo(tmp_path, env={"WHISTLE_CRASH_AT": moment}) as server:
        with pytest.raises(httpx.TransportError):
            rotate(server, "first")
        assert server.wait() == KILLED
    files = {path.name for path in (tmp_path / "keys").iterdir()}
    assert "intake.key.new" in files, "it died in the middle"
    with run_demo(tmp_path) as server:
        assert text_in(server) == before == "what is written as text 1"
        assert not (tmp_path / "keys" / "intake.key.new").exists()
        assert rotate(server, "first").is_success, "sent again, it is done once or found done"
        assert text_in(server) == before
    assert (tmp_path / "keys" / "intake.key").read_bytes() != old
