"""Entry point of `python -m services.intake [relay]`."""

import sys

from chassis.hosting.process import run_alone
from chassis.settings import Settings
from contracts.catalogue import InvalidCatalogue, open_catalogue
from contracts.topics import TOPIC_NAMES, group_of
from services.intake.app import definition
from services.intake.relay_numbers import DemoRelayNumbers

if __name__ == "__main__":
    settings = Settings()
    try:
        catalogue = open_catalogue(settings.catalogue)
    except InvalidCatalogue as invalid:
        sys.exit(f"WHISTLE_CATALOGUE: {invalid}")
    relay = DemoRelayNumbers() if settings.demo else None
    run_alone(definition(catalogue, relay), TOPIC_NAMES, group_of("intake"), sys.argv[1:])
