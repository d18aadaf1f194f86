"""What can be wrong with a code or a catalogue.

LookupError
└── UnknownInCatalogue      a code, rule or version that is not there
    ├── UnknownUnit
    ├── UnknownStreet
    ├── UnknownMatter
    ├── UnknownLimit
    └── UnknownVersion
ValueError
└── InvalidCatalogue        data files that cannot be used, with the place of every fault
"""

__all__ = [
    "InvalidCatalogue",
    "UnknownInCatalogue",
    "UnknownLimit",
    "UnknownMatter",
    "UnknownStreet",
    "UnknownUnit",
    "UnknownVersion",
]


class UnknownInCatalogue(LookupError):
    """A code that the catalogue does not hold. `code` is what was asked for."""

    what = "entry"
    remedy = "look the code up in the catalogue"

    def __init__(self, code: str, where: str) -> None:
        super().__init__(f"no {self.what} {code!r} in {where}: {self.remedy}")
        self.code = code


class UnknownUnit(UnknownInCatalogue):
    """No unit has this code."""

    what = "unit"
    remedy = "use a code of its units.csv or streets.csv, such as 'public-security'"


class UnknownStreet(UnknownInCatalogue):
    """No street has this code."""

    what = "street"
    remedy = "use a code of its streets.csv, or leave the place to be completed later (待补充)"


class UnknownMatter(UnknownInCatalogue):
    """No matter has this code."""

    what = "matter"
    remedy = "use a code of its matters.csv, or leave the matter to be completed later (待补充)"


class UnknownLimit(UnknownInCatalogue):
    """No time limit has this rule id."""

    what = "time limit"
    remedy = "use a rule of its limits.csv, or 'case.handle.<matter code>'"


class UnknownVersion(UnknownInCatalogue):
    """No catalogue of this version, or none in force on this day."""

    what = "catalogue"
    remedy = "use one of its versions, or add the reviewed folder of the missing one"


class InvalidCatalogue(ValueError):
    """Data files that cannot be used; each of `faults` names file, line and fault."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults
