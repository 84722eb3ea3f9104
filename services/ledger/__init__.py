"""Ledger: the double-entry journal, and the accounts it is kept in.

An *entry* is one thing that happened, told in *lines* that sum to zero in each currency; a line is positive where it is
a debit. Entries are never changed: a correction is a *reversal*. We avoid *transaction*, which belongs to the database.
Why an entry is made is the business of whoever posts it: payments for what payers do, finance for what Stripe does.
"""
