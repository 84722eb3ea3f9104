"""Where providers tell us that something happened; nothing they say is believed before it is read again."""

from __future__ import annotations

from flask import Blueprint, Response, request

from api import access
from api.context import outside
from services.journeys.apply_stripe_event import receive_stripe_event

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@blueprint.post("/stripe")
@access.provider
def receive_from_stripe() -> Response:
    """Store a signed event; 200 once it is on disk, also when it was there before."""
    body = request.get_data(cache=False)
    receive_stripe_event(outside(), body, request.headers.get("Stripe-Signature", ""))
    return Response(status=200)
