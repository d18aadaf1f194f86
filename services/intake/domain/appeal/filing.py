"""立案: an appeal becomes a case, as soon as its place and its matter are known."""

from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.intake import AppealReceived, CaseFiled
from contracts.ids import AppealNo, UnitCode, case_of_appeal
from contracts.values import Classifier
from services.intake.domain.appeal.policies import must_be_undecided
from services.intake.domain.appeal.state import AppealState


class CasePlaceMissing(Refusal):
    """缺少街道 (art. 10): a case names its place."""

    code = "case_place_missing"
    zh = "立案需要事发街道；请先向来电人补问地点，再提交 street。"
    en = "Filing needs the street where it happened; ask the caller and send `street`."


class CaseMatterMissing(Refusal):
    """缺少事项 (art. 10): a case names its matter."""

    code = "case_matter_missing"
    zh = "立案需要事项分类；请从目录中选择后提交 matter。"
    en = "Filing needs a matter; choose one from the catalogue and send `matter`."


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCase:
    """立案 (art. 10): make it a case of the same number.

    `street` and `matter` as named by the person filing; None takes what was received.
    """

    appeal_no: AppealNo
    street: UnitCode | None
    matter: str | None
    catalogue: str
    meta: Meta


def file(command: FileCase, state: AppealState) -> CaseFiled:
    """File. Raises: AppealUnknown, AppealAlreadySettled, CasePlaceMissing, CaseMatterMissing."""
    fact = must_be_undecided(command.appeal_no, state).fact
    street = command.street or fact.street
    matter = command.matter or fact.matter
    if street is None:
        raise CasePlaceMissing
    if matter is None:
        raise CaseMatterMissing
    return CaseFiled(
        case_no=case_of_appeal(fact.appeal_no),
        subject=fact.subject,
        kind=fact.kind,
        street=street,
        matter=matter,
        classified_by=classifier(fact, street, matter),
        confidential=fact.confidential,
        catalogue=command.catalogue,
        filed_by=command.meta.by.person,
        filed_at=command.meta.at,
    )


def classifier(fact: AppealReceived, street: UnitCode, matter: str) -> Classifier:
    """Give whose classification it is: the first of sender, words and agent who named both."""
    if (fact.street, fact.matter) == (street, matter):
        return "source"
    hint = fact.suggestion
    if hint and (fact.street or hint.street, fact.matter or hint.matter) == (street, matter):
        return "words"
    return "agent"
