"""Entry point of `python -m services.feedback [relay]`."""

import sys

from chassis.hosting.process import run_alone
from chassis.settings import Settings
from contracts.catalogue import InvalidCatalogue, open_catalogue
from contracts.topics import TOPIC_NAMES, group_of
from services.feedback.app import definition

if __name__ == "__main__":
    try:
        catalogue = open_catalogue(Settings().catalogue)
    except InvalidCatalogue as invalid:
        sys.exit(f"WHISTLE_CATALOGUE: {invalid}")
    run_alone(definition(catalogue), TOPIC_NAMES, group_of("feedback"), sys.argv[1:])
