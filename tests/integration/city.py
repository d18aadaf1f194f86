"""Short words for what the people of a city do, each one request to the four services."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from httpx import Response

from tests.harness.four_services import FourServices

__all__ = ["DISPATCHER", "DISTRICT", "DISTRICT_LEADER", "STREET", "VISITOR", "City", "rating"]

AGENT = "agent.hotline.a-1"
DISPATCHER = "dispatcher.hotline.d-1"
VISITOR = "visitor.callback-centre.v-1"
STREET = "street-willow-brook"
DISTRICT = "officer.district.q-1"
DISTRICT_LEADER = "leader.district.q-2"
SKEWERS = "200510"
"""占道烧烤: led by the street of the place."""

Answer = dict[str, Any]


def officer(unit: str) -> str:
    """Name somebody on duty in a unit."""
    return f"officer.{unit}.{unit}-duty"


def leader(unit: str) -> str:
    """Name a leader of a unit."""
    return f"leader.{unit}.{unit}-leader"


def rating(unit: str, points: int = 100, **figures: object) -> Answer:
    """Rate a unit alike in everything, but for the named figures."""
    names = ("signing", "arrival", "people", "quality", "staying", "result")
    return {"unit": unit, **dict.fromkeys(names, points), **figures}


@dataclass
class City:
    """A city whose clock stands still until it is moved."""

    harness: FourServices

    def __post_init__(self) -> None:
        self._numbers, self._keys = count(1), count(1)

    def tell(self, actor: str, path: str, body: object = None) -> Answer:
        """Command, and let everybody hear of it; it must be accepted."""
        answer = self._send(actor, path, body)
        assert answer.is_success, (actor, path, answer.status_code, answer.text)
        self.harness.listen()
        told: Answer = answer.json()
        return told

    def _send(self, actor: str, path: str, body: object) -> Response:
        return self.harness.tell(actor, path, body, key=f"scenario-{next(self._keys)}")

    def refused(self, actor: str, path: str, body: object = None) -> str:
        """Command what is not accepted; give the code of the refusal."""
        answer = self._send(actor, path, body)
        assert answer.is_client_error, (actor, path, answer.status_code, answer.text)
        self.harness.listen()
        code: str = answer.json()["code"]
        return code

    def ask(self, actor: str, path: str, **query: str | int) -> Answer:
        """Read."""
        answer = self.harness.ask(actor, path, **query)
        assert answer.is_success, (actor, path, answer.text)
        found: Answer = answer.json()
        return found

    def wait(self, **time: float) -> None:
        """Let time pass, and let everybody notice."""
        self.harness.wait_until(self.harness.clock.moment + timedelta(**time))
        self.harness.listen()

    def complain(self, matter: str = SKEWERS, phone: str = "19900000001", **more: object) -> str:
        """Call the hotline, whose agent files the case at once; give its number."""
        number = next(self._numbers)
        body = {
            "source": "city-hotline",
            "external_no": f"S-{number}",
            "kind": "complaint",
            "text": f"第 {number} 个诉求",
            "street": STREET,
            "matter": matter,
            "reporter": {"name": "王一", "phone": phone} if phone else None,
            "file": True,
            **more,
        }
        case_no: str = self.tell(AGENT, "/intake/v1/appeals", body)["id"]
        return case_no

    def case(self, case_no: str) -> Answer:
        """Read a case."""
        return self.ask(AGENT, f"/dispatch/v1/cases/{case_no}")

    def act(self, case_no: str, what: str, actor: str = "", **body: object) -> Answer:
        """Act on a case, as its own unit unless an actor is named."""
        who = actor or officer(self.case(case_no)["unit"])
        return self.tell(who, f"/dispatch/v1/cases/{case_no}/{what}", body or None)

    def handle(self, case_no: str, claim: str = "resolved") -> None:
        """Sign, call the caller and report what was done."""
        if self.case(case_no)["stage"] == "dispatched":
            self.act(case_no, "signature")
        self.act(case_no, "contacts", result="reached")
        self.act(case_no, "handling", claim=claim, contact="reached", account="已处置。")

    def whistle(self, case_no: str, kind: str, *units: str, **more: object) -> str:
        """Propose a whistle by the street, approve and blow it; give its number."""
        lead, *assisting = units
        body = {
            "kind": kind,
            "ground": "several_units",
            "evidence": "已到现场，街道无权单独处置。",
            "lead": lead,
            "assisting": assisting,
            "reasons": dict.fromkeys(units, "现场需要"),
            "request": "请到场联合处置。",
            **more,
        }
        no: str = self.tell(officer(STREET), f"/dispatch/v1/cases/{case_no}/whistles", body)["id"]
        self.tell(leader(STREET), f"/dispatch/v1/whistles/{no}/approval")
        self.tell(officer(STREET), f"/dispatch/v1/whistles/{no}/blow")
        return no

    def attend(self, whistle_no: str, unit: str) -> None:
        """Acknowledge, report in, complete and be released."""
        operation, who = f"/enforcement/v1/operations/{whistle_no}", officer(unit)
        self.tell(who, f"{operation}/acknowledgement")
        self.tell(who, f"{operation}/report", {"officer_count": 2})
        self.tell(who, f"{operation}/completion", {"result": "已处置。"})
        self.tell(officer(STREET), f"{operation}/releases/{unit}")

    def settle(self, whistle_no: str, *ratings: Answer) -> None:
        """Accept the result and rate the units."""
        path = f"/dispatch/v1/whistles/{whistle_no}/settlement"
        self.tell(officer(STREET), path, {"ratings": ratings})

    def callbacks(self, case_no: str) -> list[Answer]:
        """List the call-backs of a case that are due."""
        found = self.ask(VISITOR, "/feedback/v1/callbacks", case_no=case_no, status="open")
        items: list[Answer] = found["items"]
        return items

    def call_back(self, case_no: str, *, resolved: bool, satisfaction: str = "satisfied") -> None:
        """Ask every caller who is due; all say the same."""
        body = {"contacted": True, "resolved": resolved, "satisfaction": satisfaction}
        due = self.callbacks(case_no)
        assert due, "nobody is to be called back"
        for one in due:
            self.tell(VISITOR, f"/feedback/v1/callbacks/{one['callback_no']}/completion", body)

    def closed_as(self, case_no: str) -> str | None:
        """Give the outcome of a case; None while it is open."""
        outcome: str | None = self.case(case_no)["outcome"]
        return outcome
