"""Attention: what a person must decide.

An *item* is opened in the transaction of its cause and says kind and subject by id. What a kind means to staff is told
by the page that lists it.
"""
