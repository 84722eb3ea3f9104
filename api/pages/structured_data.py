"""A set as search engines read it: schema.org's Course, with an instance that meets on dates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from api.pages.shown_set import ShownSet
from services.mail import formats
from services.sets.views import EnrolmentStatus, PriceView, SetView
from services.sets.words import SetFormat

ATTENDANCE = {
    SetFormat.ONLINE: "https://schema.org/OnlineEventAttendanceMode",
    SetFormat.IN_PERSON: "https://schema.org/OfflineEventAttendanceMode",
    SetFormat.HYBRID: "https://schema.org/MixedEventAttendanceMode",
}
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
    places = _places(learning_set, url)
    cancelled = learning_set.enrolment_status is EnrolmentStatus.CANCELLED
    status = "https://schema.org/EventCancelled" if cancelled else "https://schema.org/EventScheduled"
    meetings = [
        {
            "@type": "Event",
            "name": f"{learning_set.title}, meeting {number}",
            "startDate": meeting.starts_at,
            "endDate": meeting.ends_at,
            "eventStatus": status,
            "eventAttendanceMode": ATTENDANCE[learning_set.format],
            "location": places,
        }
        for number, meeting in enumerate(words.dates, start=1)
    ]
    instance = {
        "@type": ["CourseInstance", "Event"],
        "name": learning_set.title,
        "description": learning_set.summary,
        "courseMode": MODES[learning_set.format],
        "courseWorkload": _workload(learning_set),
        "eventStatus": status,
        "eventAttendanceMode": ATTENDANCE[learning_set.format],
        "location": places,
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
        "offers": [_offer(price, learning_set.enrolment_status, url) for price in learning_set.prices],
        "hasCourseInstance": [instance],
    }


def _workload(learning_set: SetView) -> str:
    """All meetings together, as ISO 8601 has durations: `PT18H0M`."""
    lengths = [each.ends_at - each.starts_at for each in learning_set.sessions if each.status == "scheduled"]
    hours, rest = divmod(sum(lengths, timedelta()), timedelta(hours=1))
    return f"PT{hours}H{rest // timedelta(minutes=1)}M"


def _offer(price: PriceView, status: EnrolmentStatus, url: str) -> dict[str, Any]:
    return {
        "@type": "Offer",
        "name": price.name,
        "url": url,
        "category": "Paid" if price.amount.amount_minor else "Free",
        "price": str(formats.major(price.amount)),
        "priceCurrency": price.amount.currency,
        "availability": AVAILABILITY[status],
    }


def _places(learning_set: SetView, url: str) -> list[dict[str, Any]]:
    """Where it meets: somewhere on the web, at an address, or both."""
    places: list[dict[str, Any]] = []
    if learning_set.format is not SetFormat.IN_PERSON:
        places.append({"@type": "VirtualLocation", "url": url})
    if learning_set.location is not None:
        places.append({"@type": "Place", "name": learning_set.location, "address": learning_set.location})
    return places
