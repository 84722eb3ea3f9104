"""`python -m tests.browser.preview` draws preview.png, which other websites show beside a link to us, from its SVG."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.chromium import CHROMIUM, QUIET

STATIC = Path(__file__).parents[2] / "api" / "pages" / "static"
SIZE = {"width": 1200, "height": 630}


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": SIZE["width"], "height": SIZE["height"]})
        page.set_content(f"<style>* {{ margin: 0 }}</style>{(STATIC / 'preview.svg').read_text()}")
        page.screenshot(path=STATIC / "preview.png")
        browser.close()


if __name__ == "__main__":
    main()
