"""A visitor signs up for the newsletter: noted at once, asked by letter, subscribed by their own yes.

The request only writes down what was typed. The worker looks the address up, and mails the question as often as the
caps allow. The answer makes the subscription, its consent records and the welcome letter, and queues Mailchimp's copy,
in one transaction.
"""

from __future__ import annotations

from uuid import UUID

from services.journeys.mirror_newsletter import links_of, queue_push
from services.newsletter.asking import answer_sign_up
from services.newsletter.confirming import Confirmed, confirm
from services.newsletter.subscription import SignUp, request_sign_up
from services.outside import Outside


def sign_up(outside: Outside, wanted: SignUp) -> None:
    """Note a visitor's wish, the same way for every address; raises InvalidFields."""
    with outside.database.writing() as session:
        request_sign_up(session, wanted, keyring=outside.keyring, now=outside.clock.now())


def handle_sign_up(outside: Outside, request_id: UUID) -> None:
    """Run the effect of a sign-up, at once or when a cap that made it wait allows a letter."""
    with outside.database.writing() as session:
        answer_sign_up(session, request_id, links=links_of(outside), now=outside.clock.now())


def confirm_sign_up(outside: Outside, token: str) -> Confirmed:
    """Subscribe whoever was mailed the token; raises ConfirmationLinkExpired."""
    with outside.database.writing() as session:
        confirmed = confirm(session, token, links=links_of(outside), now=outside.clock.now())
        queue_push(outside, session, confirmed.changed)
        return confirmed
