"""Entry point of `python -m services.dispatch [relay]`."""

import sys

from chassis.hosting.process import run_alone
from contracts.catalogue import FileCatalogue
from contracts.topics import TOPIC_NAMES, group_of
from services.dispatch.app import definition

if __name__ == "__main__":
    run_alone(definition(FileCatalogue()), TOPIC_NAMES, group_of("dispatch"), sys.argv[1:])
