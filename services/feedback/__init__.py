"""回访评价 feedback: asks the callers whether it is solved, and counts what they say."""
