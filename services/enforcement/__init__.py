"""联合执法 enforcement: what the units called by a whistle owe, do, and are released from."""
