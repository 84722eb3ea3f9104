"""Every column that could hold something about a person says whether it does, and for how long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from sqlalchemy import JSON, Column, Enum, LargeBinary, String

import services
from services.database.retention import Retention
from services.tables import Base

COULD_BE_PERSONAL = (String, JSON, LargeBinary)
"""All else is plain by its type: ids, numbers, dates, claims that are true or false."""


def declarations() -> Iterator[tuple[str, dict[str, Retention], frozenset[str]]]:
    """By area: what is personal, and what is not."""
    for area in iter_modules(services.__path__):
        tables = {
            mapper.class_.__tablename__ for mapper in Base.registry.mappers if area_of(mapper.class_) == area.name
        }
        if tables:
            declared = import_module(f"services.{area.name}.personal_data")
            yield area.name, dict(declared.PERSONAL), declared.NOT_PERSONAL


def area_of(table: type) -> str:
    return table.__module__.split(".")[1]


def needs_a_word(column: Column[object]) -> bool:
    is_word_of_ours = isinstance(column.type, Enum)
    return isinstance(column.type, COULD_BE_PERSONAL) and not is_word_of_ours and not column.foreign_keys


def test_every_column_is_classified_once_and_none_that_does_not_exist() -> None:
    columns = [
        str(column) for table in Base.metadata.tables.values() for column in table.columns if needs_a_word(column)
    ]
    classified = [name for _, personal, plain in declarations() for name in (*personal, *plain)]
    assert Counter(classified) == Counter(columns)


def test_every_area_classifies_its_own_columns() -> None:
    owner = {mapper.class_.__tablename__: area_of(mapper.class_) for mapper in Base.registry.mappers}
    strangers = [
        (area, name)
        for area, personal, plain in declarations()
        for name in (*personal, *plain)
        if owner.get(name.partition(".")[0]) != area
    ]
    assert strangers == []


def test_every_personal_column_is_kept_for_a_time_that_has_a_name() -> None:
    unknown = [
        name for _, personal, _ in declarations() for name, kept in personal.items() if kept not in set(Retention)
    ]
    assert unknown == []


def test_every_retention_is_used() -> None:
    assert {kept for _, personal, _ in declarations() for kept in personal.values()} == set(Retention)
