"""Entry point of `python -m services.intake [relay]`."""

import sys

from chassis.hosting.process import run_alone
from contracts.catalogue import FileCatalogue
from contracts.topics import TOPIC_NAMES, group_of
from services.intake.app import definition

if __name__ == "__main__":
    run_alone(definition(FileCatalogue()), TOPIC_NAMES, group_of("intake"), sys.argv[1:])
