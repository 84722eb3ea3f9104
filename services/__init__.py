"""Services: what Setlist knows and decides, without HTTP.

Areas stand on one another in one order (import-linter holds it); what crosses areas lives in `journeys`.
A function whose first parameter is `session` joins the caller's transaction; `database` opens its own;
`outside` may also call Stripe, Mailchimp and the mail server, never inside a transaction.
"""
