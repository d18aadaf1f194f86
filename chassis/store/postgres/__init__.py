"""The store on PostgreSQL: one database per service."""
