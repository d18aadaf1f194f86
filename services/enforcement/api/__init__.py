"""Enforcement over HTTP: what a unit reads, and the four acts from the call to the release."""
