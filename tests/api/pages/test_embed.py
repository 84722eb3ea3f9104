"""The embed as it is served: small, cacheable, open to every page, complete in its languages, and documented."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import orjson
import pytest

from api.docs import GUIDES
from api.pages.embed import SOURCES, languages, script
from tests.worlds import World

LARGEST_ZIPPED = 15_000
INPUT_PARTS = {"radio", "checkbox", "link"}
"""Parts that the script names by a variable."""
FORBIDDEN = ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "localStorage", "document.cookie", ".style.")


def test_the_script_is_small_and_open_to_every_page(world: World) -> None:
    answer = world.client.get("/embed/v1.js")
    assert answer.status_code == 200
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert len(gzip.compress(answer.data)) < LARGEST_ZIPPED


def test_the_script_is_sent_compressed_to_those_who_take_it(world: World) -> None:
    plain = world.client.get("/embed/v1.js")
    zipped = world.client.get("/embed/v1.js", headers={"Accept-Encoding": "br, gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in zipped.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert gzip.decompress(zipped.data) == plain.data


def test_a_browser_that_has_the_script_gets_it_once(world: World) -> None:
    first = world.client.get("/embed/v1.js")
    again = world.client.get("/embed/v1.js", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


def test_the_script_never_makes_markup_of_text_nor_keeps_anything_for_long() -> None:
    source = script().body.decode()
    assert [word for word in FORBIDDEN if word in source] == []


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node to read the script")
def test_the_script_is_javascript(tmp_path: Path) -> None:
    file = tmp_path / "v1.js"
    file.write_bytes(script().body)
    subprocess.run(["node", "--check", str(file)], check=True)


def test_every_language_says_everything(world: World) -> None:
    assert languages() == ["cy", "en"]
    english, welsh = (world.client.get(f"/embed/words/{language}.json").json for language in ("en", "cy"))
    assert isinstance(english, dict)
    assert isinstance(welsh, dict)
    for key, text in english.items():
        assert blanks_in(welsh[key]) == blanks_in(text), key
        if isinstance(text, dict) and "other" not in text:
            assert welsh[key].keys() == text.keys(), key


def test_a_language_that_is_not_spoken_is_not_found(world: World) -> None:
    assert world.client.get("/embed/words/tlh.json").status_code == 404


def test_the_script_uses_every_word_and_no_other() -> None:
    source = sources()
    words = orjson.loads((SOURCES / "words" / "en.json").read_bytes())
    said = set(re.findall(r'say\("(\w+)"', source))
    assert said <= words.keys()
    statuses = {"full", "closed", "cancelled", "waiting_list"}  # said by what the server calls them
    assert {key for key in words if f'"{key}"' not in source and f".{key}" not in source} <= statuses


def test_the_types_know_every_event(world: World) -> None:
    types = world.client.get("/embed/v1.d.ts").text
    source = script().body.decode()
    assert {f"setlist:{name}" for name in re.findall(r'emit\("(\w+)"', source)} == set(
        re.findall(r"setlist:\w+", types)
    )


def test_the_guide_documents_every_property_part_event_and_attribute_and_no_other() -> None:
    guide, style, source = (GUIDES / "embed.md").read_text(), (SOURCES / "style.css").read_text(), sources()
    assert first_cells(guide, "--setlist-") == set(re.findall(r"var\((--setlist-[a-z-]+)", style))
    assert first_cells(guide, "setlist:") == {f"setlist:{name}" for name in re.findall(r'emit\("(\w+)"', source)}
    _, _, parts = guide.partition("there are parts")
    named = set(re.findall(r"`(\w+)`", parts.partition("## ")[0]))
    assert named == set(re.findall(r'part: (?:look \? )?"(\w+)"', source)) | INPUT_PARTS
    for attributes in re.findall(r"observedAttributes = \[(.*)\]", source):
        assert all(f"`{name}`" in guide for name in re.findall(r'"([a-z-]+)"', attributes))


def test_the_guide_can_be_read(world: World) -> None:
    assert "Put Setlist on your website" in world.client.get("/docs/guides").text
    assert "--setlist-accent" in world.client.get("/docs/guides/embed").text
    assert world.client.get("/docs/guides/nothing").status_code == 404


def sources() -> str:
    """All parts of the script, as they are written."""
    return "".join(path.read_text() for path in SOURCES.glob("*.js"))


def first_cells(guide: str, start: str) -> set[str]:
    """What the guide's tables describe, of the names that start so."""
    return set(re.findall(rf"^\| `({start}[a-z-]+)` \|", guide, flags=re.MULTILINE))


def blanks_in(text: Any) -> set[str]:
    """The names that are filled in: {n}, {amount}."""
    return set(re.findall(r"\{(\w+)\}", str(text if isinstance(text, str) else orjson.dumps(text))))
