"""Readings of texts and contacts: each an event of its own stream, listed for auditors, bounded."""
