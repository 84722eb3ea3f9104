"""Sets: learning sets with their dates, prices, terms and ground rules, as the catalogue shows them.

In code *learning set* and *set session*, in JSON and to people "set" and "session"; we avoid *course* and *event*. Who
has a place is `bookings`' concern; here we only know how many are taken.
"""
