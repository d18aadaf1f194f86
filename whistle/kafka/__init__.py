"""Looking after Kafka: what the topics are and should be, and how far its readers have come."""
