"""Requests: one idempotency key, one effect, one answer; and how often an address may be written to.

Knows principals and routes as text only, and answers as stored JSON; what a request does is its journey's business.
"""
