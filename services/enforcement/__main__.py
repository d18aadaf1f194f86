"""`python -m services.enforcement`: the process of this service; `… relay`: that of its relay."""

import sys

from chassis.hosting.process import run_alone
from contracts.catalogue import FileCatalogue
from services.enforcement.app import definition

if __name__ == "__main__":
    run_alone(definition(FileCatalogue()), sys.argv[1:])
