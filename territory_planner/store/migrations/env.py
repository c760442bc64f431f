"""What Alembic runs: the steps that are missing, in the transaction that it is given."""

from alembic import context

from territory_planner.store.database import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
context.run_migrations()
