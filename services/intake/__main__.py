"""`python -m services.intake`: the process of this service."""

from chassis.process import run_alone
from contracts.catalogue import FileCatalogue
from services.intake.app import definition

if __name__ == "__main__":
    run_alone(definition(FileCatalogue()))
