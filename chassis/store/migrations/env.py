"""What Alembic runs: the chain, on the caller's connection and in the caller's transaction."""

from alembic import context

from chassis.store.tables import kept

if __name__ == "env_py":  # as Alembic names it; an import does nothing
    context.configure(connection=context.config.attributes["connection"], target_metadata=kept)
    context.run_migrations()
