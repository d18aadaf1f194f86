"""Kafka between services: the form of a message, the relay, and the subscriber.

Kafka is transport, not archive. The checkpoint (`chassis.inbox.checkpoint`) proves completeness:
what Kafka lost or brings late is read from the owning service's log over HTTP.
"""
