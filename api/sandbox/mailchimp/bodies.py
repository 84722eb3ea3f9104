"""What the body of a request about a member may say."""

from __future__ import annotations

from typing import Any

from api.sandbox.mailchimp import refusals

PATCH_STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending")
PUT_STATUSES = (*PATCH_STATUSES, "transactional")


def require_good_put(body: dict[str, Any]) -> None:
    missing = [name for name in ("email_address", "status_if_new") if name not in body]
    if missing:
        raise refusals.bad_fields({"": f"Required fields were not provided: {', '.join(missing)}"})
    address = body["email_address"]
    if not isinstance(address, str):
        raise refusals.bad_fields({"email_address": "Schema describes string."})
    _require_accepted(body, "status_if_new", PUT_STATUSES)
    _require_accepted(body, "status", PUT_STATUSES)
    _require_merge_object(body)
    local, _, domain = address.rpartition("@")
    if not local or "." not in domain or " " in address:
        raise refusals.fake_address(address)


def require_good_patch(body: dict[str, Any]) -> None:
    _require_accepted(body, "status", PATCH_STATUSES)
    _require_merge_object(body)


def require_good_tags(body: dict[str, Any]) -> None:
    tags = body.get("tags")
    if not isinstance(tags, list):
        raise refusals.bad_fields({"tags": "Schema describes array."})
    for tag in tags:
        if not isinstance(tag, dict) or not tag.get("name") or tag.get("status") not in ("active", "inactive"):
            raise refusals.bad_fields({"tags": "Each tag has a name, and the status active or inactive."})


def _require_accepted(body: dict[str, Any], name: str, accepted: tuple[str, ...]) -> None:
    if name in body and body[name] not in accepted:
        raise refusals.bad_fields({name: f"Data presented is not one of the accepted values: {', '.join(accepted)}."})


def _require_merge_object(body: dict[str, Any]) -> None:
    if not isinstance(body.get("merge_fields", {}), dict):
        raise refusals.bad_fields({"merge_fields": "Schema describes object."})
