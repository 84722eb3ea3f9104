"""Our audience adapter against the stand-in: what it pushes, and that no failure passes for success."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import pytest
import requests
import urllib3.exceptions
from mailchimp_marketing import api_client
from requests.adapters import BaseAdapter

from api.sandbox.faults import Fault, Service, set_fault
from api.sandbox.mailchimp import SANDBOX_LIST_ID, all_members, mailchimp_app
from api.sandbox.state import SandboxState
from api.sandbox.transport import WSGIAdapter
from services.clock import Clock
from services.newsletter.audience import AudienceMember, MemberStatus
from services.newsletter.errors import AudienceRefused, AudienceUnavailable, RefusalReason
from services.newsletter.mailchimp_audience import MailchimpAudience
from tests.contracts.mailchimp_contract import breaches, transport_to

ADDRESS = "ada.obi@example.org"
HOST = "http://mailchimp.sandbox"


def audience_through(adapter: BaseAdapter, base_url: str = f"{HOST}/3.0") -> MailchimpAudience:
    session = requests.Session()
    session.mount("http://", adapter)
    return MailchimpAudience("sandbox-us1", SANDBOX_LIST_ID, base_url=base_url, session=session)


def audience_answering(status: int, body: bytes = b"", **headers: str) -> MailchimpAudience:
    def app(_environ: Any, start_response: Any) -> list[bytes]:
        start_response(f"{status} Whatever", [(name.replace("_", "-"), value) for name, value in headers.items()])
        return [body]

    return audience_through(WSGIAdapter(app))


def a_member(
    email: str = ADDRESS,
    status: MemberStatus = MemberStatus.SUBSCRIBED,
    topics: tuple[str, ...] = ("news",),
    other_topics: tuple[str, ...] = ("events",),
    name: str | None = None,
) -> AudienceMember:
    return AudienceMember(
        email=email,
        status=status,
        topics=topics,
        other_topics=other_topics,
        leave_url="https://setlist.example/u/token",
        preferences_url="https://setlist.example/p",
        name=name,
    )


class RaisingAdapter(BaseAdapter):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def send(self, *_arguments: Any, **_options: Any) -> requests.Response:
        raise self.error

    def close(self) -> None:
        """Nothing is held open."""


class RecordingAdapter(WSGIAdapter):
    def __init__(self, app: Any) -> None:
        super().__init__(app)
        self.timeouts: list[Any] = []

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        self.timeouts.append(options["timeout"])
        return super().send(request, **options)


@pytest.fixture
def audience(state: SandboxState) -> Iterator[MailchimpAudience]:
    """Our adapter at the stand-in; a test that used it fails where either side broke the contract."""
    transport = transport_to(mailchimp_app(state, Clock()))
    made = audience_through(transport)
    made.ensure_merge_fields()
    yield made
    assert breaches(transport) == []


def test_a_member_is_pushed_with_status_links_name_and_tags(audience: MailchimpAudience, state: SandboxState) -> None:
    audience.push_member(a_member(name="Ada Obi"))
    [member] = all_members(state)
    assert member["list_id"] == SANDBOX_LIST_ID
    assert member["email_address"] == ADDRESS
    assert member["status"] == "subscribed"
    assert member["merge_fields"] == {
        "FNAME": "Ada Obi",
        "LNAME": "",
        "LEAVE_URL": "https://setlist.example/u/token",
        "PREFS_URL": "https://setlist.example/p",
    }
    assert [tag["name"] for tag in member["tags"]] == ["news"]


def test_a_second_push_replaces_the_first(audience: MailchimpAudience) -> None:
    audience.push_member(a_member(topics=("news", "events"), other_topics=()))
    audience.push_member(a_member(status=MemberStatus.UNSUBSCRIBED, topics=(), other_topics=("news", "events")))
    found = audience.find_member("ADA.OBI@example.org")
    assert found is not None
    assert found.status == "unsubscribed"
    assert found.tags == ()
    assert found.changed_at.tzinfo is not None


def test_a_topic_is_switched_off_and_a_tag_of_the_charitys_own_is_left_alone(
    audience: MailchimpAudience, state: SandboxState
) -> None:
    audience.push_member(a_member(topics=("news", "donors"), other_topics=()))
    audience.push_member(a_member(topics=("events",), other_topics=("news",)))
    [member] = all_members(state)
    assert {tag["name"] for tag in member["tags"]} == {"donors", "events"}


def test_somebody_unknown_is_not_found(audience: MailchimpAudience) -> None:
    assert audience.find_member("nobody@example.org") is None


def test_merge_fields_are_made_once(audience: MailchimpAudience, state: SandboxState) -> None:
    audience.ensure_merge_fields()
    audience.push_member(a_member())
    assert set(all_members(state)[0]["merge_fields"]) == {"FNAME", "LNAME", "LEAVE_URL", "PREFS_URL"}


def test_a_field_that_the_charity_made_mandatory_keeps_nobody_from_leaving(
    audience: MailchimpAudience, state: SandboxState
) -> None:
    field = {"name": "Town", "type": "text", "tag": "TOWN", "required": True}
    session = requests.Session()
    session.mount(HOST, WSGIAdapter(mailchimp_app(state, Clock())))
    made = session.post(f"{HOST}/3.0/lists/{SANDBOX_LIST_ID}/merge-fields", json=field, auth=("any", "sandbox-us1"))
    assert made.ok
    audience.push_member(a_member(status=MemberStatus.UNSUBSCRIBED))
    assert all_members(state)[0]["status"] == "unsubscribed"


@pytest.mark.parametrize(
    "fault", [Fault.RATE_LIMIT, Fault.ERROR_500, Fault.THROTTLE, Fault.DROP, Fault.APPLY_THEN_HANG, Fault.DOWN]
)
def test_a_passing_fault_leaves_the_push_to_be_tried_again(
    audience: MailchimpAudience, state: SandboxState, fault: Fault
) -> None:
    set_fault(state, Service.MAILCHIMP, fault, 1)
    with pytest.raises(AudienceUnavailable):
        audience.push_member(a_member())
    set_fault(state, Service.MAILCHIMP, fault, 0)
    audience.push_member(a_member())
    assert [member["status"] for member in all_members(state)] == ["subscribed"]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(Fault.COMPLIANCE, RefusalReason.COMPLIANCE_STATE), (Fault.FORGOTTEN, RefusalReason.FORGOTTEN_EMAIL)],
)
def test_a_permanent_refusal_says_why(
    audience: MailchimpAudience, state: SandboxState, fault: Fault, reason: RefusalReason
) -> None:
    set_fault(state, Service.MAILCHIMP, fault, 1)
    with pytest.raises(AudienceRefused) as caught:
        audience.push_member(a_member())
    assert caught.value.reason is reason
    assert caught.value.facts() == {"reason": reason.value}


def test_a_compliance_state_does_not_stand_in_the_way_of_leaving(
    audience: MailchimpAudience, state: SandboxState
) -> None:
    set_fault(state, Service.MAILCHIMP, Fault.COMPLIANCE, 1)
    audience.push_member(a_member(status=MemberStatus.UNSUBSCRIBED))
    assert all_members(state)[0]["status"] == "unsubscribed"


def test_an_address_that_mailchimp_takes_for_no_address_is_refused_for_good(audience: MailchimpAudience) -> None:
    with pytest.raises(AudienceRefused) as caught:
        audience.push_member(a_member(email="ada@nowhere"))
    assert caught.value.reason is RefusalReason.INVALID_ADDRESS


@pytest.mark.parametrize("status", [status for status in HTTPStatus if status >= 300])
@pytest.mark.parametrize("body", [b"", b"<html>no</html>", b'{"title": "No"}', b"[]", b"{"])
def test_no_answer_but_a_2xx_passes_for_success(status: HTTPStatus, body: bytes) -> None:
    audience = audience_answering(status.value, body, Content_Type="application/json")
    for call in (audience.ping, audience.ensure_merge_fields, lambda: audience.push_member(a_member())):
        with pytest.raises((AudienceUnavailable, AudienceRefused)):
            call()


@pytest.mark.parametrize("status", [301, 307, 401, 403, 404, 408, 429, 500, 502, 503, 504, 520])
def test_what_may_pass_or_be_mended_is_tried_again(status: int) -> None:
    with pytest.raises(AudienceUnavailable) as caught:
        audience_answering(status).push_member(a_member())
    assert caught.value.cause == str(status)
    assert caught.value.retry_after is None


@pytest.mark.parametrize("status", [400, 405, 413, 422])
def test_what_the_request_itself_is_to_blame_for_is_not_tried_again(status: int) -> None:
    with pytest.raises(AudienceRefused) as caught:
        audience_answering(status, b"no JSON").push_member(a_member())
    assert caught.value.reason is RefusalReason.OTHER


@pytest.mark.parametrize(("header", "seconds"), [("17", 17), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("-1", None)])
def test_the_wait_that_is_asked_for_is_carried_on(header: str, seconds: int | None) -> None:
    with pytest.raises(AudienceUnavailable) as caught:
        audience_answering(429, Retry_After=header).ping()
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize("body", [b"", b"<html>Sign in to the Wi-Fi</html>", b"[]", b'{"half": ', b'{"other": "api"}'])
def test_a_2xx_that_is_not_mailchimps_does_not_pass_for_an_answer(body: bytes) -> None:
    audience = audience_answering(200, body, Content_Type="application/json")
    for call in (audience.ensure_merge_fields, lambda: audience.find_member(ADDRESS)):
        with pytest.raises(AudienceUnavailable):
            call()


def error_classes() -> Iterator[type[Exception]]:
    """Every exception class of the library itself and of the two it stands on."""
    for module in (api_client, requests.exceptions, urllib3.exceptions):
        for _, found in inspect.getmembers(module, inspect.isclass):
            if issubclass(found, Exception) and not issubclass(found, Warning):
                yield found
    yield from (OSError, TimeoutError, ConnectionResetError)


@pytest.mark.parametrize(
    "error_class", sorted(set(error_classes()), key=lambda found: (found.__module__, found.__name__))
)
def test_every_exception_of_the_library_is_translated(error_class: type[Exception]) -> None:
    error = error_class.__new__(error_class)  # each wants other arguments, and none of them matters here
    audience = audience_through(RaisingAdapter(error))
    for call in (
        audience.ping,
        audience.ensure_merge_fields,
        lambda: audience.find_member(ADDRESS),
        lambda: audience.push_member(a_member()),
    ):
        with pytest.raises(AudienceUnavailable) as caught:
            call()
        assert caught.value.cause == error_class.__name__


def test_no_error_carries_an_address_or_its_hash() -> None:
    told = requests.ConnectionError("Max retries exceeded with url: /3.0/lists/1/members/b2f4-of-ada.obi@example.org")
    for audience in (
        audience_through(RaisingAdapter(told)),
        audience_answering(
            400, b'{"title": "Invalid Resource", "detail": "ada.obi@example.org looks fake or invalid"}'
        ),
    ):
        with pytest.raises((AudienceUnavailable, AudienceRefused)) as caught:
            audience.push_member(a_member())
        printed = "".join(traceback.format_exception(caught.value))
        assert "ada.obi" not in printed + str(caught.value.facts())
    assert "ada" not in repr(a_member(name="Ada")).lower()


def test_every_call_has_our_time_out(state: SandboxState) -> None:
    adapter = RecordingAdapter(mailchimp_app(state, Clock()))
    audience_through(adapter).push_member(a_member())
    assert set(adapter.timeouts) == {(3.05, 30)}
    assert len(adapter.timeouts) >= 2


def test_the_word_server_in_an_address_is_left_alone(state: SandboxState) -> None:
    audience_through(WSGIAdapter(mailchimp_app(state, Clock())), "http://server.example/3.0").ping()


def test_the_address_follows_from_the_keys_data_centre() -> None:
    asked: list[str] = []

    class Asked(RaisingAdapter):
        def send(self, request: requests.PreparedRequest, **_options: Any) -> requests.Response:  # type: ignore[override]
            asked.append(str(request.url))
            raise self.error

    session = requests.Session()
    session.mount("https://", Asked(OSError()))
    with pytest.raises(AudienceUnavailable):
        MailchimpAudience("0123456789abcdef-us21", SANDBOX_LIST_ID, session=session).ping()
    assert asked == ["https://us21.api.mailchimp.com/3.0/ping"]


@pytest.mark.parametrize("key", ["", "nodatacentre", "key-", "key-us1/../evil"])
def test_a_key_without_a_data_centre_is_refused_at_once(key: str) -> None:
    with pytest.raises(ValueError, match="data centre"):
        MailchimpAudience(key, SANDBOX_LIST_ID)


class Overtaken(WSGIAdapter):
    """Lets somebody else act between this client's first look at the merge fields and what it does about them."""

    def __init__(self, app: Any, meanwhile: Callable[[], None]) -> None:
        super().__init__(app)
        self._meanwhile: Callable[[], None] | None = meanwhile

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        response = super().send(request, **options)
        meanwhile, self._meanwhile = self._meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return response


def test_two_first_pushes_at_once_both_arrive(state: SandboxState) -> None:
    app = mailchimp_app(state, Clock())
    other = audience_through(WSGIAdapter(app))
    audience_through(Overtaken(app, other.ensure_merge_fields)).push_member(a_member())
    found = audience_through(WSGIAdapter(app)).find_member(ADDRESS)
    assert found is not None
    assert found.status == "subscribed"


def test_a_merge_field_that_mailchimp_will_not_have_keeps_nobody_from_leaving(state: SandboxState) -> None:
    app = mailchimp_app(state, Clock())

    def without_new_fields(environ: Any, start_response: Any) -> Any:
        if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].endswith("/merge-fields"):
            start_response("400 Bad Request", [("Content-Type", "application/problem+json")])
            return [b'{"title": "Bad Request", "detail": "No more fields on this plan."}']
        return app(environ, start_response)

    audience_through(WSGIAdapter(without_new_fields)).push_member(a_member(status=MemberStatus.UNSUBSCRIBED))
    found = audience_through(WSGIAdapter(app)).find_member(ADDRESS)
    assert found is not None
    assert found.status == "unsubscribed"
