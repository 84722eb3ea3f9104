"""Exports: what the accountant's own program reads, each as a column map with a version.

The *master* tells of every balance transaction at Stripe; a *bank* file shows Stripe's balance as if it were a bank
account; *journals* are our own entries. Nobody is named: payments and bookings go by their ids. Files are written as
they are read, so that a year takes no more memory than a day. A program that takes only so many lines gets the export
in *parts*, each a whole file, and no entry is ever cut in two.
"""
