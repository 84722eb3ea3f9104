"""Checkouts: asking for a booking's money, with a request that is stored before Stripe hears it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session

from services.ids import Prefix, find_uuid, new_id, to_public
from services.payments.gateway import CheckoutOrder, CheckoutState, PaymentGateway, SessionStatus
from services.payments.models import Checkout, CheckoutStatus

HOLD_OUTLIVES_SESSION = timedelta(minutes=10)
SHORTEST_SESSION = timedelta(minutes=31)
"""Stripe asks for 30 and measures when the request arrives."""
REPLAY_MARGIN = timedelta(minutes=30, seconds=30)
"""With less time left than this Stripe would refuse the stored request as too short."""

LIVE = (CheckoutStatus.PREPARED, CheckoutStatus.OPEN)


@dataclass(frozen=True)
class StoredCheckout:
    """A checkout as we have it."""

    id: UUID
    booking_id: UUID
    attempt: int
    idempotency_key: str
    request: dict[str, Any]
    status: CheckoutStatus
    expires_at: datetime
    created_at: datetime
    stripe_checkout_session_id: str | None
    url: str | None

    @property
    def reference(self) -> str:
        """Public id of the booking, which Stripe keeps in the session's metadata."""
        return to_public(Prefix.BOOKING, self.booking_id)

    def may_still_be_sent(self, now: datetime) -> bool:
        return self.status is CheckoutStatus.PREPARED and now + REPLAY_MARGIN < self.expires_at

    def is_payable(self, now: datetime) -> bool:
        return self.status is CheckoutStatus.OPEN and now < self.expires_at


def session_end(held_until: datetime, now: datetime) -> datetime:
    """When Stripe's page closes: ten minutes before the hold, but never sooner than Stripe allows.

    A shorter hold is ended by `expire`, which lapsing calls first.
    """
    wanted = max(held_until - HOLD_OUTLIVES_SESSION, now + SHORTEST_SESSION)
    return wanted.replace(microsecond=0)


def next_attempt(session: Session, booking_id: UUID) -> int:
    last = session.scalar(select(func.max(Checkout.attempt)).where(Checkout.booking_id == booking_id))
    return (last or 0) + 1


def prepare(
    session: Session, gateway: PaymentGateway, booking_id: UUID, order: CheckoutOrder, *, now: datetime
) -> StoredCheckout:
    """Store the exact request to send once this transaction has committed."""
    checkout = Checkout(
        id=new_id(),
        booking_id=booking_id,
        attempt=order.attempt,
        idempotency_key=f"checkout:{order.reference}:{order.attempt}",
        request=gateway.checkout_request(order),
        status=CheckoutStatus.PREPARED,
        expires_at=order.expires_at,
        created_at=now,
    )
    session.add(checkout)
    session.flush()
    return _stored(checkout)


def open_at_stripe(gateway: PaymentGateway, checkout: StoredCheckout) -> CheckoutState:
    """Send the stored request as it stands; asked twice, Stripe answers the same session."""
    return gateway.open_checkout(checkout.request, checkout.idempotency_key)


def look_up(gateway: PaymentGateway, checkout: StoredCheckout) -> CheckoutState | None:
    """The session at Stripe, by its metadata where its id was never stored; None where Stripe never had it."""
    if checkout.stripe_checkout_session_id is not None:
        return gateway.get_checkout(checkout.stripe_checkout_session_id)
    return gateway.find_checkout(checkout.reference, checkout.attempt, checkout.created_at)


def store_opened(session: Session, checkout_id: UUID, state: CheckoutState) -> None:
    """Keep what Stripe answered; a session that has moved on meanwhile is not set back to open."""
    session.execute(
        update(Checkout)
        .where(Checkout.id == checkout_id, Checkout.status == CheckoutStatus.PREPARED)
        .values(
            stripe_checkout_session_id=state.stripe_checkout_session_id,
            url=state.url,
            status=CheckoutStatus.OPEN,
        )
    )


def close(session: Session, checkout_id: UUID, status: CheckoutStatus) -> None:
    """Note that the session takes no more payers."""
    session.execute(update(Checkout).where(Checkout.id == checkout_id).values(status=status))


def status_at_stripe(state: CheckoutState) -> CheckoutStatus:
    return {
        SessionStatus.OPEN: CheckoutStatus.OPEN,
        SessionStatus.COMPLETE: CheckoutStatus.COMPLETE,
        SessionStatus.EXPIRED: CheckoutStatus.EXPIRED,
    }[state.status]


def find_live(session: Session, booking_id: UUID) -> StoredCheckout | None:
    """The booking's one checkout that is prepared or open, if there is one."""
    query = select(Checkout).where(Checkout.booking_id == booking_id, Checkout.status.in_(LIVE))
    found = session.scalars(query).one_or_none()
    return _stored(found) if found else None


def get_first(session: Session, booking_id: UUID) -> StoredCheckout:
    """The checkout that was prepared with the booking itself."""
    query = select(Checkout).where(Checkout.booking_id == booking_id, Checkout.attempt == 1)
    return _stored(session.scalars(query).one())


def find_latest_opened(session: Session, booking_id: UUID) -> StoredCheckout | None:
    """The last attempt that Stripe is known to have."""
    query = (
        select(Checkout)
        .where(Checkout.booking_id == booking_id, Checkout.stripe_checkout_session_id.is_not(None))
        .order_by(Checkout.attempt.desc())
        .limit(1)
    )
    found = session.scalars(query).one_or_none()
    return _stored(found) if found else None


def find_by_stripe_id(session: Session, stripe_checkout_session_id: str) -> StoredCheckout | None:
    query = select(Checkout).where(Checkout.stripe_checkout_session_id == stripe_checkout_session_id)
    found = session.scalars(query).one_or_none()
    return _stored(found) if found else None


def find_by_metadata(session: Session, metadata: dict[str, str]) -> StoredCheckout | None:
    """The checkout that a session's own metadata names, for when its id was never stored."""
    booking_id = find_uuid(Prefix.BOOKING, metadata.get("booking", ""))
    if booking_id is None or not metadata.get("attempt", "").isdecimal():
        return None
    query = select(Checkout).where(Checkout.booking_id == booking_id, Checkout.attempt == int(metadata["attempt"]))
    found = session.scalars(query).one_or_none()
    return _stored(found) if found else None


def get_checkout(session: Session, checkout_id: UUID) -> StoredCheckout:
    return _stored(session.get_one(Checkout, checkout_id))


def list_to_visit(
    session: Session, *, created_after: datetime | None, behind: StoredCheckout | None, limit: int = 200
) -> list[StoredCheckout]:
    """Live checkouts for the sweeper, oldest first; a batch that begins behind the last one of the batch before."""
    query = select(Checkout).where(Checkout.status.in_(LIVE)).order_by(Checkout.created_at, Checkout.id).limit(limit)
    if created_after is not None:
        query = query.where(Checkout.created_at > created_after)
    if behind is not None:
        query = query.where(tuple_(Checkout.created_at, Checkout.id) > (behind.created_at, behind.id))
    return [_stored(found) for found in session.scalars(query)]


def _stored(checkout: Checkout) -> StoredCheckout:
    return StoredCheckout(
        id=checkout.id,
        booking_id=checkout.booking_id,
        attempt=checkout.attempt,
        idempotency_key=checkout.idempotency_key,
        request=checkout.request,
        status=checkout.status,
        expires_at=checkout.expires_at,
        created_at=checkout.created_at,
        stripe_checkout_session_id=checkout.stripe_checkout_session_id,
        url=checkout.url,
    )
