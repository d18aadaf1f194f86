"""合并与更正 One person in several records, and what is recorded wrongly: agents put it right."""

from services.intake.domain.subject.correcting import NothingCorrected
from services.intake.domain.subject.decider import SUBJECT
from services.intake.domain.subject.linking import SubjectsAreOne, SubjectsNotLinked
from services.intake.domain.subject.state import Known
from tests.given import given
from tests.unit.intake.appeals import (
    NAME,
    OTHER_PERSON,
    PERSON,
    PHONE,
    correct,
    corrected,
    link_subjects,
    recorded,
    sealed,
    subjects_linked,
    subjects_unlinked,
    unlink_subjects,
)

KNOWN = (recorded(),)
LINKED = (*KNOWN, subjects_linked())


class WhenTwoRecordsAreOfOnePerson:
    def test_an_agent_links_them(self) -> None:
        given(SUBJECT, *KNOWN).when(link_subjects()).then(subjects_linked())
        assert given(SUBJECT, *LINKED).state == Known(NAME, PHONE, frozenset({OTHER_PERSON}))

    def test_once(self) -> None:
        given(SUBJECT, *LINKED).when(link_subjects()).nothing()

    def test_not_a_record_with_itself(self) -> None:
        given(SUBJECT, *KNOWN).when(link_subjects(PERSON)).refused(SubjectsAreOne)


class WhenTheyAreNotOnePersonAfterAll:
    def test_the_link_is_undone(self) -> None:
        given(SUBJECT, *LINKED).when(unlink_subjects()).then(subjects_unlinked())
        assert given(SUBJECT, *LINKED, subjects_unlinked()).state == Known(NAME, PHONE)

    def test_only_a_link_that_is_there(self) -> None:
        given(SUBJECT, *KNOWN).when(unlink_subjects()).refused(SubjectsNotLinked)


class WhenSomethingIsRecordedWrongly:
    def test_it_is_corrected_and_the_rest_stays(self) -> None:
        command = correct(name=sealed(9))
        given(SUBJECT, *KNOWN).when(command).then(corrected(name=sealed(9)))
        assert given(SUBJECT, *KNOWN, corrected(name=sealed(9))).state == Known(sealed(9), PHONE)

    def test_a_correction_says_something(self) -> None:
        given(SUBJECT, *KNOWN).when(correct()).refused(NothingCorrected)
