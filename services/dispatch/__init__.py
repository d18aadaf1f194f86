"""派单 dispatch: one lead unit per case, its clocks, and the whistle (吹哨)."""
