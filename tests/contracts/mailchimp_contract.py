"""Holds what goes to Mailchimp, and what the stand-in answers, against Mailchimp's published description."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from jsonschema import Draft202012Validator, FormatChecker

from api.sandbox.transport import WSGIAdapter

# The description is under Mailchimp's own licence and so not in this repository.
DESCRIPTION = Path(__file__).parents[2].parent / "shared/contracts/mailchimp-marketing-3.0.85.trimmed.nodesc.json"


class MailchimpContract:
    """The description, read strictly: a field that it does not name is an error."""

    def __init__(self, path: Path = DESCRIPTION) -> None:
        self._description = _closed(json.loads(path.read_text()))

    def request_errors(self, request: requests.PreparedRequest) -> list[str]:
        operation = self._operation(request)
        url = urlsplit(str(request.url))
        named = {parameter["name"]: parameter["schema"] for parameter in operation["parameters"]}
        errors = [
            f"query {name}: {error}"
            for name, value in parse_qsl(url.query)
            for error in (self._errors(named[name], _typed(value, named[name])) if name in named else ["unknown"])
        ]
        body = operation.get("requestBody")
        if body is None:
            return errors + (["a body, where none is read"] if request.body else [])
        schema = body["content"]["application/json"]["schema"]
        return errors + self._errors(schema, json.loads(request.body or "null"))

    def answer_errors(self, request: requests.PreparedRequest, answer: requests.Response) -> list[str]:
        described = self._operation(request)["responses"]
        response = described.get(str(answer.status_code), described["default"] if not answer.ok else None)
        if response is None:
            return [f"status {answer.status_code} is not described"]
        if not response["content"]:
            return ["a body, where none is described"] if answer.content else []
        media_type = answer.headers["Content-Type"].partition(";")[0]
        return self._errors(response["content"][media_type]["schema"], answer.json())

    def _operation(self, request: requests.PreparedRequest) -> dict[str, Any]:
        path = urlsplit(str(request.url)).path.removeprefix("/3.0")
        for template, operations in self._description["paths"].items():
            pattern = re.sub(r"\{\w+\}", "[^/]+", template)
            if re.fullmatch(pattern, path):
                found: dict[str, Any] = {"parameters": [], **operations[str(request.method).lower()]}
                return found
        raise LookupError(path)

    def _errors(self, schema: dict[str, Any], value: Any) -> list[str]:
        whole = {**schema, "components": self._description["components"]}
        found = Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(value)
        return [f"{error.json_path}: {error.message}" for error in found]


class CheckedAdapter(WSGIAdapter):
    """The sandbox's transport, noting every breach of the contract in `breaches`."""

    def __init__(self, app: Any, contract: MailchimpContract) -> None:
        super().__init__(app)
        self.contract = contract
        self.breaches: list[str] = []
        self.calls = 0

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        self.calls += 1
        self._note(request, self.contract.request_errors(request))
        answer = super().send(request, **options)
        self._note(request, self.contract.answer_errors(request, answer))
        return answer

    def _note(self, request: requests.PreparedRequest, errors: list[str]) -> None:
        self.breaches += [f"{request.method} {request.url}: {error}" for error in errors]


def transport_to(app: Any) -> WSGIAdapter:
    """The way to the stand-in: under the eyes of the contract wherever Mailchimp's description is at hand."""
    return CheckedAdapter(app, MailchimpContract()) if DESCRIPTION.exists() else WSGIAdapter(app)


def breaches(transport: WSGIAdapter) -> list[str]:
    return transport.breaches if isinstance(transport, CheckedAdapter) else []


def _closed(node: Any) -> Any:
    """The same schemas, each naming all its fields; `merge_fields` really takes any value, not only objects."""
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _closed(value) for key, value in node.items()}
    if "merge_fields" in closed and closed["merge_fields"].get("type") == "object":
        closed["merge_fields"] = {"type": "object", "additionalProperties": {}}
    if closed.get("type") == "object" and "properties" in closed:
        closed.setdefault("additionalProperties", False)
    return closed


def _typed(value: str, schema: dict[str, Any]) -> Any:
    if schema.get("type") == "integer" and value.isdigit():
        return int(value)
    if schema.get("type") == "boolean" and value in ("true", "false"):
        return value == "true"
    return value.split(",") if schema.get("type") == "array" else value
