"""Every command of intake can be given: a route declares it, or it stands in a list here."""

from pathlib import Path
from typing import get_args

from contracts.catalogue import FileCatalogue
from services.intake.api import router
from services.intake.app import definition
from services.intake.domain.appeal.decider import AppealCommand
from services.intake.domain.subject.decider import SubjectCommand
from services.intake.domain.subject.recording import RecordSubject
from tests.harness.service import ServiceHarness

NOT_DECLARED = {
    RecordSubject,  # a part of receiving a complaint
}


def test_every_command_is_declared_by_a_route(tmp_path: Path) -> None:
    catalogue = FileCatalogue()
    harness = ServiceHarness(tmp_path, definition(catalogue).model)
    declared = {one.command for one in router(harness.service, catalogue, None).declared}
    harness.close()
    commands = {*get_args(AppealCommand), *get_args(SubjectCommand)}
    assert declared == commands - NOT_DECLARED
