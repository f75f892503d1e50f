"""Queries of every request, whose SQL is made once: peewee needs longer to make it than the database to answer it."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from peewee import Model, ModelSelect

from portal.store.connection import database

M = TypeVar("M", bound=Model)


class Prepared(Generic[M]):
    """A query of several values, which are all that its SQL holds in parameters, in this order."""

    def __init__(self, build: "Callable[..., ModelSelect[M]]") -> None:
        self._build = build
        self._made: dict[type, tuple[ModelSelect[M], str]] = {}

    def all(self, *values: Any) -> list[M]:
        """The rows for these values."""
        kind = type(database.obj)
        if kind not in self._made:
            query = self._build(*values)
            sql, parameters = query.sql()
            if list(parameters) != list(values):
                raise TypeError(f"{sql} takes {parameters!r}, not {values!r}")
            self._made[kind] = query, sql
        query, sql = self._made[kind]
        ready: Any = _Ready(sql, values)
        return list(query.clone().execute(ready))

    def first(self, *values: Any) -> M | None:
        """The row for these values, which at most one has."""
        return next(iter(self.all(*values)), None)


class _Ready:
    """What a query asks of a database, with the SQL that is there already."""

    def __init__(self, sql: str, values: tuple[Any, ...]) -> None:
        self._sql = sql
        self._values = values

    def execute(self, _query: object, **_options: Any) -> Any:
        return database.execute_sql(self._sql, self._values)
