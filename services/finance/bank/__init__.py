"""Bank statements: uploaded as CSV, OFX or CAMT.053, and each line kept once however many statements show it.

A *statement* covers days of one account; its *lines* are what the bank booked. A line *is* a payout or it is not: the
rule in `services.finance.matching` says so where it can, a person where it cannot. What other money came in is kept
as the bank says it, and is nobody's concern here. A file that cannot be read to its last line is not stored at all.
"""
