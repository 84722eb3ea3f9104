"""People: who somebody is to us, by one address, and the organisations they come from.

A *person* is known by one normalised address; nobody has an account. What they booked or read is other areas' concern.
"""
