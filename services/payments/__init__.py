"""Payments: money asked for, received and given back.

A payment belongs to one booking. We say *checkout* for our row and *Checkout Session* for Stripe's page, and *refund*
for money returned; we avoid *transaction*, which belongs to the database. Payouts are finance's concern: here we know
who paid, not when the bank did.
"""
