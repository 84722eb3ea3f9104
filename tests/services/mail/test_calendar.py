"""The calendar file, read by two parsers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import icalendar
import pytest
import vobject

from services.mail.calendar import SessionDate, SetDates, calendar_file
from tests.builders.letters import CAUSED_AT, set_dates

SPRING_AND_AUTUMN = [
    pytest.param("Europe/London", id="north"),
    pytest.param("Australia/Sydney", id="south"),
    pytest.param("America/New_York", id="west"),
    pytest.param("Asia/Kolkata", id="no-summer-time"),
    pytest.param("UTC", id="utc"),
]


def written(dates: SetDates) -> bytes:
    return calendar_file(dates, host="book.example", stamped_at=CAUSED_AT)


def read_events(dates: SetDates) -> list[icalendar.Component]:
    return list(icalendar.Calendar.from_ical(written(dates)).walk("VEVENT"))


def test_one_published_file_holds_every_session_under_its_own_uid() -> None:
    calendar = icalendar.Calendar.from_ical(written(set_dates()))

    events = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "PUBLISH"
    assert calendar["VERSION"] == "2.0"
    assert [event["UID"] for event in events] == [f"{UUID(int=number)}@book.example" for number in (1, 2, 3)]
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2]
    assert {event["STATUS"] for event in events} == {"CONFIRMED"}
    assert {event.decoded("DTSTAMP") for event in events} == {CAUSED_AT}


def test_each_event_says_which_meeting_of_how_many_it_is() -> None:
    summaries = [str(event["SUMMARY"]) for event in read_events(set_dates())]

    assert summaries == [f"Leading through change (meeting {number} of 3)" for number in (1, 2, 3)]


def test_a_dropped_session_is_told_as_cancelled_and_not_counted() -> None:
    dates = set_dates()
    first, second, third = dates.sessions
    events = read_events(replace(dates, sessions=(first, replace(second, is_cancelled=True), third)))

    assert [event["STATUS"] for event in events] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert [str(event["SUMMARY"]).removeprefix(dates.title) for event in events] == [
        " (meeting 1 of 2)",
        "",
        " (meeting 2 of 2)",
    ]


def test_ten_o_clock_stays_ten_o_clock_when_the_clocks_change() -> None:
    starts = [event.decoded("DTSTART") for event in read_events(set_dates())]

    assert [(start.hour, start.tzname()) for start in starts] == [(10, "GMT"), (10, "BST"), (10, "GMT")]
    assert b"DTSTART;TZID=Europe/London:20260616T100000" in written(set_dates())


@pytest.mark.parametrize("timezone", SPRING_AND_AUTUMN)
def test_both_parsers_read_the_instants_we_wrote(timezone: str) -> None:
    dates = set_dates(timezone=timezone)
    expected = [(session.starts_at, session.ends_at) for session in dates.sessions]

    ours = [(event.decoded("DTSTART"), event.decoded("DTEND")) for event in read_events(dates)]
    calendar = vobject.readOne(written(dates).decode())
    theirs = [(event.dtstart.value, event.dtend.value) for event in calendar.vevent_list]

    assert ours == expected
    assert [(start.astimezone(UTC), end.astimezone(UTC)) for start, end in theirs] == expected


def test_the_time_zone_s_own_rules_are_in_the_file() -> None:
    (zone,) = icalendar.Calendar.from_ical(written(set_dates())).walk("VTIMEZONE")

    assert zone["TZID"] == "Europe/London"
    assert {part.name for part in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}


def test_a_session_over_new_year_is_within_the_time_zone_s_rules() -> None:
    night = SessionDate(UUID(int=9), datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 1, 1, 1, 30, tzinfo=UTC))

    (event,) = vobject.readOne(written(replace(set_dates(), sessions=(night,))).decode()).vevent_list

    assert event.dtend.value.astimezone(UTC) == night.ends_at


def test_the_place_and_the_joining_link_are_both_there() -> None:
    event = read_events(set_dates())[0]

    assert event["LOCATION"] == "Larkfield House, 12 Mill Lane; Leeds"
    assert event["URL"] == "https://meet.example/room?a=1&b=2"


def test_a_set_that_meets_online_has_its_link_where_programs_look_for_the_place() -> None:
    event = read_events(replace(set_dates(), location=None))[0]

    assert event["LOCATION"] == "https://meet.example/room?a=1&b=2"


def test_without_a_joining_link_the_file_has_none() -> None:
    dates = replace(set_dates(), joining_link=None, location=None)

    assert "URL" not in read_events(dates)[0]
    assert "LOCATION" not in read_events(dates)[0]


def test_a_title_with_line_breaks_adds_no_line_of_its_own() -> None:
    content = written(set_dates(title="Leading\r\nATTENDEE:mailto:eve@example.org"))

    assert not any(line.startswith(b"ATTENDEE") for line in content.splitlines())
