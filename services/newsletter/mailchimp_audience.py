"""The audience at Mailchimp, through its own client library, wrapped because that swallows errors."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Any

import requests
import structlog
from mailchimp_marketing.api.lists_api import ListsApi
from mailchimp_marketing.api.ping_api import PingApi
from mailchimp_marketing.api_client import ApiClient, ApiClientError
from urllib3.exceptions import HTTPError

from services.errors import DomainError
from services.newsletter.audience import AudienceMember, MemberState
from services.newsletter.errors import AudienceRefused, AudienceUnavailable, RefusalReason

log = structlog.get_logger()

TIMEOUT_SECONDS = (3.05, 30)

# A tag has ten characters at most. Not public: else Mailchimp shows the field on its own forms.
MERGE_FIELDS = {"LEAVE_URL": "Leave link", "PREFS_URL": "Preferences link"}

# Besides 5xx. A wrong key or list id is here too: an operator mends it, and no leave may be lost in the meantime.
MAY_CHANGE = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,  # without a body, it is Mailchimp's throttling
        HTTPStatus.NOT_FOUND,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.CONFLICT,
        HTTPStatus.LOCKED,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)

REASONS_BY_TITLE = {
    "Member In Compliance State": RefusalReason.COMPLIANCE_STATE,
    "Forgotten Email Not Subscribed": RefusalReason.FORGOTTEN_EMAIL,
}
NOT_FOUND = str(HTTPStatus.NOT_FOUND.value)
INVALID_ADDRESS_DETAILS = ("looks fake or invalid", "provide a valid email address")


class _Client(ApiClient):  # type: ignore[misc]  # the library is untyped
    """The library's transport: pooled, with a time-out of ours, and with every failure raised as one of ours."""

    def __init__(self, api_key: str, base_url: str, session: requests.Session) -> None:
        super().__init__({"api_key": api_key})
        self.host = base_url
        self.server = ""  # else the library replaces the word "server" wherever the address has it
        self._session = session

    def call_api(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().call_api(*args, **kwargs)
        except ApiClientError as error:
            cause = error.text  # the library hides there whatever `request` raised
        if isinstance(cause, DomainError):
            raise cause
        raise AudienceUnavailable(type(cause).__name__)

    def request(
        self, method: str, url: str, query_params: Any = None, headers: Any = None, body: Any = None
    ) -> requests.Response:
        try:
            response = self._session.request(
                method,
                url,
                params=query_params,
                headers=headers,
                json=body,
                auth=("setlist", self.api_key),
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,  # followed, a PUT would become a GET
            )
        except (OSError, HTTPError) as error:  # requests' own errors are OSErrors; urllib3's slip through at times
            raise AudienceUnavailable(type(error).__name__) from None
        _refuse_failure(response)
        return response


def _refuse_failure(response: requests.Response) -> None:
    status = response.status_code
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in MAY_CHANGE:
        raise AudienceRefused(_reason(response))
    raise AudienceUnavailable(str(status), _retry_after(response))


def _reason(response: requests.Response) -> RefusalReason:
    try:
        problem = response.json()
    except ValueError:
        return RefusalReason.OTHER
    if not isinstance(problem, dict):
        return RefusalReason.OTHER
    detail = str(problem.get("detail")).lower()
    if any(words in detail for words in INVALID_ADDRESS_DETAILS):
        return RefusalReason.INVALID_ADDRESS
    return REASONS_BY_TITLE.get(str(problem.get("title")), RefusalReason.OTHER)


def _retry_after(response: requests.Response) -> int | None:
    seconds = response.headers.get("Retry-After", "")
    return int(seconds) if seconds.isascii() and seconds.isdigit() else None


class MailchimpAudience:
    """One Mailchimp audience, which Mailchimp's API calls a list."""

    def __init__(
        self, api_key: str, list_id: str, *, base_url: str | None = None, session: requests.Session | None = None
    ) -> None:
        client = _Client(api_key, base_url or _base_url(api_key), session or requests.Session())
        self._lists = ListsApi(client)
        self._ping = PingApi(client)
        self._list_id = list_id
        self._has_merge_fields = False

    def push_member(self, member: AudienceMember) -> None:
        if not self._has_merge_fields:
            self.ensure_merge_fields()
        subscriber = _subscriber_hash(member.email)
        _document(
            self._lists.set_list_member,
            self._list_id,
            subscriber,
            _member_body(member),
            skip_merge_validation="true",  # a field that the charity made mandatory must not keep anybody from leaving
        )
        self._lists.update_list_member_tags(self._list_id, subscriber, {"tags": _tags(member)})

    def find_member(self, email: str) -> MemberState | None:
        try:
            found = _document(self._lists.get_list_member, self._list_id, _subscriber_hash(email))
        except AudienceUnavailable as error:
            if error.cause == NOT_FOUND:
                return None
            raise
        with _known_shape():
            return MemberState(
                status=str(found["status"]),
                tags=tuple(tag["name"] for tag in found["tags"]),
                changed_at=datetime.fromisoformat(found["last_changed"]),
            )

    def ping(self) -> None:
        _document(self._ping.get)

    def ensure_merge_fields(self) -> None:
        there = self._merge_fields()
        for tag, name in MERGE_FIELDS.items():
            if tag not in there:
                self._add_merge_field(tag, name)
        self._has_merge_fields = True

    def _merge_fields(self) -> set[str]:
        answer = _document(self._lists.get_list_merge_fields, self._list_id, count=1000)
        with _known_shape():
            return {field["tag"] for field in answer["merge_fields"]}

    def _add_merge_field(self, tag: str, name: str) -> None:
        """Add a field, or find that another push just did.

        A field that Mailchimp will not have (its plan may limit them) must keep nobody from leaving: members are pushed
        without it, and Mailchimp passes over what the list lacks.
        """
        field = {"tag": tag, "name": name, "type": "url", "required": False, "public": False}
        try:
            self._lists.add_list_merge_field(self._list_id, field)
        except AudienceRefused:
            if tag not in self._merge_fields():
                log.warning("merge field refused", tag=tag)


def _base_url(api_key: str) -> str:
    _, _, data_centre = api_key.partition("-")
    if not data_centre.isalnum():
        raise ValueError("a Mailchimp API key ends in its data centre, as in ...-us1")
    return f"https://{data_centre}.api.mailchimp.com/3.0"


def _subscriber_hash(email: str) -> str:
    return hashlib.md5(email.lower().encode(), usedforsecurity=False).hexdigest()


def _member_body(member: AudienceMember) -> dict[str, Any]:
    merge_fields = {"LEAVE_URL": member.leave_url, "PREFS_URL": member.preferences_url}
    if member.name is not None:
        merge_fields["FNAME"] = member.name
    return {
        "email_address": member.email,
        "status_if_new": member.status.value,
        "status": member.status.value,
        "merge_fields": merge_fields,
    }


def _tags(member: AudienceMember) -> list[dict[str, str]]:
    active = [{"name": slug, "status": "active"} for slug in member.topics]
    return active + [{"name": slug, "status": "inactive"} for slug in member.other_topics]


def _document(call: Callable[..., Any], *args: Any, **kwargs: Any) -> dict[str, Any]:
    """The JSON object that a call answers; a 2xx with anything else comes from a proxy, not from Mailchimp."""
    answer = call(*args, **kwargs)
    if not isinstance(answer, dict):
        raise AudienceUnavailable("no-json-object")
    return answer


@contextmanager
def _known_shape() -> Iterator[None]:
    """Take an answer that lacks what we read of it for one that is not Mailchimp's."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise AudienceUnavailable(type(error).__name__) from None
