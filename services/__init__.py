"""The services. Each imports the contracts and the chassis, and never another service."""
