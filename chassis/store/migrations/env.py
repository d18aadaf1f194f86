"""What Alembic runs: the chain, on the connection and in the transaction of whoever calls it."""

from alembic import context

from chassis.store.tables import kept

if __name__ == "env_py":  # as Alembic names it; whoever else imports it wants nothing to happen
    context.configure(connection=context.config.attributes["connection"], target_metadata=kept)
    context.run_migrations()
