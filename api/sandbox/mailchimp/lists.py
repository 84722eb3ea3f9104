"""The stand-in's one list, and the merge fields that its members carry."""

from __future__ import annotations

from collections import Counter
from typing import Any

from api.sandbox.mailchimp import refusals
from api.sandbox.state import SandboxState

SANDBOX_LIST_ID = "5e71157a01"
MERGE_FIELD = "mailchimp_merge_field"
MEMBER = "mailchimp_member"
LONGEST_TAG = 10
TYPES = ("text", "number", "address", "phone", "date", "url", "imageurl", "radio", "dropdown", "birthday", "zip")
GIVEN_FIELDS = {"FNAME": "First Name", "LNAME": "Last Name"}


def require_list(list_id: str) -> None:
    if list_id != SANDBOX_LIST_ID:
        raise refusals.not_found()


def show_lists(state: SandboxState) -> dict[str, Any]:
    return {
        "lists": [show_list(state, SANDBOX_LIST_ID)],
        "total_items": 1,
        "constraints": {"may_create": False, "max_instances": 1, "current_total_instances": 1},
        "_links": [],
    }


def show_list(state: SandboxState, list_id: str) -> dict[str, Any]:
    require_list(list_id)
    count = Counter(member["status"] for member in state.list(MEMBER))
    return {
        "id": list_id,
        "web_id": 1,
        "name": "Setlist's sandbox audience",
        "permission_reminder": "You signed up on our website.",
        "email_type_option": False,
        "double_optin": False,
        "visibility": "prv",
        "stats": {
            "member_count": count["subscribed"],
            "unsubscribe_count": count["unsubscribed"],
            "cleaned_count": count["cleaned"],
            "merge_field_count": len(merge_fields(state, list_id)),
        },
        "_links": [],
    }


def merge_fields(state: SandboxState, list_id: str) -> list[dict[str, Any]]:
    """The list's merge fields, in the order of their making; the first two come with every list."""
    given = [
        _merge_field(list_id, number, tag, {"name": name, "type": "text"})
        for number, (tag, name) in enumerate(GIVEN_FIELDS.items(), start=1)
    ]
    made = [field for field in state.list(MERGE_FIELD) if field["list_id"] == list_id]
    return given + sorted(made, key=lambda field: int(field["merge_id"]))


def show_merge_fields(state: SandboxState, list_id: str) -> dict[str, Any]:
    require_list(list_id)
    found = merge_fields(state, list_id)
    return {"list_id": list_id, "merge_fields": found, "total_items": len(found), "_links": []}


def add_merge_field(state: SandboxState, list_id: str, body: dict[str, Any]) -> dict[str, Any]:
    require_list(list_id)
    with state.writing():
        there = merge_fields(state, list_id)
        number = len(there) + 1
        tag = body.get("tag") or f"MMERGE{number}"
        _require_good_field(body, tag, {field["tag"] for field in there})
        made = _merge_field(list_id, number, tag, body)
        state.put(MERGE_FIELD, f"{list_id}:{tag}", made)
    return made


def _require_good_field(body: dict[str, Any], tag: Any, taken: set[str]) -> None:
    wrong: dict[str, str] = {}
    if not isinstance(body.get("name"), str) or not body["name"]:
        wrong["name"] = "This value should not be blank."
    if body.get("type") not in TYPES:
        wrong["type"] = f"Data presented is not one of the accepted values: {', '.join(TYPES)}."
    if not isinstance(tag, str) or len(tag) > LONGEST_TAG:
        wrong["tag"] = f"This value should be a string of {LONGEST_TAG} characters at most."
    elif tag in taken:
        wrong["tag"] = f'A Merge Field with the tag "{tag}" already exists for this list.'
    if wrong:
        raise refusals.bad_fields(wrong)


def _merge_field(list_id: str, number: int, tag: str, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "merge_id": number,
        "tag": tag,
        "name": body["name"],
        "type": body["type"],
        "required": bool(body.get("required", False)),
        "default_value": "",
        "public": bool(body.get("public", True)),
        "display_order": number + 1,
        "options": {"size": 25},
        "help_text": "",
        "list_id": list_id,
        "_links": [],
    }
