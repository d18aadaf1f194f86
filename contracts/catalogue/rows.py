"""The rows of a catalogue: units, streets, matters and the limits of named milestones.

Codes are the units' English slugs and the taxonomy's numbers; names stay Chinese. Every row names
its source.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.calendar import Limit
from contracts.values import Urgency

__all__ = [
    "STREET",
    "Admission",
    "Code",
    "LimitRow",
    "Matter",
    "Stage",
    "Street",
    "Unit",
    "Urgency",
    "Word",
]

STREET = "@street"
"""As lead or assisting unit: the street in whose area the matter lies."""

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=64)]
Text = Annotated[str, Field(min_length=1)]
Word = Annotated[str, Field(min_length=2)]


UnitKind = Literal[
    "city", "district", "centre", "street", "department", "company", "property", "community"
]
"""市, 区, 城市运行管理中心, 街道, 部门, 公共服务企业, 物业服务企业, 社区."""


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Unit(_Row):
    """A body that can hold a task.

    One of kind `community` or `property` can assist but never lead (北京市接诉即办工作条例 article
    17). `parent` is the code of the unit above it, empty for the highest.
    """

    code: Code
    name_zh: Text
    name_en: Text
    kind: UnitKind
    parent: str
    around_the_clock: bool = False
    """全天候 (art. 19): water, power, gas, heat, police and fire count hours, not office hours."""
    counterpart_of: str = ""
    """The unit named in `matters.csv` whose work this one does in its own district."""
    source: Text


class Street(_Row):
    """A street (街道) and the names by which an address in it is recognised."""

    code: Code
    name_zh: Text
    name_en: Text
    names: Annotated[tuple[Word, ...], Field(min_length=1)]
    district: str = ""
    """Code of the district it is in; empty for the first one of `units.csv`."""
    source: Text


class Matter(_Row):
    """A category of complaints: who leads, who assists, how long handling may take.

    `component`, `event` and `concern` are 部件, 事件 and 民生诉求. `lead` is a unit's code or
    `STREET`. `words` classify a text; each belongs to this matter alone.
    """

    code: Annotated[str, Field(pattern=r"^[0-9]{6}([0-9]{2})?$")]
    kind: Literal["component", "event", "concern"]
    major: Text
    minor: Text
    lead: str
    assisting: tuple[str, ...]
    limit: Limit
    urgency: Urgency
    around_the_clock: bool
    duty: Literal["basic", "cooperate", "taken_back"] = "basic"
    """Of a street, by the list of its duties (履职事项清单): 基本履职, 配合履职, 上级部门收回."""
    words: Annotated[tuple[Word, ...], Field(min_length=1)]
    source: Text

    @property
    def rule(self) -> str:
        """The id under which the catalogue's `limit` finds this matter's handling limit."""
        return f"case.handle.{self.code}"


class LimitRow(_Row):
    """The time limit of a named milestone, such as `case.sign.urgent`."""

    rule: Annotated[str, Field(pattern=r"^[a-z]+(\.[a-z]+)+$")]
    limit: Limit
    source: Text


class Stage(_Row):
    """A staged limit of a matter, such as stopping, punishing and demolishing (分阶段时限)."""

    matter: str
    code: Code
    name_zh: Text
    name_en: Text
    limit: Limit
    source: Text


class Admission(_Row):
    """准入: the district allowed that a department hands a matter down to the streets."""

    matter: str
    document: Text
    approved_on: date
    source: Text
