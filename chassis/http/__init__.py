"""The HTTP edge that every service shares: problems, identity, commands, pages, operations."""
