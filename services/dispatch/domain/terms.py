"""By when a case is signed for and handled: the limits of its matter, and their deadlines."""

from dataclasses import dataclass, replace
from datetime import datetime

from contracts.calendar import Calendar, Deadline, Limit, compute
from contracts.catalogue import CatalogueVersion
from contracts.policies import Policies

_ALL = 100


@dataclass(frozen=True, slots=True)
class Terms:
    """The limits of a case's rounds, as the catalogue had them at dispatch."""

    sign_rule: str
    sign: Limit
    handle_rule: str
    handle: Limit
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

    def deadlines(self, round_no: int, start: datetime) -> tuple[Deadline, ...]:
        """Compute both deadlines of a round that starts at a moment.

        Where a matter has to be handled sooner than it would have to be signed for, signing is
        due by then too (our default).
        """
        sign = self._deadline("sign", self.sign_rule, self.sign, round_no, start)
        handle = self._deadline("handle", self.handle_rule, self.handle, round_no, start)
        if handle.due_at < sign.due_at:
            sign = self._deadline("sign", self.handle_rule, self.handle, round_no, start)
        return (sign, handle)

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
        )


def terms_of(catalogue: CatalogueVersion, matter: str) -> Terms:
    """Look up the limits of a matter."""
    row = catalogue.matter(matter)
    sign_rule = f"case.sign.{row.urgency}"
    return Terms(
        sign_rule=sign_rule,
        sign=catalogue.limit(sign_rule),
        handle_rule=row.rule,
        handle=row.limit,
        calendar=catalogue.calendar,
        around_the_clock=row.around_the_clock,
        policies=catalogue.policies,
    )
