"""Stripe's contract, read out of the type definitions that the installed `stripe` package ships.

The package's files are generated from Stripe's own description of its API, so this is that description at exactly the
version which the package speaks: for each operation a JSON Schema of its form and one of its answer.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.contracts.stripe_source import (
    Source,
    alternatives_of,
    fields_of,
    find_class,
    get_class,
    head_of,
    read_source,
    requests_of,
)

Schema = dict[str, Any]

SERVICES = (
    "stripe.checkout._session_service",
    "stripe.checkout._session_line_item_service",
    "stripe._payment_intent_service",
    "stripe._charge_service",
    "stripe._refund_service",
    "stripe._event_service",
    "stripe._balance_service",
    "stripe._balance_transaction_service",
    "stripe._dispute_service",
    "stripe._payout_service",
)
"""Where the operations are declared that the contract is about."""

RESOURCES = {
    "stripe.checkout._session",
    "stripe._line_item",
    "stripe._price",
    "stripe._payment_intent",
    "stripe._charge",
    "stripe._refund",
    "stripe._event",
    "stripe._balance",
    "stripe._balance_transaction",
    "stripe._dispute",
    "stripe._payout",
}
"""Objects that are held to their definition; of any other only that it is an object."""

ANY_OBJECT: Schema = {"type": "object"}
LIST_CLASSES = {"List", "list", "Sequence"}
NUMBER_PATTERN = r"^-?[0-9]+(\.[0-9]+)?$"

IN_JSON: dict[str, Schema] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "Decimal": {"type": "string", "pattern": NUMBER_PATTERN},
    "Any": {},
}
IN_FORM: dict[str, Schema] = {
    **IN_JSON,
    "int": {"type": "string", "pattern": "^-?[0-9]+$"},
    "float": {"type": "string", "pattern": NUMBER_PATTERN},
    "bool": {"enum": ["true", "false"]},
}
"""A form knows strings and nothing else."""


@dataclass(frozen=True)
class Operation:
    """One call: its method and path template, and what goes each way."""

    method: str
    path: str
    form: Schema
    answer: Schema


@dataclass(frozen=True)
class Place:
    """Where an annotation stands: names are looked up in the classes around it, from the inside out."""

    source: Source
    around: tuple[str, ...] = ()


@dataclass
class Schemas:
    """JSON Schemas by class, each made once: in one dialect, a form's or JSON's."""

    plain: dict[str, Schema]
    is_form: bool
    made: dict[str, Schema] = field(default_factory=dict)

    def of_class(self, source: Source, path: tuple[str, ...]) -> Schema:
        name = f"{source.module}:{'.'.join(path)}"
        if name not in self.made:
            self.made[name] = {}  # first, so that a class that mentions itself comes to an end
            self.made[name] = self._object(Place(source, path), get_class(source, path))
        return {"$ref": f"#/$defs/{name}"}

    def of(self, place: Place, annotation: ast.expr) -> Schema:
        match annotation:
            case ast.Constant(value=None):
                return {"type": "null"}
            case ast.Constant(value=str(quoted)):
                return self.of(place, ast.parse(quoted, mode="eval").body)
            case ast.BinOp(op=ast.BitOr()):
                return self._union(place, list(alternatives_of(annotation)))
            case ast.Subscript():
                return self._generic(place, annotation)
            case ast.Name() | ast.Attribute():
                return self._named(place, ast.unparse(annotation))
        raise NotImplementedError(ast.unparse(annotation))

    def _object(self, place: Place, declared: ast.ClassDef) -> Schema:
        properties: dict[str, Schema] = {}
        required = []
        for name, annotation in fields_of(declared):
            properties[name] = self.of(place, annotation)
            if head_of(annotation) not in ("NotRequired", "Optional"):
                required.append(name)
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}

    def _named(self, place: Place, name: str) -> Schema:
        if name in self.plain:
            return self.plain[name]
        first, *rest = name.split(".")
        for depth in range(len(place.around), -1, -1):
            path = (*place.around[:depth], first, *rest)
            if find_class(place.source, path) is not None:
                return self.of_class(place.source, path)
        module, original = place.source.imported_from[first]
        if module in RESOURCES or module.startswith("stripe.params."):
            return self.of_class(read_source(module), (original, *rest))
        return ANY_OBJECT

    def _generic(self, place: Place, annotation: ast.Subscript) -> Schema:
        inner = annotation.slice
        parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        match head_of(annotation):
            case "NotRequired":
                return self.of(place, inner)
            case "Optional":
                return {"anyOf": [self.of(place, inner), {"type": "null"}]}
            case "Literal":
                return {"enum": [ast.literal_eval(part) for part in parts]}
            case "Union":
                return self._union(place, parts)
            case "ExpandableField":
                return {"anyOf": [self.plain["str"], self.of(place, inner)]}
            case "Dict" | "UntypedStripeObject":
                return {"type": "object", "additionalProperties": self.of(place, parts[-1])}
            case "ListObject":
                return self._page(self.of(place, inner))
            case "SearchResultObject":
                return ANY_OBJECT  # nobody here searches
            case head if head in LIST_CLASSES:
                return self._list(self.of(place, inner))
        raise NotImplementedError(ast.unparse(annotation))

    def _union(self, place: Place, parts: list[ast.expr]) -> Schema:
        schemas = [self.of(place, part) for part in parts]
        if any("enum" in schema and schema["enum"] != [""] for schema in schemas):
            # The package adds `str` for words of later versions; of this version's words all are listed.
            schemas = [schema for schema in schemas if schema != self.plain["str"]]
        return {"anyOf": schemas}

    def _list(self, items: Schema) -> Schema:
        if self.is_form:
            return {"type": "object", "patternProperties": {"^[0-9]+$": items}, "additionalProperties": False}
        return {"type": "array", "items": items}

    def _page(self, items: Schema) -> Schema:
        return {
            "type": "object",
            "properties": {
                "object": {"const": "list"},
                "data": {"type": "array", "items": items},
                "has_more": {"type": "boolean"},
                "url": {"type": "string"},
            },
            "required": ["object", "data", "has_more", "url"],
            "additionalProperties": False,
        }


@dataclass(frozen=True)
class Contract:
    """All operations, and the definitions that their schemas refer to."""

    operations: tuple[Operation, ...]
    forms: dict[str, Schema]
    objects: dict[str, Schema]


@cache
def derive() -> Contract:
    """The contract of the installed package."""
    forms, objects = Schemas(IN_FORM, is_form=True), Schemas(IN_JSON, is_form=False)
    operations = tuple(
        _operation(Place(source), method, call, forms, objects)
        for source in map(read_source, SERVICES)
        for declared in source.classes.values()
        for method, call in requests_of(declared)
    )
    objects.of_class(read_source("stripe._error_object"), ("ErrorObject",))
    return Contract(operations, forms.made, objects.made)


def _operation(place: Place, method: ast.FunctionDef, call: ast.Call, forms: Schemas, objects: Schemas) -> Operation:
    verb, path = call.args[0], call.args[1]
    template = path.func.value if isinstance(path, ast.Call) and isinstance(path.func, ast.Attribute) else path
    parameters = next(argument for argument in method.args.args if argument.arg == "params")
    assert parameters.annotation is not None
    assert method.returns is not None
    wanted = parameters.annotation
    if isinstance(wanted, ast.Subscript):  # Optional: the parameters may be left out altogether
        wanted = wanted.slice
    return Operation(
        ast.literal_eval(verb).upper(),
        ast.literal_eval(template),
        forms.of(place, wanted),
        objects.of(place, method.returns),
    )
