"""The operations of the committed spec, for tests that hold for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

SPEC: dict[str, Any] = orjson.loads((Path(__file__).parents[2] / "openapi" / "openapi.json").read_bytes())
METHODS = frozenset({"get", "post", "put", "patch", "delete"})


@dataclass(frozen=True)
class Operation:
    """One operation as the spec has it."""

    method: str
    path: str
    described: dict[str, Any]

    @property
    def id(self) -> str:
        name: str = self.described["operationId"]
        return name

    @property
    def schemes(self) -> set[str]:
        """The names of the security schemes, any of which opens it."""
        return {name for each in self.described.get("security", []) for name in each}

    @property
    def body(self) -> dict[str, Any] | None:
        """The schema of its JSON body."""
        content = self.described.get("requestBody", {}).get("content", {}).get("application/json")
        return None if content is None else resolved(content["schema"])

    def parameters(self, place: str) -> list[dict[str, Any]]:
        return [each for each in map(resolved, self.described.get("parameters", [])) if each["in"] == place]


@dataclass(frozen=True)
class Leaf:
    """One value within a body: the path of keys to it and its schema."""

    path: tuple[str, ...]
    schema: dict[str, Any]

    @property
    def pointer(self) -> str:
        return "".join(f"/{key}" for key in self.path)

    def body_with(self, value: Any) -> Any:
        """A body that holds nothing but this value in its place."""
        for key in reversed(self.path):
            value = [value] if key == "0" else {key: value}
        return value


def operations() -> list[Operation]:
    return [
        Operation(method, path, {**described, "parameters": [*shared(methods), *described.get("parameters", [])]})
        for path, methods in SPEC["paths"].items()
        for method, described in methods.items()
        if method in METHODS
    ]


def shared(path_item: dict[str, Any]) -> list[dict[str, Any]]:
    """The parameters that a path declares for all its methods."""
    found: list[dict[str, Any]] = path_item.get("parameters", [])
    return found


def leaves(schema: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Every value in a body of this schema that is neither object nor list."""
    schema = resolved(schema)
    for choice in schema.get("anyOf", [schema]):
        real = resolved(choice)
        kinds = kinds_of(real)
        if "object" in kinds:
            for name, inner in real.get("properties", {}).items():
                yield from leaves(inner, (*path, name))
        elif "array" in kinds:
            yield from leaves(real["items"], (*path, "0"))
        elif kinds != {"null"}:
            yield Leaf(path, real)


def kinds_of(schema: dict[str, Any]) -> set[str]:
    """The JSON types a schema allows."""
    kinds = schema.get("type", [])
    return {kinds} if isinstance(kinds, str) else set(kinds)


def resolved(described: dict[str, Any]) -> dict[str, Any]:
    """What a reference points to, or the thing itself."""
    if "$ref" not in described:
        return described
    found: Any = SPEC
    for step in described["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return resolved(found)
