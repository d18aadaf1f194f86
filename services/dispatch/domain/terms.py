"""By when the milestones of a case are due: the limits of its matter, and their deadlines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.calendar import Calendar, Deadline, Limit, compute
from contracts.catalogue import CatalogueVersion
from contracts.catalogue.rows import Stage
from contracts.policies import Policies
from contracts.values import Caller

_ALL = 100


def stage_rule(stage: Stage) -> str:
    """Name the limit of a stage: `case.stage.100406.stop`."""
    return f"case.stage.{stage.matter}.{stage.code}"


@dataclass(frozen=True, slots=True)
class Terms:
    """The limits of a case's rounds, as the catalogue had them at dispatch."""

    sign_rule: str
    sign: Limit
    contact_rule: str
    contact: Limit
    handle_rule: str
    handle: Limit
    stages: tuple[Stage, ...]
    calendar: Calendar
    around_the_clock: bool
    policies: Policies
    per_cent: int = _ALL
    """Of every limit; less than all in a later round alone."""

    def of_later_round(self, *, had_missed: bool) -> "Terms":
        """Give the terms of a round that follows one (9.3 (10); our default is half after a miss).

        A rule of which not all is given says so: `case.handle.200510@50%`.
        """
        policies = self.policies
        kept, missed = policies.later_round_per_cent, policies.later_round_per_cent_after_miss
        return replace(self, per_cent=missed if had_missed else kept)

    def deadlines(
        self, round_no: int, start: datetime, callers: Sequence[Caller]
    ) -> tuple[Deadline, ...]:
        """Compute the deadlines of a round that starts at a moment: sign, contact, handle, stages.

        Where a matter has to be handled sooner than it would have to be signed for, signing is
        due by then too, and so is the first contact (our default). No contact is due when every
        caller is anonymous (art. 15).
        """
        handle = self._deadline("handle", self.handle_rule, self.handle, round_no, start)
        early = [("sign", self.sign_rule, self.sign)]
        if any(caller.subject for caller in callers):
            early.append(("contact", self.contact_rule, self.contact))
        before = []
        for milestone, rule, limit in early:
            one = self._deadline(milestone, rule, limit, round_no, start)
            if handle.due_at < one.due_at:
                one = self._deadline(milestone, self.handle_rule, self.handle, round_no, start)
            before.append(one)
        stages = (
            self._deadline(f"stage.{stage.code}", stage_rule(stage), stage.limit, round_no, start)
            for stage in self.stages
        )
        return (*before, handle, *stages)

    def _deadline(
        self, milestone: str, rule: str, limit: Limit, round_no: int, start: datetime
    ) -> Deadline:
        return compute(
            milestone=milestone,
            round=round_no,
            rule=rule if self.per_cent == _ALL else f"{rule}@{self.per_cent}%",
            start=start,
            limit=limit.scaled(self.per_cent),
            calendar=self.calendar,
            around_the_clock=self.around_the_clock,
            yellow_at_per_cent=self.policies.yellow_at_per_cent,
        )


def terms_of(catalogue: CatalogueVersion, matter: str) -> Terms:
    """Look up the limits of a matter."""
    row = catalogue.matter(matter)
    sign_rule = f"case.sign.{row.urgency}"
    return Terms(
        sign_rule=sign_rule,
        sign=catalogue.limit(sign_rule),
        contact_rule=f"policy.first_contact.{row.urgency}",
        contact=catalogue.policies.first_contact[row.urgency],
        handle_rule=row.rule,
        handle=row.limit,
        stages=catalogue.stages_of(matter),
        calendar=catalogue.calendar,
        around_the_clock=row.around_the_clock,
        policies=catalogue.policies,
    )
