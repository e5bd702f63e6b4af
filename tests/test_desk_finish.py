"""All pages in headless Chromium: hostile documents, decisions and uploads as a person makes them, contrast, width, keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pymupdf
import pytest
from browser import HOUSE, browsing, chromium, served, settled

import kb
from kb.ui import chats

if TYPE_CHECKING:
    from playwright.sync_api import Page

EVIL = (
    '![p](http://evil.example/a.png) [l](http://evil.example/b) <img src=http://evil.example/c.png onerror="window.pwned=1"> '
    "<script>window.pwned=1</script> http://evil.example/d www.evil.example e@evil.example $x^2$ :red[r] :material/home: "
    "<iframe src=//evil.example></iframe> <svg onload=window.pwned=1> <http://evil.example> `c` ~~s~~ **b**"
)
NAME = "![n](x) <img src=x onerror=window.pwned=1> [l](evil.example)"
PAGES = re.findall(r'st\.Page\("kb/ui/(\w+)\.py", title="([^"]+)"', (HOUSE / "app.py").read_text("utf-8"))
NO_MODEL = {"disabled_plugins": ["embed_minilm"]}
MILD = {
    "spring.md": "# Update of May 2014\n\nIn May 2014 the NGO Sanjarzor trained 30 farmers in Ayni district with funds from Japan.\n",
    "summer.md": "# Update of July 2014\n\nIn July 2014 the NGO Sanjirzor trained 25 farmers in Ayni district with funds from Japan.\n",
}


def address_of(page: str) -> str:
    """Where a page lies; the first one has no name."""
    return "/" if page == "ask" else f"/{page}"


def hostile(folder: Path) -> Path:
    """A root whose documents, names, decisions, questions and failures are all hostile; what is added to it comes back."""
    files = folder / "files"
    files.mkdir()
    for name, text in MILD.items():
        (files / f"{NAME} {name}").write_text(
            text.replace("\n\n", f" {EVIL}\n\n", 1) + f"\n{EVIL}\n", "utf-8"
        )
    (files / f"{NAME}.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<<")
    with pymupdf.open() as made:
        made.new_page(width=1400).insert_text(
            (30, 72), f"In May 2013 UNDP trained 37 beekeepers. {EVIL}", fontsize=7
        )
        made.new_page().draw_rect((72, 72, 300, 300), fill=(0.2, 0.4, 0.6))
        made.save(files / f"half {NAME}.pdf")
    with kb.open_kb(folder / "indexes", NO_MODEL) as base:
        base.ingest(files)
        base.rename("Sanjarzor", f"Sanjarzor {EVIL}", who=EVIL, why=EVIL)
        for activity in base.export()["activities"]:
            base.correct(activity["id"], "title", EVIL, who=EVIL)
            base.correct(activity["id"], "type", EVIL, who=EVIL)
    chats.append(folder / "indexes", chats.new_id(), EVIL, error=EVIL)
    return folder / "indexes"


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """An interface over hostile documents, and addresses of all its pages."""
    chromium()
    folder = tmp_path_factory.mktemp("evil")
    root = hostile(folder)
    with kb.open_kb(root, NO_MODEL) as base:
        entities = [e["id"] for e in base.entities()]
        documents = [d["id"] for d in base.documents()]
        doubtful = [
            (d["id"], n["page"]) for d in base.documents() for n in d["page_notes"] if n["confidence"] < 0.8
        ]
    paths = [address_of(page) for page, _ in PAGES]
    paths += [f"/entity?entity={quote(id)}" for id in entities] + [
        f"/entity?entity={quote(EVIL)}",
        f"/?q={quote(EVIL)}",
    ]
    paths += [f"/news?document={id}" for id in documents] + [f"/news?document={quote(EVIL)}"]
    paths += [f"/doubtful?document={id}&page={page}" for id, page in doubtful]
    paths += [f"/review?show={quote(s)}" for s in ("To decide", "Merged without asking", "Decisions")]
    paths += [f"/search?q={quote('beekeepers farmers')}", f"/search?q={quote(EVIL)}&document={quote(EVIL)}"]
    paths += [
        f"/entity?entity={quote(entities[0])}&view={v}" for v in ("Activities", "Works with", "Mentions")
    ]
    paths += [
        "/search?view=Table&q=farmers",
        "/search?show=Passages",
        "/search?show=Figures",
        "/map?place=Ayni",
    ]
    paths += ["/crossref?view=Issue against issue", "/crossref?view=Who does what where"]
    paths += [
        "/proposal?chapter=Track record",
        "/proposal?from=The basket",
        "/onboarding?chapter=Donors, and since when",
    ]
    paths += [f"/entities?kind={quote(EVIL)}", "/entities?kind=Partners", f"/documents?show={quote(EVIL)}"]
    assert doubtful
    with served(root, folder / "log", KB_DISABLED_PLUGINS="embed_minilm") as address:
        yield address, paths


@pytest.fixture(scope="module")
def mild(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An interface over ordinary documents."""
    chromium()
    folder = tmp_path_factory.mktemp("mild")
    for name, text in MILD.items():
        (folder / name).write_text(text, "utf-8")
    with kb.open_kb(folder / "indexes", NO_MODEL) as base:
        base.ingest([folder / name for name in MILD])
    with served(folder / "indexes", folder / "log", KB_DISABLED_PLUGINS="embed_minilm") as address:
        yield address


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with browsing(tmp_path / "profile") as page:
        yield page


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(".stMain")
    page.get_by_role("heading").first.wait_for()
    settled(page)


