"""Access: sites and staff keys, and what each may do.

A *site* is a website that embeds our forms, known by a publishable key and its origins. A *staff key* is secret and has
scopes. Tokens for one booking or one subscription are `tokens`' affair.
"""
