"""Newsletter: who asked for which topics, in which words, and how they leave.

A *subscription* is one person's; it has *topics* and is pending, subscribed, unsubscribed or cleaned. *Double opt-in*
is the mailed question that makes pending into subscribed. The *audience* is Mailchimp's copy of what is true here: we
push to it, and what it says back can only reduce mail. We avoid *list member* and *contact*, Mailchimp's words.
Who may never be mailed again is `suppression`'s to say; bookings are none of our business, nor we of theirs.
"""
