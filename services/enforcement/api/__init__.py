"""Enforcement over HTTP: what is read, and every act from the call to the release."""
