"""Entry point of `python -m services.enforcement [relay]`."""

import sys

from chassis.hosting.process import run_alone
from contracts.catalogue import FileCatalogue
from contracts.topics import TOPIC_NAMES, group_of
from services.enforcement.app import definition

if __name__ == "__main__":
    run_alone(definition(FileCatalogue()), TOPIC_NAMES, group_of("enforcement"), sys.argv[1:])
