"""A set as search engines read it: schema.org's Course, with an instance that meets on dates."""

from __future__ import annotations

from typing import Any

from api.pages.shown_set import ShownSet
from services.mail import formats
from services.sets.views import EnrolmentStatus, PriceView, SetView
from services.sets.words import SetFormat

MODES = {SetFormat.ONLINE: "Online", SetFormat.IN_PERSON: "Onsite", SetFormat.HYBRID: "Blended"}
AVAILABILITY = {
    EnrolmentStatus.OPEN: "https://schema.org/InStock",
    EnrolmentStatus.FULL: "https://schema.org/SoldOut",
    EnrolmentStatus.WAITING_LIST: "https://schema.org/SoldOut",
    EnrolmentStatus.CLOSED: "https://schema.org/Discontinued",
    EnrolmentStatus.CANCELLED: "https://schema.org/Discontinued",
}


def course(learning_set: SetView, words: ShownSet, *, url: str, organisation: str) -> dict[str, Any]:
    """Course, its one CourseInstance, an Event a meeting and an Offer a price; never the joining link."""
    place = _place(learning_set, url)
    cancelled = learning_set.enrolment_status is EnrolmentStatus.CANCELLED
    status = "https://schema.org/EventCancelled" if cancelled else "https://schema.org/EventScheduled"
    meetings = [
        {
            "@type": "Event",
            "name": f"{learning_set.title}, meeting {number}",
            "startDate": meeting.starts_at,
            "endDate": meeting.ends_at,
            "eventStatus": status,
            "location": place,
        }
        for number, meeting in enumerate(words.dates, start=1)
    ]
    instance = {
        "@type": ["CourseInstance", "Event"],
        "name": learning_set.title,
        "description": learning_set.summary,
        "courseMode": MODES[learning_set.format],
        "eventStatus": status,
        "location": place,
        "maximumAttendeeCapacity": learning_set.capacity,
        "remainingAttendeeCapacity": learning_set.places_left,
        "instructor": [{"@type": "Person", "name": each.name} for each in learning_set.facilitators],
        "subEvent": meetings,
    }
    if words.dates:
        instance |= {"startDate": words.dates[0].starts_at, "endDate": words.dates[-1].ends_at}
    return {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": learning_set.title,
        "description": learning_set.summary,
        "url": url,
        "inLanguage": learning_set.language,
        "provider": {"@type": "Organization", "name": organisation},
        "offers": [_offer(price, learning_set.enrolment_status) for price in learning_set.prices],
        "hasCourseInstance": [instance],
    }


def _offer(price: PriceView, status: EnrolmentStatus) -> dict[str, Any]:
    return {
        "@type": "Offer",
        "name": price.name,
        "category": "Paid" if price.amount.amount_minor else "Free",
        "price": str(formats.major(price.amount)),
        "priceCurrency": price.amount.currency,
        "availability": AVAILABILITY[status],
    }


def _place(learning_set: SetView, url: str) -> dict[str, Any]:
    if learning_set.location is None:
        return {"@type": "VirtualLocation", "url": url}
    return {"@type": "Place", "name": learning_set.location, "address": learning_set.location}
