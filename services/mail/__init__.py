"""Mail: letters to one person each, from being queued to being taken by a mail server.

A *letter* is one message to one address, kept in the *outbox* and queued in the transaction of its cause. The *postbox*
is the mail server that takes it. We avoid *notification* and *email* as a thing; *mailing* is the newsletter's. Whether
somebody may be written to is not decided here: for marketing, `suppression` is asked at the moment of sending.
"""
