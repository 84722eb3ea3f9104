"""Bookings: who asked for places on a set, and whether they have them.

A *booking* is what one booker asks for; an *enrolment* is one person's place within it; a *hold* keeps places for
somebody who has not paid yet. We avoid *order* and *reservation*. Money moves in `payments`; here we know only whether
it must.
"""
