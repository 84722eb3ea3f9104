"""The members of the stand-in's list: who is on it, in which state, with which tags."""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime
from typing import Any

from api.sandbox.faults import Fault, Service, take_fault
from api.sandbox.mailchimp import bodies, refusals
from api.sandbox.mailchimp.lists import MEMBER, merge_fields, require_list
from api.sandbox.state import SandboxState

FORGOTTEN = "mailchimp_forgotten"
KEPT_BY_DELETE = ("archived", "pending", "cleaned")
LARGEST_PAGE = 1000


def put_member(
    state: SandboxState, list_id: str, key: str, body: dict[str, Any], *, now: datetime, skip_merge_validation: bool
) -> dict[str, Any]:
    """Make or change a member, as PUT does: `status_if_new` counts for a new one, `status` for one that is there."""
    require_list(list_id)
    bodies.require_good_put(body)
    address = body["email_address"]
    if subscriber_hash(address) != subscriber_hash(key):
        # Mailchimp would change the member's address; Setlist never asks for that.
        raise refusals.bad_fields({"email_address": "This is not the address of this subscriber hash."})
    with state.writing():
        there = _find(state, list_id, key)
        member = there or _new_member(state, list_id, address, now)
        status = body.get("status", member["status"]) if there else body["status_if_new"]
        _require_may_become(state, status, address)
        changed = _changed(state, member, body, status, now)
        if not skip_merge_validation:
            _require_mandatory_fields(state, changed)
        _store(state, changed)
    return _shown(state, changed)


def patch_member(
    state: SandboxState, list_id: str, key: str, body: dict[str, Any], *, now: datetime, skip_merge_validation: bool
) -> dict[str, Any]:
    bodies.require_good_patch(body)
    with state.writing():
        member = _get(state, list_id, key)
        status = body.get("status", member["status"])
        _require_may_become(state, status, member["email_address"])
        changed = _changed(state, member, body, status, now)
        if not skip_merge_validation:
            _require_mandatory_fields(state, changed)
        _store(state, changed)
    return _shown(state, changed)


def show_member(state: SandboxState, list_id: str, key: str) -> dict[str, Any]:
    return _shown(state, _get(state, list_id, key))


def show_members(
    state: SandboxState, list_id: str, *, offset: int, count: int, status: str | None, since: datetime | None
) -> dict[str, Any]:
    """A page of members, oldest first; `since` leaves out those last changed then or before."""
    require_list(list_id)
    if not 0 <= count <= LARGEST_PAGE or offset < 0:
        raise refusals.bad_fields({"count": f"This value should be between 0 and {LARGEST_PAGE}."})
    found = [
        member
        for member in reversed(state.list(MEMBER))
        if member["list_id"] == list_id
        and status in (None, member["status"])
        and (since is None or datetime.fromisoformat(member["last_changed"]) > since)
    ]
    page = [_shown(state, member) for member in found[offset : offset + count]]
    return {"list_id": list_id, "members": page, "total_items": len(found), "_links": []}


def all_members(state: SandboxState) -> list[dict[str, Any]]:
    """Every member of every list, oldest first, as Mailchimp shows them."""
    return [_shown(state, member) for member in reversed(state.list(MEMBER))]


def archive_member(state: SandboxState, list_id: str, key: str, *, now: datetime) -> None:
    with state.writing():
        member = _get(state, list_id, key)
        if member["status"] in KEPT_BY_DELETE:
            raise refusals.not_allowed()
        _store(state, {**member, "status": "archived", "last_changed": now.isoformat(timespec="seconds")})


def forget_member(state: SandboxState, list_id: str, key: str) -> None:
    """Delete a member and refuse the address for ever, as `delete-permanent` does."""
    with state.writing() as connection:
        member = _get(state, list_id, key)
        document = _document_id(list_id, key)
        connection.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (MEMBER, document))
        state.put(FORGOTTEN, document, {"id": member["id"]})


def tag_member(state: SandboxState, list_id: str, key: str, body: dict[str, Any], *, now: datetime) -> None:
    """Switch tags on (`active`) and off (`inactive`); tags that are not named stay as they are."""
    bodies.require_good_tags(body)
    changed_at = now.isoformat(timespec="seconds")
    with state.writing():
        member = _get(state, list_id, key)
        tags = dict(member["tags"])
        for tag in body["tags"]:
            if tag["status"] == "active":
                tags.setdefault(tag["name"], changed_at)
            else:
                tags.pop(tag["name"], None)
        _store(state, {**member, "tags": tags, "last_changed": changed_at})


