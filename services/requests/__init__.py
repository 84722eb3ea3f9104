"""Requests: one idempotency key, one effect, one answer; form tokens and proofs of work; and what is
counted against abuse.

Knows principals and routes as text only, and answers as stored JSON; what a request does is its journey's business.
"""
