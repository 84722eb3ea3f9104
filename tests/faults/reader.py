"""Somebody who wants the newsletter, and somebody who no longer does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

import requests

from api.sandbox.mailbox import ReceivedMessage
from api.sandbox.mailchimp import all_members
from services.ids import Prefix, to_public
from tests.builders.newsletter import a_topic, a_wording
from tests.builders.sites import a_site
from tests.processes import Installation

TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Reader:
    """Cleo, who reads the news."""

    installation: Installation
    site_key: str
    wording_id: UUID

    @classmethod
    def at(cls, installation: Installation) -> Reader:
        with installation.database.writing() as session:
            a_topic(session)
            return cls(installation, a_site(session).publishable_key, a_wording(session))

    def sign_up(self) -> str:
        """Ask for the newsletter, and wait for the letter; answers the token in it."""
        wanted = {
            "email": "cleo@example.org",
            "topics": ["news"],
            "wording_id": to_public(Prefix.WORDING, self.wording_id),
        }
        answer = self._post("/v1/newsletter/subscriptions", json=wanted, headers={"X-Site-Key": self.site_key})
        assert answer.status_code == 202, answer.text
        return found_in(self._letter("confirm").text, r"/newsletter/confirm/([\w-]+)")

    def confirm(self, token: str) -> None:
        answer = self._post("/v1/newsletter/confirmations", json={"token": token})
        assert answer.status_code == 200, answer.text

    def leave(self) -> requests.Response:
        """One click, as a mail program sends it for the reader."""
        path = found_in(dict(self._letter("Welcome").headers)["List-Unsubscribe"], r"(/u/[^>]+)>")
        return self._post(path, data={"List-Unsubscribe": "One-Click"})

    def status_at_mailchimp(self) -> str | None:
        members = all_members(self.installation.sandbox.state)
        return members[0]["status"] if members else None

    def _letter(self, subject: str) -> ReceivedMessage:
        self.installation.wait_for(lambda: bool(self.installation.letters(subject)))
        return self.installation.letters(subject)[0]

    def _post(self, path: str, **options: object) -> requests.Response:
        return requests.post(self.installation.url + path, timeout=TIMEOUT_SECONDS, **options)  # type: ignore[arg-type]


def found_in(text: str, pattern: str) -> str:
    found = re.search(pattern, text)
    assert found is not None, text
    return found[1]
