"""Queries of every request, whose SQL is made once: peewee needs longer to make it than the database to answer it."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from peewee import Model, ModelSelect

from portal.store.connection import database

M = TypeVar("M", bound=Model)


class Prepared(Generic[M]):
    """A query of several values, which are all that its SQL holds in parameters, in this order."""

    def __init__(self, build: "Callable[..., ModelSelect[M]]") -> None:
        self._build = build
        self._made: dict[type, tuple[str, Callable[[Any], M]]] = {}

    def all(self, *values: Any) -> list[M]:
        """The rows for these values."""
        sql, to_model = self._of_this_database(values)
        return [to_model(row) for row in database.execute_sql(sql, values).fetchall()]

    def rows(self, *values: Any) -> Sequence[tuple[Any, ...]]:
        """The same as the database tells them, a tuple of columns each: for thousands, which are soon read so."""
        sql, _to_model = self._of_this_database(values)
        rows: Sequence[tuple[Any, ...]] = database.execute_sql(sql, values).fetchall()
        return rows

    def first(self, *values: Any) -> M | None:
        """The row for these values, which at most one has."""
        return next(iter(self.all(*values)), None)

    def _of_this_database(self, values: tuple[Any, ...]) -> tuple[str, Callable[[Any], M]]:
        kind = type(database.obj)
        if kind not in self._made:
            self._made[kind] = self._make(values)
        return self._made[kind]

    def _make(self, values: tuple[Any, ...]) -> tuple[str, Callable[[Any], M]]:
        """The SQL, and what turns a row of its answer into models: peewee learns from a first answer which is what."""
        query = self._build(*values)
        sql, parameters = query.sql()
        if list(parameters) != list(values):
            raise TypeError(f"{sql} takes {parameters!r}, not {values!r}")
        rows: Any = query.execute()
        rows.initialize()
        rows.cursor.close()
        return sql, rows.process_row
