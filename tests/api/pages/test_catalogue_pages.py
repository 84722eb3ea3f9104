"""The catalogue's pages: what a visitor and a search engine are told, and never the joining link."""

from __future__ import annotations

import json
import re
import struct

import pytest

from services.ids import Prefix, to_public
from services.people.words import IncomeBand
from services.sets.models import LearningSet
from services.sets.words import SetStatus
from tests.builders import a_topic, a_wording
from tests.worlds import World


def test_the_catalogue_lists_what_is_published_with_places_and_prices(world: World) -> None:
    world.a_set(capacity=1)
    world.a_set(slug="a-draft", status=SetStatus.DRAFT)
    page = world.client.get("/sets").text
    assert re.findall(r'<h2 lang="en"><a href="([^"]+)">', page) == ["/sets/leading-through-change"]
    assert "1 place left" in page
    assert "£180 a place" in page


def test_a_set_s_own_words_are_marked_as_of_its_language(world: World) -> None:
    built = world.a_set()
    with world.database.writing() as session:
        session.get_one(LearningSet, built.id).language = "cy"
    for path in ("/sets", f"/sets/{built.slug}", f"/sets/{built.slug}/book"):
        page = world.client.get(path).text
        assert re.search(r'lang="cy">(<a [^>]+>)?Leading through change<', page), path


def test_an_empty_catalogue_offers_the_newsletter(world: World) -> None:
    assert "No set is open just now" in world.client.get("/sets").text


def test_more_sets_than_a_page_holds_are_on_the_next(world: World) -> None:
    slugs = {world.a_set(slug=f"set-{number}").slug for number in range(26)}
    first = world.client.get("/sets").text
    [more] = re.findall(r'href="(/sets\?after=[^"]+)"', first)
    second = world.client.get(more).text
    listed = re.findall(r'<h2 lang="en"><a href="/sets/([^"]+)">', first + second)
    assert (len(listed), set(listed)) == (26, slugs)
    assert "?after=" not in second
    assert "No set is open" not in world.client.get("/sets?after=nothing").text


def test_a_sets_page_shows_dates_in_its_own_zone_prices_and_texts(world: World) -> None:
    wanted = world.a_set(bands=[IncomeBand.UNDER_100K, IncomeBand.OVER_1M])
    page = world.client.get(f"/sets/{wanted.slug}").text
    assert "Monday 1 March 2100" in page
    assert "09:30 to 12:30" in page
    assert "All times are in UK time." in page
    assert "<strong>one question</strong>" in page
    assert "What is said here stays here." in page
    assert f'href="/sets/{wanted.slug}/book"' in page
    assert "meet.example" not in page


def test_an_id_leads_to_the_slug(world: World) -> None:
    wanted = world.a_set()
    answer = world.client.get(f"/sets/{to_public(Prefix.SET, wanted.id)}")
    assert (answer.status_code, answer.headers["Location"]) == (308, f"/sets/{wanted.slug}")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"status": SetStatus.CANCELLED}, "This set does not take place"),
        ({"status": SetStatus.RUNNING}, "Booking for this set is closed"),
    ],
)
def test_a_set_that_cannot_be_booked_says_why(world: World, changes: dict[str, object], told: str) -> None:
    wanted = world.a_set(**changes)
    page = world.client.get(f"/sets/{wanted.slug}").text
    assert told in page
    assert f"{wanted.slug}/book" not in page


def test_a_full_set_says_so(world: World) -> None:
    world.book(wanted := world.a_set(capacity=1))
    page = world.client.get(f"/sets/{wanted.slug}").text
    assert "All places are taken" in page
    assert f"{wanted.slug}/book" not in page


def test_search_engines_read_a_course_with_its_meetings_and_offers(world: World) -> None:
    world.book(wanted := world.a_set(capacity=1))
    page = world.client.get(f"/sets/{wanted.slug}").text
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    course = json.loads(data)
    [instance] = course["hasCourseInstance"]
    assert course["@type"] == "Course"
    assert course["offers"][0]["price"] == "180.00"
    assert course["offers"][0]["availability"] == "https://schema.org/SoldOut"
    assert instance["subEvent"][0]["startDate"] == "2100-03-01T09:30:00+00:00"
    assert [place["@type"] for place in instance["location"]] == ["VirtualLocation"]
    assert instance["courseWorkload"] == "PT6H0M"
    assert instance["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"


def test_a_page_may_be_kept_for_seconds_and_says_what_it_is(world: World) -> None:
    wanted = world.a_set()
    answer = world.client.get(f"/sets/{wanted.slug}")
    assert answer.headers["Cache-Control"] == "public, max-age=5"
    assert f'<meta property="og:url" content="{world.outside.settings.origin}/sets/{wanted.slug}">' in answer.text


@pytest.mark.parametrize(
    ("path", "title"),
    [("/sets/spring", "Leading through change"), ("/sets", "Action learning sets"), ("/newsletter", "Our newsletter")],
)
def test_a_link_that_is_passed_on_has_a_picture_of_ours(world: World, path: str, title: str) -> None:
    world.a_set(slug="spring")
    with world.database.writing() as session:
        a_topic(session)
        a_wording(session)
    page = world.client.get(path).text
    shown = dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):[a-z:_]+)" content="([^"]+)">', page))
    origin = world.outside.settings.origin
    assert (shown["og:title"], shown["og:url"]) == (title, origin + path)
    assert shown["twitter:card"] == "summary_large_image"
    assert shown["og:image"].startswith(f"{origin}/")
    with world.client.get(shown["og:image"].removeprefix(origin)) as picture:
        assert picture.mimetype == "image/png"
        size = struct.unpack(">II", picture.data[16:24])
    assert [str(length) for length in size] == [shown["og:image:width"], shown["og:image:height"]]


def test_an_unknown_set_is_not_found(world: World) -> None:
    answer = world.client.get("/sets/nothing-here", headers={"Accept": "text/html"})
    assert answer.status_code == 404
