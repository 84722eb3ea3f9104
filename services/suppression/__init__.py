"""Suppression: addresses that must get no marketing mail, kept as keyed hashes that outlive everything else.

A suppression is lifted by one thing only: a double opt-in that the person confirmed, started after it; that opens a new
*epoch*. Nobody here knows an address.
"""
