"""By when a case is signed for and handled: the limits of its matter, and their deadlines."""

from dataclasses import dataclass
from datetime import datetime

from contracts.calendar import Calendar, Deadline, Limit, compute
from contracts.catalogue import CatalogueVersion


@dataclass(frozen=True, slots=True)
class Terms:
    """The limits of a case's rounds, as the catalogue had them at dispatch."""

    sign_rule: str
    sign: Limit
    handle_rule: str
    handle: Limit
    calendar: Calendar
    around_the_clock: bool

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
            rule=rule,
            start=start,
            limit=limit,
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
    )
