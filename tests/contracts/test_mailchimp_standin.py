"""The Mailchimp stand-in, spoken to by Mailchimp's own client library and held to Mailchimp's own description."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from mailchimp_marketing.api.lists_api import ListsApi
from mailchimp_marketing.api.ping_api import PingApi
from mailchimp_marketing.api_client import ApiClient, ApiClientError

from api.sandbox.faults import Fault, Service, set_fault
from api.sandbox.mailchimp import SANDBOX_LIST_ID, all_members, mailchimp_app
from api.sandbox.state import SandboxState
from api.sandbox.transport import WSGIAdapter
from services.clock import Clock
from services.newsletter.audience import AudienceMember, MemberStatus
from services.newsletter.mailchimp_audience import MailchimpAudience
from tests.contracts.mailchimp_contract import DESCRIPTION, CheckedAdapter, MailchimpContract
from tests.offset import FakeOffset

ADDRESS = "Ada.Obi@example.org"
HASH = hashlib.md5(b"ada.obi@example.org", usedforsecurity=False).hexdigest()
API_KEY = "sandbox-us1"
BASE_URL = "http://mailchimp.sandbox/3.0"


class LibraryClient(ApiClient):
    """The library as it is, but for the connection it uses."""

    def __init__(self, session: requests.Session, api_key: str = API_KEY) -> None:
        super().__init__({"api_key": api_key})
        self.host = BASE_URL
        self.server = ""
        self.session = session

    def request(self, method: str, url: str, query_params: Any = None, headers: Any = None, body: Any = None) -> Any:
        return self.session.request(
            method, url, params=query_params, headers=headers, json=body, auth=("any", self.api_key)
        )


def session_through(adapter: WSGIAdapter) -> requests.Session:
    session = requests.Session()
    session.mount("http://mailchimp.sandbox/", adapter)
    return session


@pytest.fixture
def lists(state: SandboxState) -> ListsApi:
    return ListsApi(LibraryClient(session_through(WSGIAdapter(mailchimp_app(state, Clock())))))


@pytest.fixture
def checked(state: SandboxState) -> Iterator[CheckedAdapter]:
    if not DESCRIPTION.exists():
        pytest.skip(f"Mailchimp's description is not at {DESCRIPTION}")
    adapter = CheckedAdapter(mailchimp_app(state, Clock()), MailchimpContract())
    yield adapter
    assert adapter.calls > 0
    assert adapter.breaches == []


def put(lists: ListsApi, status: str = "subscribed", **more: Any) -> Any:
    body = {"email_address": ADDRESS, "status_if_new": status, "status": status, **more}
    return lists.set_list_member(SANDBOX_LIST_ID, HASH, body)


def refusal(call: Any, *arguments: Any, **options: Any) -> tuple[int, str]:
    with pytest.raises(ApiClientError) as caught:
        call(*arguments, **options)
    text = caught.value.text
    return caught.value.status_code, text if isinstance(text, str) else text["title"]


def test_what_our_adapter_sends_and_gets_back_is_as_mailchimp_describes(checked: CheckedAdapter) -> None:
    audience = MailchimpAudience(API_KEY, SANDBOX_LIST_ID, base_url=BASE_URL, session=session_through(checked))
    audience.ping()
    audience.ensure_merge_fields()
    for status in MemberStatus:
        audience.push_member(
            AudienceMember(
                email=ADDRESS,
                status=status,
                topics=("news",),
                other_topics=("events",),
                leave_url="https://setlist.example/u/token",
                preferences_url="https://setlist.example/p",
                name="Ada Obi",
            )
        )
    assert audience.find_member(ADDRESS) is not None
    assert audience.find_member("nobody@example.org") is None


def test_every_operation_played_is_as_mailchimp_describes(checked: CheckedAdapter) -> None:
    client = LibraryClient(session_through(checked))
    lists = ListsApi(client)
    PingApi(client).get()
    lists.get_all_lists()
    lists.get_list(SANDBOX_LIST_ID)
    lists.add_list_merge_field(SANDBOX_LIST_ID, {"name": "Leave link", "type": "url", "tag": "LEAVE_URL"})
    lists.get_list_merge_fields(SANDBOX_LIST_ID, count=1000)
    put(lists, merge_fields={"FNAME": "Ada"})
    lists.update_list_member(SANDBOX_LIST_ID, HASH, {"status": "unsubscribed"})
    lists.get_list_member(SANDBOX_LIST_ID, HASH)
    lists.get_list_members_info(SANDBOX_LIST_ID, count=5, offset=0, status="unsubscribed")
    lists.update_list_member_tags(SANDBOX_LIST_ID, HASH, {"tags": [{"name": "news", "status": "active"}]})
    lists.get_list_member_tags(SANDBOX_LIST_ID, HASH)
    lists.delete_list_member(SANDBOX_LIST_ID, HASH)
    lists.delete_list_member_permanent(SANDBOX_LIST_ID, HASH)


@pytest.mark.parametrize("fault", [Fault.RATE_LIMIT, Fault.ERROR_500, Fault.COMPLIANCE, Fault.FORGOTTEN])
def test_the_refusals_have_the_shape_that_mailchimp_describes(
    checked: CheckedAdapter, state: SandboxState, fault: Fault
) -> None:
    set_fault(state, Service.MAILCHIMP, fault, 1)
    refusal(put, ListsApi(LibraryClient(session_through(checked))))


@pytest.mark.skipif(not DESCRIPTION.exists(), reason=f"Mailchimp's description is not at {DESCRIPTION}")
def test_the_contract_notices_a_field_and_a_parameter_that_mailchimp_does_not_name() -> None:
    def misspelt(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b'{"health_statuses": "fine"}']

    adapter = CheckedAdapter(misspelt, MailchimpContract())
    session_through(adapter).get(f"{BASE_URL}/ping?verbose=true")
    assert [breach.rpartition(": ")[2] for breach in adapter.breaches] == [
        "unknown",
        "Additional properties are not allowed ('health_statuses' was unexpected)",
    ]


def test_a_put_makes_a_member_known_by_the_md5_of_the_lower_cased_address(lists: ListsApi) -> None:
    made = put(lists)
    assert made["id"] == HASH
    assert made["email_address"] == ADDRESS
    assert lists.get_list_member(SANDBOX_LIST_ID, HASH.upper())["status"] == "subscribed"


def test_status_if_new_counts_only_for_a_new_member(lists: ListsApi) -> None:
    lists.set_list_member(SANDBOX_LIST_ID, HASH, {"email_address": ADDRESS, "status_if_new": "pending"})
    lists.set_list_member(SANDBOX_LIST_ID, HASH, {"email_address": ADDRESS, "status_if_new": "subscribed"})
    assert lists.get_list_member(SANDBOX_LIST_ID, HASH)["status"] == "pending"


def test_a_put_without_status_if_new_is_refused(lists: ListsApi) -> None:
    body = {"email_address": ADDRESS, "status": "subscribed"}
    status, problem = refusal(lists.set_list_member, SANDBOX_LIST_ID, HASH, body)
    assert status == 400
    assert "status_if_new" in problem


def test_tags_that_are_not_named_stay(lists: ListsApi) -> None:
    put(lists)
    for name, status in (("news", "active"), ("events", "active"), ("news", "inactive")):
        lists.update_list_member_tags(SANDBOX_LIST_ID, HASH, {"tags": [{"name": name, "status": status}]})
    assert [tag["name"] for tag in lists.get_list_member_tags(SANDBOX_LIST_ID, HASH)["tags"]] == ["events"]
    assert [tag["name"] for tag in lists.get_list_member(SANDBOX_LIST_ID, HASH)["tags"]] == ["events"]


def test_a_merge_field_that_the_list_lacks_is_dropped_without_a_word(lists: ListsApi) -> None:
    assert put(lists, merge_fields={"FNAME": "Ada", "SHOE_SIZE": "39"})["merge_fields"] == {"FNAME": "Ada", "LNAME": ""}


def test_a_mandatory_merge_field_is_asked_for_unless_the_call_says_not_to(lists: ListsApi) -> None:
    field = {"name": "Town", "type": "text", "tag": "TOWN", "required": True}
    lists.add_list_merge_field(SANDBOX_LIST_ID, field)
    status, problem = refusal(put, lists)
    assert status == 400
    assert '"field":"TOWN"' in problem
    body = {"email_address": ADDRESS, "status_if_new": "subscribed"}
    assert lists.set_list_member(SANDBOX_LIST_ID, HASH, body, skip_merge_validation="true")["status"] == "subscribed"


def test_a_merge_tag_is_short_and_there_only_once(lists: ListsApi) -> None:
    lists.add_list_merge_field(SANDBOX_LIST_ID, {"name": "Town", "type": "text", "tag": "TOWN"})
    for tag in ("TOWN", "ELEVEN_CHAR"):
        assert refusal(lists.add_list_merge_field, SANDBOX_LIST_ID, {"name": "X", "type": "text", "tag": tag})[0] == 400


def test_members_are_paged_and_filtered(lists: ListsApi, state: SandboxState) -> None:
    for number in range(12):
        address = f"person{number}@example.org"
        status = "unsubscribed" if number % 2 else "subscribed"
        lists.set_list_member(SANDBOX_LIST_ID, address, {"email_address": address, "status_if_new": status})
    page = lists.get_list_members_info(SANDBOX_LIST_ID, count=4, offset=4, status="subscribed")
    assert [member["email_address"] for member in page["members"]] == ["person8@example.org", "person10@example.org"]
    assert page["total_items"] == 6
    assert len(lists.get_list_members_info(SANDBOX_LIST_ID)["members"]) == 10
    assert len(all_members(state)) == 12


def test_only_members_changed_since_are_listed(state: SandboxState, clock: Clock, offset: FakeOffset) -> None:
    lists = ListsApi(LibraryClient(session_through(WSGIAdapter(mailchimp_app(state, clock)))))
    put(lists)
    offset.move(hours=1)
    noon = clock.now().isoformat()
    offset.move(hours=1)
    lists.set_list_member(
        SANDBOX_LIST_ID, "b@example.org", {"email_address": "b@example.org", "status_if_new": "pending"}
    )
    changed = lists.get_list_members_info(SANDBOX_LIST_ID, since_last_changed=noon)
    assert [member["email_address"] for member in changed["members"]] == ["b@example.org"]


def test_a_deleted_member_is_archived_and_cannot_be_deleted_again(lists: ListsApi) -> None:
    put(lists)
    lists.delete_list_member(SANDBOX_LIST_ID, HASH)
    assert lists.get_list_member(SANDBOX_LIST_ID, HASH)["status"] == "archived"
    assert refusal(lists.delete_list_member, SANDBOX_LIST_ID, HASH)[0] == 405


@pytest.mark.parametrize("status", ["pending", "cleaned"])
def test_a_pending_or_bounced_member_cannot_be_deleted(lists: ListsApi, status: str) -> None:
    put(lists, status)
    assert refusal(lists.delete_list_member, SANDBOX_LIST_ID, HASH)[0] == 405


@pytest.mark.parametrize("status", ["subscribed", "pending"])
def test_an_address_deleted_permanently_is_never_taken_again(lists: ListsApi, status: str) -> None:
    put(lists)
    lists.delete_list_member_permanent(SANDBOX_LIST_ID, HASH)
    assert refusal(lists.get_list_member, SANDBOX_LIST_ID, HASH)[0] == 404
    assert "Forgotten Email Not Subscribed" in refusal(put, lists, status)[1]


def test_an_unknown_list_member_or_route_is_not_found(lists: ListsApi) -> None:
    assert refusal(lists.get_list, "0000000000")[0] == 404
    assert refusal(lists.get_list_member, SANDBOX_LIST_ID, HASH)[0] == 404
    assert refusal(lists.get_list_member_notes, SANDBOX_LIST_ID, HASH)[0] == 404


def test_a_key_without_a_data_centre_is_refused(state: SandboxState) -> None:
    session = session_through(WSGIAdapter(mailchimp_app(state, Clock())))
    assert refusal(PingApi(LibraryClient(session, "no data centre")).get)[0] == 401


@pytest.mark.parametrize("body", ["{", "[]", '{"tags": 1}', '{"tags": [{"name": "news", "status": "on"}]}'])
def test_a_body_that_cannot_be_read_is_a_400_and_not_a_crash(state: SandboxState, body: str) -> None:
    session = session_through(WSGIAdapter(mailchimp_app(state, Clock())))
    url = f"{BASE_URL}/lists/{SANDBOX_LIST_ID}/members/{HASH}/tags"
    assert session.post(url, data=body, auth=("any", API_KEY)).status_code == 400


@pytest.mark.parametrize("query", ["count=1001", "count=ten", "offset=-1", "since_last_changed=yesterday"])
def test_a_query_that_cannot_be_read_is_a_400_and_not_a_crash(state: SandboxState, query: str) -> None:
    session = session_through(WSGIAdapter(mailchimp_app(state, Clock())))
    url = f"{BASE_URL}/lists/{SANDBOX_LIST_ID}/members?{query}"
    assert session.get(url, auth=("any", API_KEY)).status_code == 400
