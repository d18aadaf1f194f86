"""The microservice chassis: store, unit of work, feed, consumer, deadlines, views, vault, http.

Mechanism only: not one rule of the domain stands here.
"""
