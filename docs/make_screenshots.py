"""Takes the pictures of docs/images: each page of the interface over the samples in corpus/, 1280 pixels wide, light.

python docs/make_screenshots.py [--out docs/images] [--root FOLDER] [--only ask search]

A picture a page of the navigation, named after its address, so that a new page gets one by itself; SCENES says what is
typed and pressed first, where a page is empty without it. Needs Chromium and `pip install -e '.[dev]'`.
"""

from __future__ import annotations

import argparse
import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import kb

HOUSE = Path(__file__).parents[1]
sys.path.insert(0, str(HOUSE / "tests"))
from browser import FLAGS, served, settled  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTH, HEIGHT, TALLEST = 1280, 860, 1400
LARGEST = 150_000
"""Bytes of a picture."""
COLOURS = (256, 128, 64, 32)
WAIT = 90_000
ANSWERED = "How many young people took part in the camp in Guliston?"
REFUSED = "Which hospital in Khujand received an ambulance from Germany?"


@dataclass(frozen=True, slots=True)
class Scene:
    """What a picture shows: a page of the navigation, what its address adds, and what is done there."""

    page: str
    """Last part of the page's address; the first page of all is "ask"."""
    query: str = ""
    act: Callable[[Page], None] | None = None


def ask(page: Page, *questions: str) -> None:
    """Asks one question after the other."""
    for number, question in enumerate(questions, 1):
        box = page.get_by_test_id("stChatInputTextArea")
        box.fill(question)
        box.press("Enter")
        page.get_by_text("Looked through").nth(number - 1).wait_for()
        settle(page)


def ask_both(page: Page) -> None:
    """A question that is answered and one that is not."""
    ask(page, ANSWERED, REFUSED)


def open_source(page: Page) -> None:
    """Asks, and opens the first source on its page."""
    ask(page, ANSWERED)
    page.get_by_test_id("stChatMessage").nth(1).get_by_role("button").first.click()
    page.get_by_role("dialog").locator("img").first.wait_for()


def open_first_link(page: Page) -> None:
    """Follows the first link of the page itself."""
    page.get_by_test_id("stMain").get_by_test_id("stPageLink-NavLink").first.click()
    page.wait_for_timeout(1000)


SCENES = {
    "ask": Scene("ask", act=ask_both),
    "source": Scene("ask", act=open_source),
    "search": Scene("search", "?q=training%20for%20border%20guards"),
    "proposal": Scene(
        "proposal",
        "?donor=United%20States%20Agency%20for%20International%20Development&chapter=Track%20record",
    ),
    "map": Scene("map", "?place=Khujand"),
    "entities": Scene("entities", "?kind=Donors"),
    "entity": Scene("entities", "?kind=Donors", open_first_link),
}
"""Name of the picture → scene; of a page that has none, its plain picture is taken."""


def settle(page: Page) -> None:
    """Waits until the script of the page has run to its end, and what it drew has come."""
    settled(page)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(800)


@contextmanager
def browser(profile: Path) -> Iterator[Page]:
    """A page of a fresh headless Chromium."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        raise SystemExit("Chromium is not installed: apt install chromium")
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium, headless=True, args=[*FLAGS, "--hide-scrollbars"], color_scheme="light",
            viewport={"width": WIDTH, "height": HEIGHT},
        )  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(WAIT)
        yield page
        context.close()


def navigation(page: Page, address: str) -> dict[str, str]:
    """Name → address of each page that the sidebar leads to, in its order."""
    page.goto(address)
    settle(page)
    if (more := page.get_by_test_id("stSidebarNavViewButton")).count():
        more.click()
    links = page.get_by_test_id("stSidebarNavLink").evaluate_all("links => links.map(a => a.href)")
    return {
        link.split("?")[0].removeprefix(address).strip("/") or "ask": link.split("?")[0] for link in links
    }


def taken(page: Page) -> bytes:
    """The page as PNG, as high as what stands on it, up to a limit."""
    height = page.evaluate("Math.max(...[...document.querySelectorAll('#stMain, .stMain')].map(e => e.scrollHeight))")  # fmt: skip
    page.set_viewport_size({"width": WIDTH, "height": max(HEIGHT, min(int(height), TALLEST))})
    settle(page)
    picture = page.screenshot()
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    return picture


def packed(picture: bytes) -> bytes:
    """The PNG with as many colours as leave it small enough."""
    from PIL import Image

    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in COLOURS:
        file = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        if file.tell() < LARGEST:
            break
    return file.getvalue()


def main() -> None:
    """Reads the samples, serves them, takes the pictures and writes them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=HOUSE / "docs" / "images")
    parser.add_argument("--root", type=Path, help="state to show, instead of the samples read anew")
    parser.add_argument("--only", nargs="*", help="names of the pictures to take")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        root = given.root or Path(folder) / "indexes"
        if given.root is None:
            with kb.open_kb(root) as base:
                base.ingest(HOUSE / "corpus")
        with (
            served(root.resolve(), Path(folder) / "log", STREAMLIT_THEME_BASE="light") as address,
            browser(Path(folder) / "profile") as page,
        ):
            pages = navigation(page, address)
            scenes = {name: Scene(name) for name in pages} | SCENES
            for name, scene in scenes.items():
                if scene.page not in pages or (given.only and name not in given.only):
                    continue
                page.goto(pages[scene.page] + scene.query)
                settle(page)
                if scene.act:
                    scene.act(page)
                    settle(page)
                picture = packed(taken(page))
                (given.out / f"{name}.png").write_bytes(picture)
                print(f"{name}.png  {len(picture) / 1000:.0f} KB")


if __name__ == "__main__":
    main()
