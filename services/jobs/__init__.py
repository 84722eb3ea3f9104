"""Jobs: the worker's side of effects, and what happens by the clock; the only room that knows dbos.

The *relay* hands effects that are due to dbos in the very transaction that marks them, each *attempt* as a workflow
called `{key}#{attempt}`; the *runner* makes an attempt and writes on the effect's row what became of it. A *handler* is
the function behind a kind; the *schedule* says what is done how often, by whichever worker holds its lease. Where a
worker dies another takes over. Nothing is decided here: handlers and schedule lead to journeys.

An effect that fails goes back to `new`, due later, with the next attempt, rather than waiting inside dbos: there it
would keep one of its queue's places for as long as Stripe is down. And a handler is no dbos step: an effect is one
step, and its row says already whether it is done.
"""
