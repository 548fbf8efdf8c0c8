"""The store contract of UserHarbor for Python, on tables that are there already."""

import os

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.orm import sessionmaker
from userharbor.testing.user_store_contract import *  # noqa: F403
from userharbor_sqlalchemy import SQLAlchemyUserStore

engine = create_engine(os.environ["DATABASE_URL"])

if engine.dialect.name == "sqlite":
    # Nothing is kept beyond a test, so nothing waits for the disk.
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))


store = SQLAlchemyUserStore(sessionmaker(engine))


@pytest.fixture
def user_store():
    yield store
    with engine.begin() as connection:
        for table in reversed(store.metadata.sorted_tables):
            connection.execute(table.delete())
