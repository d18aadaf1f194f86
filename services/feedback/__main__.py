"""Entry point of `python -m services.feedback [relay]`."""

import sys

from chassis.hosting.process import run_alone
from contracts.catalogue import FileCatalogue
from contracts.topics import TOPIC_NAMES, group_of
from services.feedback.app import definition

if __name__ == "__main__":
    run_alone(definition(FileCatalogue()), TOPIC_NAMES, group_of("feedback"), sys.argv[1:])
