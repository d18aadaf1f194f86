"""受理 intake: hears, classifies, merges repeats, answers or files the case."""
