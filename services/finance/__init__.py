"""Finance: every penny that Stripe pays out, tied to a booking, a fee, a refund or a dispute.

*Gross*, *fee* and *net* are a balance transaction's, as Stripe says them. A payout is *matched* where our lines,
Stripe's and the bank's agree; whatever does not is a *discrepancy*, of one of five kinds, each with the action that
clears it. Finance reads payments and the journal and posts what only Stripe and the bank can tell; it never calls a
journey: what needs one it queues.
"""