# --- hostile content -----------------------------------------------------------------------------------------------


def test_hostile_documents_are_shown_as_text_on_every_page(page, evil):
    address, paths = evil
    for path in paths:
        opened(page, address + path)
        _harmless(page, path)


def test_hostile_words_are_text_in_tabs_dialogs_and_folds(page, evil):
    address, paths = evil
    path = next(p for p in paths if "sanjarzor" in p)
    opened(page, address + path)
    for tab in page.get_by_role("tab").all():
        tab.click()
        settled(page)
        _harmless(page, path)
    page.get_by_test_id("stButtonGroup").get_by_text("Activities", exact=True).first.click()
    page.get_by_role("button", name="Set right").first.click()
    page.get_by_role("dialog").get_by_text("What is wrong").wait_for()
    settled(page)
    _harmless(page, "the dialog of an activity")
    opened(page, address + path)
    page.get_by_role("button", name="Something is wrong here").click()
    page.get_by_role("dialog").get_by_text("What is wrong").wait_for()
    settled(page)
    _harmless(page, "the dialog of an entity")
    opened(page, address + "/documents")
    page.get_by_role("button", name="Remove").first.click()
    page.get_by_role("dialog").wait_for()
    settled(page)
    _harmless(page, "the dialog that removes")


def test_hostile_words_are_text_in_the_basket(page, evil):
    address, _ = evil
    opened(page, address + "/search?show=Passages&q=beekeepers")
    page.get_by_role("button", name="Add to basket").first.click()
    page.get_by_role("button", name="In the basket").first.wait_for()
    page.get_by_test_id("stSidebarNavLink").get_by_text("Proposal desk").click()
    page.get_by_text("The basket", exact=True).click()
    page.get_by_text("1 fact in the basket").click()
    page.get_by_role("button", name="Take out").wait_for()
    settled(page)
    _harmless(page, "the basket")


def test_a_hostile_file_that_cannot_be_read_is_told_as_text(page, evil, tmp_path):
    address, _ = evil
    opened(page, address + "/documents")
    _upload(page, tmp_path / f"x {NAME}.pdf", b"%PDF-1.7\n")
    page.get_by_text("could not be read").wait_for()
    settled(page)
    _harmless(page, "the report of an upload")


def _harmless(page: Page, where: str) -> None:
    """No script of a document ran, and nothing of it became a link, a picture, a frame, a formula, an icon or a colour."""
    found: Any = page.evaluate(
        """() => {
          const away = (url) => new URL(url, location.href).origin !== location.origin && !url.startsWith('data:');
          const all = (css) => [...document.querySelectorAll(css)];
          const main = '.stMain, [role=dialog], [data-testid=stSidebar]';
          const inside = (e) => e.closest(main);
          return {
            pwned: window.pwned ?? null,
            links: all('a[href]').filter((e) => away(e.getAttribute('href')) || /evil|mailto/.test(e.href.split('?')[0])).map((e) => e.href),
            pictures: all('img[src]').filter((e) => away(e.src) || e.src.endsWith('/x')).map((e) => e.src),
            frames: all('iframe, object, embed, form[action]').filter((e) => (e.src || e.action || '').includes('evil')).length,
            scripts: all('script').filter((e) => e.textContent.includes('pwned')).length,
            drawn: all('.katex, svg[onload], s, del, .stMarkdown code').filter(inside).length,
            icons: all('[data-testid=stIconMaterial], [role=img]').filter(inside).filter((e) => e.textContent === 'home').length,
          };
        }"""
    )
    clean = {"pwned": None, "links": [], "pictures": [], "frames": 0, "scripts": 0, "drawn": 0, "icons": 0}
    assert found == clean, where


# --- what a person does --------------------------------------------------------------------------------------------


def _upload(page: Page, path: Path, data: bytes) -> None:
    path.write_bytes(data)
    page.locator("input[type=file]").set_input_files(path)
    # A file still on its way is not sent.
    page.get_by_test_id("stFileChipName").wait_for()
    page.get_by_test_id("stFileChipIconSpinner").wait_for(state="detached")
    page.get_by_role("button", name="Add these files").click()


def test_a_first_visit_becomes_a_library(page, tmp_path):
    with served(tmp_path / "indexes", tmp_path / "log", KB_DISABLED_PLUGINS="embed_minilm") as address:
        opened(page, address)
        page.get_by_text("No documents yet").wait_for()
        _upload(page, tmp_path / "spring.md", MILD["spring.md"].encode())
        page.get_by_text("Done: 1 added").wait_for()
        page.get_by_role("link", name="What is new in Update of May 2014").click()
        page.get_by_text("No earlier document is here").wait_for()
        assert "document=" in page.url


