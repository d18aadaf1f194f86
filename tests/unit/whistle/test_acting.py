"""Commands that act: what each sends where, what it tells, and what it asks the catalogue."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from chassis.http.address import Address
from tests.commands import Ended, Shell
from whistle import signing_in
from whistle.acting import Act
from whistle.client import Client
from whistle.commands.appeals import APPEAL_ACTS
from whistle.commands.callbacks import CALLBACK_ACTS
from whistle.commands.case_acts import CASE_ACTS
from whistle.commands.operations import OPERATION_ACTS
from whistle.commands.whistles import WHISTLE_ACTS

CASE, WHISTLE, CALLBACK = "260928000012", "260928000012-W1", "260928000012-R1"
STREET, FIRE, POLICE = "street-willow-brook", "fire-rescue", "public-security"
CATALOGUE = {
    "units": [
        {
            "code": STREET,
            "name_zh": "柳溪街道",
            "name_en": "Willow Brook Subdistrict",
            "parent": "d",
        },
        {"code": FIRE, "name_zh": "区消防救援支队", "name_en": "Fire and Rescue", "parent": "d"},
        {"code": POLICE, "name_zh": "公安分局", "name_en": "Public Security", "parent": "d"},
    ],
    "streets": [{"code": STREET, "name_zh": "柳溪街道", "name_en": "Willow Brook Subdistrict"}],
    "matters": [{"code": "200717", "minor": "油烟扰民"}],
}
SHOWN = {"unit": STREET, "street": STREET, "open_whistles": [WHISTLE]}


@dataclass
class Server:
    """A server that accepts every command and remembers what came."""

    refusal: dict[str, Any] | None = None
    posted: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    lost: int = 0
    """How many commands get no answer."""
    is_demonstration: bool = True

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if request.method == "GET":
            return self._read(path)
        self.tokens.add(request.headers["authorization"].removeprefix("Bearer "))
        key = request.headers["idempotency-key"]
        self.posted.append((path, json.loads(request.content), key))
        if self.lost:
            self.lost -= 1
            raise httpx.ReadTimeout("slow")
        if self.refusal:
            return httpx.Response(409, json=self.refusal)
        return httpx.Response(200, json={"id": f"{CASE}-W1", "version": 3})

    def _read(self, path: str) -> httpx.Response:
        if path == "/demo/v1/clock":
            return httpx.Response(200 if self.is_demonstration else 404, json={})
        if path == "/intake/v1/catalogue":
            return httpx.Response(200, json=CATALOGUE)
        if path == "/feedback/v1/callbacks":
            items = [{"callback_no": CALLBACK}]
            return httpx.Response(200, json={"items": items, "total": 1, "next": None})
        return httpx.Response(200, json=SHOWN)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    """Stand in for the network of every client that a command makes."""
    stub = Server()

    def connected(address: Address, token: str) -> Client:
        return Client(address, token, httpx.MockTransport(stub.answer), lambda _seconds: None)

    monkeypatch.setattr(signing_in, "Client", connected)
    return stub


def run(*words: str, typed: str = "", language: str = "en_US.UTF-8", **env: str) -> Ended:
    return Shell("http://city.example", {"LC_ALL": language, **env}).run(*words, typed=typed)


def done(server: Server, *words: str, typed: str = "") -> tuple[str, dict[str, Any]]:
    ended = run(*words, typed=typed)
    assert ended.code == 0, ended.err
    ((path, body, _key),) = server.posted
    return path, body


SENT: dict[str, tuple[tuple[str, ...], str, dict[str, Any]]] = {
    "sign": (("case", "sign", CASE), f"/dispatch/v1/cases/{CASE}/signature", {}),
    "contact": (
        ("case", "contact", CASE, "--result", "reached"),
        f"/dispatch/v1/cases/{CASE}/contacts",
        {"result": "reached"},
    ),
    "stage": (("case", "stage", CASE, "stop"), f"/dispatch/v1/cases/{CASE}/stages/stop", {}),
    "report": (
        ("case", "report", CASE, "--claim", "resolved", "--contact", "已联系", "--account", "x"),
        f"/dispatch/v1/cases/{CASE}/handling",
        {"claim": "resolved", "contact": "reached", "account": "x"},
    ),
    "object": (
        ("case", "object", CASE, "--basis", "item 12", "--proposed-unit", "公安分局"),
        f"/dispatch/v1/cases/{CASE}/objection",
        {"basis": "item 12", "proposed_unit": POLICE},
    ),
    "extend": (
        ("case", "extend", CASE, "--workdays", "5", "--reason", "parts"),
        f"/dispatch/v1/cases/{CASE}/extension",
        {"workdays": 5, "reason": "parts"},
    ),
    "suspend": (
        ("case", "suspend", CASE, "--pool", "season", "--review-on", "2027-03-01", "--reason", "x"),
        f"/dispatch/v1/cases/{CASE}/suspension",
        {"pool": "season", "review_on": "2027-03-01", "reason": "x"},
    ),
    "rule": (
        ("case", "rule", CASE, "upheld", "--to", "消防", "--reason", "x"),
        f"/dispatch/v1/cases/{CASE}/ruling",
        {"outcome": "upheld", "unit": FIRE, "reason": "x"},
    ),
    "redispatch": (
        ("case", "redispatch", CASE, "消防", "--ground", "dispatch_error"),
        f"/dispatch/v1/cases/{CASE}/redispatch",
        {"unit": FIRE, "ground": "dispatch_error"},
    ),
    "grant": (
        ("case", "grant-extension", CASE),
        f"/dispatch/v1/cases/{CASE}/extension/grant",
        {},
    ),
    "order-end": (
        ("case", "order-end", CASE, "--reason", "x"),
        f"/dispatch/v1/cases/{CASE}/end-order",
        {"reason": "x"},
    ),
    "assist": (
        ("case", "assist", CASE, "消防", "--request", "x"),
        f"/dispatch/v1/cases/{CASE}/assists",
        {"unit": FIRE, "request": "x"},
    ),
    "answer-assist": (
        ("case", "answer-assist", CASE, "消防", "--answer", "x", "--unit", "消防"),
        f"/dispatch/v1/cases/{CASE}/assists/{FIRE}/answer",
        {"answer": "x"},
    ),
    "hand-over": (
        ("case", "hand-over", CASE, "--person", "o-2"),
        f"/dispatch/v1/cases/{CASE}/hand-over",
        {"person": "o-2"},
    ),
    "propose": (
        (
            *("whistle", "propose", CASE, "--kind", "重点工作哨", "--ground", "no_power"),
            *("--evidence", "e", "--lead", "消防", "--assisting", "公安分局", "--request", "r"),
            *("--reasons", "公安分局=crowds", "--goal", "g", "--consultation", "c"),
            *("--responsible", "p", "--node", "2027-03-01=first"),
        ),
        f"/dispatch/v1/cases/{CASE}/whistles",
        {
            "kind": "key",
            "ground": "no_power",
            "evidence": "e",
            "lead": FIRE,
            "assisting": [POLICE],
            "request": "r",
            "reasons": {POLICE: "crowds"},
            "plan": {
                "goal": "g",
                "consultation": "c",
                "responsible": "p",
                "nodes": [{"what": "first", "due_at": "2027-03-01T18:00:00+08:00"}],
            },
        },
    ),
    "approve": (("whistle", "approve", CASE), f"/dispatch/v1/whistles/{WHISTLE}/approval", {}),
    "chase": (
        ("whistle", "chase", WHISTLE, "消防"),
        f"/enforcement/v1/operations/{WHISTLE}/chases/{FIRE}",
        {},
    ),
    "add-unit": (
        ("whistle", "add-unit", WHISTLE, "消防", "--reason", "x"),
        f"/dispatch/v1/whistles/{WHISTLE}/units",
        {"unit": FIRE, "reason": "x"},
    ),
    "settle": (
        (
            *("whistle", "settle", WHISTLE, "--ratings", "消防=100,100,50,100,100,100"),
            *("--reasons", "消防=one person"),
        ),
        f"/dispatch/v1/whistles/{WHISTLE}/settlement",
        {
            "ratings": [
                {
                    "unit": FIRE,
                    "signing": 100,
                    "arrival": 100,
                    "people": 50,
                    "quality": 100,
                    "staying": 100,
                    "result": 100,
                    "reason": "one person",
                }
            ]
        },
    ),
    "report-in": (
        ("operation", "report-in", CASE, "--officers", "2", "--unit", "消防"),
        f"/enforcement/v1/operations/{WHISTLE}/report",
        {"officer_count": 2},
    ),
    "release": (
        ("operation", "release", WHISTLE, "消防"),
        f"/enforcement/v1/operations/{WHISTLE}/releases/{FIRE}",
        {},
    ),
    "contest ruling": (
        ("operation", "rule", WHISTLE, "消防", "rejected", "--reason", "x"),
        f"/enforcement/v1/operations/{WHISTLE}/contests/{FIRE}/ruling",
        {"outcome": "rejected", "reason": "x"},
    ),
    "complete a call-back": (
        (
            *("callback", "complete", CASE, "--contacted", "yes", "--resolved", "否"),
            *("--satisfaction", "不满意"),
        ),
        f"/feedback/v1/callbacks/{CALLBACK}/completion",
        {"contacted": True, "resolved": False, "satisfaction": "dissatisfied"},
    ),
    "receive": (
        (
            *("appeal", "receive", "--source", "seat", "--external-no", "T-1", "--text", "x"),
            *("--kind", "投诉"),
            *("--street", "柳溪", "--matter", "油烟", "--phone", "19900000009"),
        ),
        "/intake/v1/appeals",
        {
            "source": "seat",
            "external_no": "T-1",
            "kind": "complaint",
            "text": "x",
            "street": STREET,
            "matter": "200717",
            "reporter": {"phone": "19900000009"},
        },
    ),
    "link": (
        ("appeal", "link", CASE, "260928000007"),
        f"/intake/v1/appeals/{CASE}/link",
        {"case_no": "260928000007"},
    ),
}


class WhenACommandActs:
    @pytest.mark.parametrize("name", SENT)
    def test_it_sends_one_request_to_its_route(self, server: Server, name: str) -> None:
        words, path, body = SENT[name]
        assert done(server, *words) == (path, body)

    def test_it_tells_what_was_done_and_the_next_step(self, server: Server) -> None:
        ended = run("case", "sign", CASE)
        assert ended.out == f"signed for case {CASE}\n"
        assert f"next: whistle case text {CASE}" in ended.err
        assert server.posted

    def test_it_speaks_the_readers_language(self, server: Server) -> None:
        ended = run("operation", "release", WHISTLE, "消防", language="zh_CN.UTF-8")
        assert ended.out == f"已放行 区消防救援支队（{WHISTLE}）\n"
        assert "下一步：" in ended.err
        assert server.posted

    def test_a_program_gets_the_answer_as_it_is(self, server: Server) -> None:
        assert run("case", "sign", CASE, "--json").json == {"id": WHISTLE, "version": 3}
        assert server.posted

    def test_a_text_may_come_from_standard_input(self, server: Server) -> None:
        words = ("case", "order-end", CASE, "--reason", "-")
        assert done(server, *words, typed="多方多次协调未果\n")[1] == {"reason": "多方多次协调未果"}

    def test_no_text_at_all_is_not_sent(self, server: Server) -> None:
        ended = run("case", "order-end", CASE, "--reason", "-", typed=" \n")
        assert (ended.code, server.posted) == (2, [])

    def test_a_command_without_an_answer_is_sent_again_under_one_key(self, server: Server) -> None:
        server.lost = 2
        assert run("case", "sign", CASE).code == 0
        assert len(server.posted) == 3
        assert len({key for _path, _body, key in server.posted}) == 1

    def test_after_three_tries_it_gives_up_and_takes_the_key_of_before(
        self, server: Server
    ) -> None:
        server.lost = 3
        assert run("case", "sign", CASE, "--key", "k-1").code == 7
        assert [key for _path, _body, key in server.posted] == ["k-1"] * 3

    def test_a_refusal_is_told_with_its_code_a_sentence_and_a_hint(self, server: Server) -> None:
        server.refusal = {"code": "case_not_signed", "detail": "请先签收。"}
        ended = run("case", "report", CASE, *SENT["report"][0][3:], language="zh_CN.UTF-8")
        assert ended.code == 5
        assert ended.err.splitlines()[-3:] == [
            "whistle: 服务器答复 409 (case_not_signed)",
            "  请先签收。",
            "提示：whistle case sign 编号",
        ]


class WhenSomebodyIsNamed:
    def test_an_unknown_name_lists_those_like_it(self, server: Server) -> None:
        ended = run("case", "redispatch", CASE, "消防支队", "--ground", "unit_silent")
        assert (ended.code, server.posted) == (2, [])
        assert f"{FIRE} " in ended.err

    def test_an_ambiguous_name_lists_the_candidates(self, server: Server) -> None:
        ended = run("case", "redispatch", CASE, "e", "--ground", "unit_silent")
        assert (ended.code, server.posted) == (2, [])
        assert all(code in ended.err for code in (FIRE, POLICE))

    def test_a_word_that_is_none_lists_the_words(self, server: Server) -> None:
        ended = run("case", "contact", CASE, "--result", "maybe")
        assert (ended.code, server.posted) == (2, [])
        assert "reached 已联系" in ended.err

    @pytest.mark.parametrize("pair", ["消防", "消防=", "消防=1,2,3"])
    def test_a_rating_that_cannot_be_read_is_not_sent(self, server: Server, pair: str) -> None:
        ended = run("whistle", "settle", WHISTLE, "--ratings", pair)
        assert (ended.code, server.posted) == (2, [])

    def test_a_node_without_a_day_is_not_sent(self, server: Server) -> None:
        words = [*SENT["propose"][0][:-1], "some day=first"]
        assert (run(*words).code, server.posted) == (2, [])


class WhenActingOnADemonstration:
    @pytest.mark.parametrize(
        ("words", "token"),
        [
            (("case", "sign", CASE), f"demo.officer.{STREET}.cli-officer"),
            (("case", "order-end", CASE, "--reason", "x"), "demo.leader.d.cli-leader"),
            (SENT["redispatch"][0], "demo.dispatcher.hotline.cli-dispatcher"),
            (
                ("operation", "acknowledge", CASE, "--unit", "消防"),
                f"demo.officer.{FIRE}.cli-officer",
            ),
        ],
    )
    def test_it_is_done_in_the_role_and_for_the_unit_that_it_takes(
        self, server: Server, words: tuple[str, ...], token: str
    ) -> None:
        done(server, *words)
        assert server.tokens == {token}

    def test_a_called_unit_has_to_be_named(self, server: Server) -> None:
        ended = run("operation", "acknowledge", CASE)
        assert (ended.code, server.posted) == (2, [])
        assert "--unit" in ended.err

    def test_elsewhere_the_token_says_who_acts(self, server: Server) -> None:
        server.is_demonstration = False
        assert run("case", "sign", CASE).code == 4
        assert run("case", "sign", CASE, WHISTLE_TOKEN="own").code == 0
        assert server.tokens == {"own"}


class WhenANumberIsGiven:
    def test_a_whistles_number_names_its_case(self, server: Server) -> None:
        ended = run("case", "sign", WHISTLE)
        assert server.posted[0][0] == f"/dispatch/v1/cases/{CASE}/signature"
        assert f"{WHISTLE} is a whistle of {CASE}" in ended.err

    @pytest.mark.parametrize("no", ["12", "../../x", f"{CASE}-X1", f"{CASE}-W0", ""])
    def test_what_is_no_number_is_not_sent(self, server: Server, no: str) -> None:
        assert (run("case", "sign", no).code, server.posted) == (2, [])

    @pytest.mark.parametrize(("numbers", "code"), [([], 5), ([WHISTLE, f"{CASE}-W2"], 2)])
    def test_of_several_whistles_none_is_guessed(
        self, server: Server, monkeypatch: pytest.MonkeyPatch, numbers: list[str], code: int
    ) -> None:
        monkeypatch.setitem(SHOWN, "open_whistles", numbers)
        ended = run("whistle", "approve", CASE)
        assert (ended.code, server.posted) == (code, [])
        assert all(number in ended.err for number in numbers)


@pytest.mark.parametrize(
    "act",
    [*CASE_ACTS, *WHISTLE_ACTS, *OPERATION_ACTS, *CALLBACK_ACTS, *APPEAL_ACTS],
    ids=lambda act: str(act.example),
)
@pytest.mark.parametrize("language", ["zh_CN.UTF-8", "en_US.UTF-8"])
def test_every_command_shows_an_example_of_itself(act: Act, language: str) -> None:
    group = act.example.split()[0]
    ended = run(group, act.name, "--help", language=language)
    assert ended.code == 0
    assert f"Example: whistle {group} {act.name}" in ended.out
