"""Audit: who changed what, when, written in the transaction of the change and never altered.

An *entry* names an actor, an action and a subject by ids and codes. No personal data enters here.
"""