def test_two_names_are_merged_with_the_keyboard_and_undone(page, mild):
    opened(page, mild + "/review")
    page.get_by_role("textbox", name="Your name").fill("Zarina")
    page.keyboard.press("Tab")
    settled(page)
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText || ''").endswith("Two things"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).boxShadow") != "nonenone"  # fmt: skip
    page.keyboard.press("Enter")
    page.get_by_text("Kept:").wait_for()
    page.get_by_text("Nothing to decide").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("2 differ").or_(page.get_by_text("differ in vowels alone")).first.wait_for()


def test_a_name_and_an_activity_are_set_right_in_place(page, mild):
    opened(page, mild + "/entities?kind=Partners")
    page.get_by_role("link", name="Sanjarzor").click()
    page.get_by_role("button", name="Something is wrong here").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("It is called").fill("Sanjarzor Farm")
    dialog.get_by_role("textbox", name="Your name").fill("Zarina")
    page.keyboard.press("Tab")
    settled(page)
    dialog.get_by_role("button", name="Keep this").click()
    page.get_by_role("heading", name="Sanjarzor Farm").wait_for()
    settled(page)
    page.get_by_test_id("stButtonGroup").get_by_text("Activities", exact=True).first.click()
    page.get_by_role("button", name="Set right").first.click()
    dialog.get_by_text("What is wrong").wait_for()
    settled(page)
    dialog.get_by_label("What is wrong").click()
    page.get_by_role("option", name="First day").click()
    dialog.get_by_label("Date").fill("soon")
    page.keyboard.press("Tab")
    settled(page)
    assert dialog.get_by_role("textbox", name="Your name").input_value() == "Zarina"
    dialog.get_by_role("button", name="Keep this").click()
    dialog.get_by_text("is no date").wait_for()
    dialog.get_by_label("Date").fill("2014-06")
    page.keyboard.press("Tab")
    settled(page)
    dialog.get_by_role("button", name="Keep this").click()
    page.get_by_text("Kept:").wait_for()
    page.goto(mild + "/review?show=Decisions")
    page.get_by_text("Zarina").first.wait_for()
    while (undo := page.get_by_role("button", name="Undo")).count():
        undo.first.click()
        page.get_by_text("Kept:").wait_for()
        settled(page)
        if page.get_by_text("undone").count() >= 2:
            break


# --- finish --------------------------------------------------------------------------------------------------------

ADDRESSES = [*(address_of(page) for page, _ in PAGES), "/search?q=farmers", "/review?show=Decisions", "/?q=Who+trained+farmers%3F"]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_words_stand_out_from_their_ground(tmp_path, mild, theme):
    with browsing(tmp_path / "profile", color_scheme=theme) as page:
        faint = {}
        for path in ADDRESSES:
            opened(page, mild + path)
            faint |= {f"{path}: {what}": ratio for what, ratio in page.evaluate(FAINT)}
    assert faint == {}


def test_no_page_is_wider_than_a_telephone(tmp_path, mild):
    with browsing(tmp_path / "profile", viewport={"width": 400, "height": 800}) as page:
        wide = {}
        for path in ADDRESSES:
            opened(page, mild + path)
            wide[path] = page.locator(".stMain").evaluate("m => m.scrollWidth - m.clientWidth")
    assert set(wide.values()) == {0}, wide


@pytest.mark.parametrize(("name", "title"), PAGES)
def test_each_page_has_its_title(page, mild, name, title):
    opened(page, mild + address_of(name))
    assert page.title().startswith(title)


FAINT = """() => {
  // WCAG 2 AA: 4.5 to 1, 3 to 1 for large letters. Disabled controls are exempt.
  const colour = (text) => { const n = text.match(/[\\d.]+/g).map(Number); return [n[0], n[1], n[2], n.length > 3 ? n[3] : 1]; };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const light = (c) => { const [r, g, b] = c.map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const found = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement, text = walker.currentNode.textContent.trim();
    if (!text || !e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})) continue;
    if (e.closest('[disabled], [aria-disabled=true], script, style, noscript, [aria-hidden=true]')) continue;
    const box = e.getBoundingClientRect(); if (box.width < 2 || box.height < 2) continue;
    const chain = []; for (let n = e; n; n = n.parentElement) chain.push(n);
    let ground = [255, 255, 255, 1], opacity = 1;
    for (const n of chain.reverse()) { const s = getComputedStyle(n); const b = colour(s.backgroundColor);
      if (b[3]) ground = over(b, ground); opacity *= Number(s.opacity); }
    const s = getComputedStyle(e), ink = colour(s.color); ink[3] *= opacity;
    const a = light(over(ink, ground)), b = light(ground);
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(s.fontSize), large = size >= 24 || (size >= 18.66 && Number(s.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) found.set(`${text.slice(0, 40)} ${s.color} on ${ground.slice(0, 3).map(Math.round)}`, ratio.toFixed(2));
  }
  return [...found];
}"""
