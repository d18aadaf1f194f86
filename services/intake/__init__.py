"""受理 intake: receives, classifies, merges repeats, answers or files the case."""
