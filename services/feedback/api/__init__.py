"""Feedback over HTTP: the visitors' queue, what a caller answers, and the scores made of it."""
