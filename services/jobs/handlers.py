"""What each kind of effect does: the one table from kind to function and queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.effects.kinds import EffectKind
from services.finance.payouts import Importer
from services.finance.reconciliation import reconcile_after_import
from services.jobs.queues import QueueName
from services.journeys.apply_stripe_event import apply_stripe_event
from services.journeys.choose_topics import handle_preference_link
from services.journeys.fetch_missed_events import fetch_missed_events
from services.journeys.lapse_hold import lapse_hold
from services.journeys.leave_newsletter import handle_leave_request
from services.journeys.mirror_newsletter import push_subscription
from services.journeys.newsletter_sign_up import handle_sign_up
from services.journeys.post_earlier_money import post_earlier_money
from services.journeys.settle_dispute import settle_dispute
from services.journeys.settle_payment import settle_charge
from services.journeys.settle_refund import send_refund, settle_refund
from services.journeys.sign_in import handle_sign_in
from services.journeys.staff_sign_in import handle_staff_sign_in
from services.journeys.sweep_checkouts import visit_checkout
from services.mail.outbox import send_letter
from services.mail.rendering import letterhead
from services.outside import Outside


@dataclass(frozen=True)
class Handler:
    """Does the effect to a subject; must bear being run twice, for a worker may die just after it."""

    run: Callable[[Outside, str], None]
    queue: QueueName


Handlers = Mapping[EffectKind, Handler]


def _by_id(run: Callable[[Outside, UUID], None]) -> Callable[[Outside, str], None]:
    """Hands over the id at the subject's front; what follows a colon only tells this effect from others about it."""
    return lambda outside, subject: run(outside, UUID(subject.partition(":")[0]))


def _by_stripe_id(run: Callable[[Outside, str], None]) -> Callable[[Outside, str], None]:
    """The same for ids of Stripe's."""
    return lambda outside, subject: run(outside, subject.partition(":")[0])


def _send_letter(outside: Outside, letter_id: UUID) -> None:
    send_letter(outside.database, outside.postbox, outside.clock, letterhead(outside.settings), letter_id)


def _import_from_stripe(outside: Outside, run_id: UUID) -> None:
    Importer(outside.database, outside.gateway, outside.clock, run_id).run()


def _reconcile(outside: Outside, subject: str) -> None:
    reconcile_after_import(outside.database, outside.clock, subject)


HANDLERS: Handlers = {
    EffectKind.SEND_LETTER: Handler(_by_id(_send_letter), QueueName.LETTERS),
    EffectKind.APPLY_STRIPE_EVENT: Handler(apply_stripe_event, QueueName.STRIPE),
    EffectKind.LAPSE_HOLD: Handler(_by_id(lapse_hold), QueueName.STRIPE),
    EffectKind.VISIT_CHECKOUT: Handler(_by_id(visit_checkout), QueueName.STRIPE),
    EffectKind.SEND_REFUND: Handler(_by_id(send_refund), QueueName.STRIPE),
    EffectKind.FETCH_MISSED_EVENTS: Handler(fetch_missed_events, QueueName.STRIPE),
    EffectKind.SETTLE_CHARGE: Handler(_by_stripe_id(settle_charge), QueueName.STRIPE),
    EffectKind.SETTLE_REFUND: Handler(_by_stripe_id(settle_refund), QueueName.STRIPE),
    EffectKind.SETTLE_DISPUTE: Handler(_by_stripe_id(settle_dispute), QueueName.STRIPE),
    EffectKind.POST_EARLIER_MONEY: Handler(post_earlier_money, QueueName.FINANCE),
    EffectKind.IMPORT_FROM_STRIPE: Handler(_by_id(_import_from_stripe), QueueName.FINANCE),
    EffectKind.RECONCILE: Handler(_reconcile, QueueName.FINANCE),
    EffectKind.HANDLE_SIGN_UP: Handler(_by_id(handle_sign_up), QueueName.NEWSLETTER),
    EffectKind.HANDLE_PREFERENCE_LINK: Handler(_by_id(handle_preference_link), QueueName.NEWSLETTER),
    EffectKind.HANDLE_SIGN_IN: Handler(_by_id(handle_sign_in), QueueName.LETTERS),
    EffectKind.HANDLE_STAFF_SIGN_IN: Handler(_by_id(handle_staff_sign_in), QueueName.LETTERS),
    EffectKind.HANDLE_LEAVE_REQUEST: Handler(_by_id(handle_leave_request), QueueName.NEWSLETTER),
    EffectKind.PUSH_SUBSCRIPTION: Handler(_by_id(push_subscription), QueueName.MAILCHIMP),
}
