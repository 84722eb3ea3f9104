"""The installed `stripe` package as its source text tells it: modules, classes, annotations."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """One module of the package: the classes it declares, and the modules that it takes others from."""

    module: str
    classes: dict[str, ast.ClassDef]
    imported_from: dict[str, tuple[str, str]]


@cache
def read_source(module: str) -> Source:
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    tree = ast.parse(Path(spec.origin).read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return Source(
        module,
        {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)},
        {name.asname or name.name: (str(node.module), name.name) for node in imports for name in node.names},
    )


def requests_of(declared: ast.ClassDef) -> Iterator[tuple[ast.FunctionDef, ast.Call]]:
    """A service's methods that send a request, with the call that sends it."""
    for method in declared.body:
        if isinstance(method, ast.FunctionDef):
            for node in ast.walk(method):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "self._request":
                    yield method, node


def fields_of(declared: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    for statement in declared.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            annotation = unquoted(statement.annotation)
            if head_of(annotation) not in ("ClassVar", "Type"):
                yield statement.target.id, annotation


def unquoted(annotation: ast.expr) -> ast.expr:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return ast.parse(annotation.value, mode="eval").body
    return annotation


def head_of(annotation: ast.expr) -> str:
    """The outermost name: `Optional` of `Optional[int]`."""
    return ast.unparse(annotation.value) if isinstance(annotation, ast.Subscript) else ast.unparse(annotation)


def alternatives_of(union: ast.expr) -> Iterator[ast.expr]:
    if isinstance(union, ast.BinOp):
        yield from alternatives_of(union.left)
        yield from alternatives_of(union.right)
    else:
        yield union


def get_class(source: Source, path: tuple[str, ...]) -> ast.ClassDef:
    found = find_class(source, path)
    assert found is not None, path
    return found


def find_class(source: Source, path: tuple[str, ...]) -> ast.ClassDef | None:
    found = source.classes.get(path[0])
    for name in path[1:]:
        inside = found.body if found is not None else []
        found = next((node for node in inside if isinstance(node, ast.ClassDef) and node.name == name), None)
    return found