def show_tags(state: SandboxState, list_id: str, key: str) -> dict[str, Any]:
    tags = _get(state, list_id, key)["tags"]
    shown = [{"id": _tag_id(name), "name": name, "date_added": added} for name, added in tags.items()]
    return {"tags": shown, "total_items": len(shown), "_links": []}


def subscriber_hash(key: str) -> str:
    """MD5 of the lower-cased address; where Mailchimp takes the hash it takes the address too."""
    if "@" not in key:
        return key.lower()
    return hashlib.md5(key.lower().encode(), usedforsecurity=False).hexdigest()


def _require_may_become(state: SandboxState, status: str, address: str) -> None:
    if take_fault(state, Service.MAILCHIMP, Fault.FORGOTTEN):
        raise refusals.forgotten(address)
    if status == "subscribed" and take_fault(state, Service.MAILCHIMP, Fault.COMPLIANCE):
        raise refusals.in_compliance_state(address)


def _require_mandatory_fields(state: SandboxState, member: dict[str, Any]) -> None:
    mandatory = [field["tag"] for field in merge_fields(state, member["list_id"]) if field["required"]]
    missing = {tag: "Please enter a value" for tag in mandatory if not member["merge_fields"].get(tag)}
    if missing:
        raise refusals.bad_merge_fields(missing)


def _new_member(state: SandboxState, list_id: str, address: str, now: datetime) -> dict[str, Any]:
    if state.find(FORGOTTEN, _document_id(list_id, address)):
        raise refusals.forgotten(address)
    return {
        "id": subscriber_hash(address),
        "list_id": list_id,
        "email_address": address,
        "status": None,
        "merge_fields": {},
        "tags": {},
        "timestamp_opt": now.isoformat(timespec="seconds"),
    }


def _changed(
    state: SandboxState, member: dict[str, Any], body: dict[str, Any], status: str, now: datetime
) -> dict[str, Any]:
    """The member with what the body says; merge fields that the list does not have are dropped without a word."""
    known = {field["tag"] for field in merge_fields(state, member["list_id"])}
    merged = member["merge_fields"] | {
        tag: value for tag, value in body.get("merge_fields", {}).items() if tag in known
    }
    changed_at = now.isoformat(timespec="seconds")
    return {**member, "status": status, "merge_fields": merged, "last_changed": changed_at}


def _document_id(list_id: str, key: str) -> str:
    return f"{list_id}:{subscriber_hash(key)}"


def _find(state: SandboxState, list_id: str, key: str) -> dict[str, Any] | None:
    return state.find(MEMBER, _document_id(list_id, key))


def _get(state: SandboxState, list_id: str, key: str) -> dict[str, Any]:
    require_list(list_id)
    found = _find(state, list_id, key)
    if found is None:
        raise refusals.not_found()
    return found


def _store(state: SandboxState, member: dict[str, Any]) -> None:
    state.put(MEMBER, _document_id(member["list_id"], member["id"]), member)


def _tag_id(name: str) -> int:
    return zlib.crc32(name.encode())


def _shown(state: SandboxState, member: dict[str, Any]) -> dict[str, Any]:
    tags = [{"id": _tag_id(name), "name": name} for name in member["tags"]]
    fields = {field["tag"]: "" for field in merge_fields(state, member["list_id"])} | member["merge_fields"]
    shown = {
        **member,
        "contact_id": member["id"],
        "unique_email_id": member["id"][:10],
        "web_id": zlib.crc32(member["id"].encode()),
        "full_name": f"{fields['FNAME']} {fields['LNAME']}".strip(),
        "merge_fields": fields,
        "tags": tags,
        "tags_count": len(tags),
        "email_type": "html",
        "interests": {},
        "language": "",
        "vip": False,
        "member_rating": 2,
        "source": "API - Generic",
        "_links": [],
    }
    if member["status"] == "unsubscribed":
        shown["unsubscribe_reason"] = "N/A (Unsubscribed by an admin)"
    return shown
