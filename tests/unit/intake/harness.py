"""Intake on a fresh folder, with words for what agents and operators do about persons."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from httpx import Response

from chassis.unit_of_work.definition import ServiceModel
from contracts.catalogue import FileCatalogue
from contracts.placeholders import names_nobody
from services.intake.app import definition
from tests.harness.fixed_clock import FixedClock
from tests.harness.four_services import MONDAY
from tests.harness.http_client import HttpClient
from tests.harness.service import ServiceHarness
from tests.story import AGENT, OPERATOR

__all__ = ["IntakeHarness"]

_INTAKE = definition(FileCatalogue())


@dataclass
class IntakeHarness(ServiceHarness):
    """The service and a client that may be anybody."""

    model: ServiceModel = _INTAKE.model
    clock: FixedClock = field(default_factory=lambda: FixedClock(MONDAY))
    http: HttpClient = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.http = self.client(_INTAKE.routers(self.service), _INTAKE.title)
        self._keys = count(1)

    def ask(self, actor: str, path: str, **query: str | int) -> Response:
        """Read."""
        return self.http.ask(actor, path, **query)

    def tell(self, actor: str, path: str, body: object = None, key: str = "") -> Response:
        """Command, with a key of its own unless one is given."""
        return self.http.tell(actor, path, body, key or f"k-{next(self._keys)}")

    def receive(
        self,
        number: str,
        name: str | None = None,
        phone: str | None = None,
        key: str = "",
        **more: object,
    ) -> Response:
        """Receive a complaint; of a caller who gives nothing, as an anonymous one."""
        body = {
            "source": "hotline",
            "external_no": number,
            "kind": "complaint",
            "text": f"text of {number}",
            "reporter": {"name": name, "phone": phone},
            "anonymous": names_nobody(name) and names_nobody(phone),
            **more,
        }
        return self.tell(AGENT, "/intake/v1/appeals", body, key)

    def person(self, name: str | None = None, phone: str | None = None) -> str:
        """Receive a complaint; give the record of its caller, empty for nobody.

        A name without a phone comes with a contact that is none, and is a record of its own.
        """
        contact = "微信留言" if name and phone is None else phone
        received = self.receive(f"n-{next(self._keys)}", name, contact)
        assert received.status_code == 201, received.text
        appeal = self.ask(AGENT, f"/intake/v1/appeals/{received.json()['id']}").json()
        return appeal["subject"] or ""

    def only_person(self) -> str:
        """Give the record of the only appeal's caller."""
        (item,) = self.ask(AGENT, "/intake/v1/appeals").json()["items"]
        appeal = self.ask(AGENT, f"/intake/v1/appeals/{item['appeal_no']}").json()
        return str(appeal["subject"])

    def about(self, subject: str, act: str, actor: str = AGENT, **body: object) -> Response:
        """Do something about a record, with a reason."""
        path = f"/intake/v1/subjects/{subject}/{act}"
        return self.tell(actor, path, {"reason": "a reason", **body})

    def look_up(self, phone: str, actor: str = OPERATOR) -> dict[str, Any]:
        """Look a phone up."""
        body = {"phone": phone, "purpose": "access", "reason": "a reason"}
        found = self.tell(actor, "/intake/v1/persons/lookup", body)
        assert found.status_code == 200, found.text
        answer: dict[str, Any] = found.json()
        return answer

    def found(self, phone: str) -> set[str]:
        """Give the records of a phone."""
        return {item["subject"] for item in self.look_up(phone)["items"]}

    def state(self, stream: str) -> Any:  # noqa: ANN401  # each aggregate has its own state
        """Fold a stream."""
        return self.service.load(stream).state

    def opened(self, sealed: Any) -> str | None:  # noqa: ANN401  # a reference or none
        """Give a text."""
        with self.service.store.reading() as connection:
            return sealed and self.service.vault.open(connection, sealed.ref)

    def close(self) -> None:
        """Close the client and the files."""
        self.http.close()
        super().close()
