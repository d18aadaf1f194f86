"""The chain of changes to everything that is kept, for both databases (`chassis.store.schema`)."""
