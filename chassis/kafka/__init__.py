"""Kafka as the quick way between services: what a message looks like, who sends and who hears it.

It is transport and no archive. Completeness is the ledger's affair (`chassis.inbox.checkpoint`): what Kafka
lost, was not given or brought late is read from the owning service's log over HTTP.
"""
