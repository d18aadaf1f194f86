"""Kafka for operators: the topics as they are and should be, and the lag of its readers."""
