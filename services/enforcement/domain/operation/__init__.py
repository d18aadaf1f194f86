"""A joint operation (联合执法), one file per step of its work, from the call to the release."""
