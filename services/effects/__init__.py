"""Effects: what must follow from a change, written in the same transaction as the change.

An *effect* is a row with a unique key; the worker relays it to dbos and runs it until it succeeds. We avoid *job* and
*task* here: those are the worker's words. What an effect does is unknown here; `jobs` knows.
"""
