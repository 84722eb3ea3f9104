"""Stripe's stand-in: plays the part of Stripe's API that Setlist uses, for the real client library to talk to.

Words are Stripe's own: *checkout session*, *payment intent*, *charge*, *refund*, *event*. Objects are JSON documents
of Stripe's shapes, held to the installed library's definitions by tests/contracts. It moves no money, takes no card
number, shows no mark of Stripe's, and knows nothing of bookings.
"""

from api.sandbox.stripe.app import StripeSandbox, stripe_app

__all__ = ["StripeSandbox", "stripe_app"]
