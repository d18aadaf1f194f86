"""Entry point of `python -m services.intake [relay]`."""

import sys

from chassis.hosting.process import run_alone
from chassis.settings import Settings
from contracts.catalogue import FileCatalogue
from contracts.topics import TOPIC_NAMES, group_of
from services.intake.app import definition
from services.intake.relay_numbers import DemoRelayNumbers

if __name__ == "__main__":
    relay = DemoRelayNumbers() if Settings().demo else None
    defined = definition(FileCatalogue(), relay)
    run_alone(defined, TOPIC_NAMES, group_of("intake"), sys.argv[1:])
