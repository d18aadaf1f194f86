"""The shipped sample of complaints: as request bodies, and sent over the public API."""

from collections.abc import Iterable, Iterator
from typing import Any

import httpx

from tests.servers import ROOT
from whistle.export import Complaint, Row, load_mapping, read_export, read_kind

__all__ = ["Body", "bodies", "sample", "send"]

Body = dict[str, Any]

_SAMPLE = ROOT / "whistle" / "sample"


def sample() -> Iterator[Complaint]:
    """Read the complaints of the sample, without its rejects."""
    mapping = load_mapping(_SAMPLE / "mapping.toml")
    for row in read_export(_SAMPLE / "complaints.csv", mapping):
        if isinstance(row, Row):
            yield row.complaint


def bodies(catalogue: dict[str, Any], copies: int = 1) -> list[Body]:
    """Make request bodies of the sample; every further copy has other numbers."""
    streets = {street["name_zh"]: street["code"] for street in catalogue["streets"]}
    matters = {matter["minor"]: matter["code"] for matter in catalogue["matters"]}
    return [
        _body(complaint, f"{complaint.external_no}-{copy}", streets, matters)
        for copy in range(copies)
        for complaint in sample()
    ]


def _body(
    complaint: Complaint, external_no: str, streets: dict[str, str], matters: dict[str, str]
) -> Body:
    reporter = {"name": complaint.reporter_name, "phone": complaint.reporter_phone}
    return {
        "source": "sample-hotline",
        "external_no": external_no,
        "channel": complaint.channel or "phone",
        "kind": read_kind(complaint.kind or ""),
        "title": complaint.title,
        "text": complaint.text,
        "address": complaint.address,
        "street": streets.get(complaint.street or ""),
        "matter": matters.get(complaint.matter or ""),
        "reporter": reporter if any(reporter.values()) else None,
        "anonymous": not any(reporter.values()),
        "confidential": complaint.confidential,
    }


def send(url: str, made: Iterable[Body]) -> list[str]:
    """Send them as an agent, one after the other; give the numbers of the appeals."""
    agent = {"Authorization": "Bearer demo.agent.hotline.importer"}
    with httpx.Client(base_url=url, headers=agent, trust_env=False, timeout=30) as client:
        return [_receive(client, body) for body in made]


def _receive(client: httpx.Client, body: Body) -> str:
    key = {"Idempotency-Key": f"import/{body['external_no']}"}
    answer = client.post("/intake/v1/appeals", json=body, headers=key)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    number: str = answer.json()["id"]
    return number
