"""Reports: every sentence has its words, claims are judged rightly, people are protected, files can be opened again."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
import pytest
import yaml
from bases import open_base
from typer.testing import CliRunner

from kb.base import KnowledgeBase
from kb.cli import app
from kb.errors import InputError
from kb.reports.facts import Facts, quoted
from kb.reports.model import Cell, Chapter, Note, Paragraph, Remark, Report, Sentence, Table
from kb.reports.moves import moves
from kb.reports.protect import is_story
from kb.reports.seen import quiet, seen
from kb.reports.word import said

HOUSE = Path(__file__).parents[1]
CLAIMS = yaml.safe_load((HOUSE / "tests" / "draft_claims.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """The sample corpus."""
    with open_base(tmp_path_factory.mktemp("samples") / "indexes") as base:
        assert not base.ingest(HOUSE / "corpus").failed
        yield base


@pytest.fixture
def small(tmp_path: Path) -> Iterator[KnowledgeBase]:
    """An empty knowledge base."""
    with open_base(tmp_path / "indexes") as base:
        yield base


def ingest(base: KnowledgeBase, **documents: str) -> Facts:
    folder = base.root.parent / "documents"
    folder.mkdir(exist_ok=True)
    for name, text in documents.items():
        (folder / f"{name}.md").write_text(text, "utf-8")
    assert not base.ingest(folder).failed
    return Facts(base._store)


def made(base: KnowledgeBase, kind: str) -> Report:
    ways = {
        "all": lambda: base.factpack(),
        "donor": lambda: base.factpack(donor="USAID"),
        "place and time": lambda: base.factpack(place="Khatlon", since="2012", until="2014"),
        "type": lambda: base.factpack(types=["training"]),
        "briefing": lambda: base.briefing(since="2019"),
        "matrix": lambda: base.matrix(),
        "changes": lambda: base.changes(),
    }
    return ways[kind]()


KINDS = ("all", "donor", "place and time", "type", "briefing", "matrix", "changes")


# --- every sentence has its words -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_sentence_has_notes_that_resolve(base, kind):
    report = made(base, kind)
    told = [s.notes for s in report.sentences()] + [[n for c in r for n in c.notes] for r in report.rows()]
    assert told
    for notes in told:
        assert notes
        for n in notes:
            assert base.section_text(n.document, n.section)[n.start : n.end] == n.quote
            assert base.evidence(n.section, n.start, n.end)["page"] == n.page
            assert n.issue
            assert n.boxes or not n.path.endswith(".pdf")


@pytest.mark.parametrize("kind", ["all", "briefing"])
def test_quoted_sentences_are_verbatim(base, kind):
    for s in made(base, kind).sentences():
        if s.quoted:
            assert s.text == " ".join(" ".join(n.quote.split()) for n in s.notes)


def test_a_choice_leaves_out_the_rest(base):
    facts = Facts(base._store)
    chosen = facts.chosen(facts.choice(place="Khatlon", since="2012", until="2012-12"))
    assert chosen
    assert all((a["date_start"] or "2012")[:4] <= "2012" for a in chosen)
    assert len(chosen) < len(facts.activities)


def test_a_basket_alone_is_told(base):
    activity = base.export()["activities"][0]
    report = base.factpack(basket=[activity["id"]])
    record = next(c for c in report.chapters if c.title == "Track record").parts[0]
    assert [row[1].notes[0].quote for row in record.rows] == [activity["quote"]]


def test_words_of_an_answer_in_a_basket_are_told_where_they_stand(base):
    activity = base.export()["activities"][0]
    kept = quoted(activity["section"], activity["quote"])
    report = base.factpack(
        basket=[kept, quoted(activity["section"], "never said"), quoted("no-section", "x")]
    )
    (paragraph,) = next(c for c in report.chapters if c.title == "Context").parts
    assert [n.quote for s in paragraph.sentences for n in s.notes] == [activity["quote"]]


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({"donor": "USAD"}, "donor 'USAD'"),
        ({"place": "Khatlom"}, "close to it: Khatlon"),
        ({"types": ["trainning"]}, "close to it: training"),
        ({"since": "last year"}, "no date"),
        ({"since": "2014", "until": "2012"}, "swap"),
    ],
)
def test_what_is_not_known_is_an_error(base, choice, told):
    with pytest.raises(InputError, match=re.escape(told)):
        base.factpack(**choice)


def test_the_briefing_writes_a_chapter_alone_as_within_the_whole(base):
    whole, title = base.briefing(), "Where we work"
    alone = base.briefing(only=(title,))
    assert [c.title for c in alone.chapters] == [c.title for c in whole.chapters]
    assert [c.parts for c in alone.chapters] == [c.parts if c.title == title else () for c in whole.chapters]


def test_questions_are_answered(base):
    chapter = next(c for c in base.briefing().chapters if c.title == "Questions to begin with")
    assert len(chapter.parts) > 3
    for part in chapter.parts:
        question = part.sentences[0].text.split("?")[0] + "?"
        assert base.ask(question)["answered"]


# --- figures that moved, what went quiet ----------------------------------------------------------------------

MOVED = [
    ("40 wells have been drilled in the valley.", "65 wells have been drilled in the valley.", ["updated"]),
    ("More than 40 wells have been drilled in the valley.", "By then 44 wells had been drilled in the valley.", []),
    ("40 wells have been drilled in the valley.", "40 wells have been drilled in the valley.", []),
    ("In May 2014 the camp held 40 families.", "In May 2014 the camp held 52 families.", ["contradicted"]),
    ("The school has 40 desks and a stove.", "The clinic received 65 beds.", []),
]  # fmt: skip


@pytest.mark.parametrize(("earlier", "later", "marks"), MOVED)
def test_figures_that_moved(small, earlier, later, marks):
    facts = ingest(small, **{
        "a-2014": f"# Valley News, January – June 2014\n\n# Water and shelter\n\n{earlier}\n",
        "b-2015": f"# Valley News, January – June 2015\n\n# Water and shelter\n\n{later}\n",
    })  # fmt: skip
    assert [m.mark for m in moves(facts)] == marks


def test_what_is_told_of_no_more_went_quiet(small):
    told = "# Valley News, {} 2014\n\n# Wells\n\nThe wells were paid for by {}.\n"
    facts = ingest(
        small,
        **{
            f"n{n}": told.format(month, donor)
            for n, (month, donor) in enumerate(
                [
                    ("January", "USAID"),
                    ("February", "USAID"),
                    ("March", "DFID"),
                    ("April", "DFID"),
                    ("May", "DFID"),
                ]
            )
        },
    )
    assert [facts.name(s.id) for s in quiet(facts, seen(facts, "donor"), 3)] == [
        "United States Agency for International Development"
    ]


# --- the draft checker ----------------------------------------------------------------------------------------


def verdicts(base: KnowledgeBase, claims: list[str]) -> list[str]:
    (chapter,) = base.check_draft("\n\n".join(claims)).chapters
    rows = [r for p in chapter.parts if isinstance(p, Table) for r in p.rows]
    assert [r[1].text for r in rows] == claims
    return [r[2].text for r in rows]


def test_claims_of_a_draft(base):
    found = {kind: verdicts(base, claims) for kind, claims in CLAIMS.items()}
    assert sum(v == kind for kind, told in found.items() for v in told) >= 34
    assert "supported" not in found["contradicted"]


SWAPPED = [
    "The NGO Anis works in Qurghonteppa.",
    "The NGO Akhtari Bakht works in Kulob.",
    "70 Afghan and 90 Tajik border guards were trained in Khorog.",
    "Kevin Dean heads the Republican TB Center.",
    "Tajikistan has been a member of IOM since 29 November 1998.",
    "Germany paid for the transport of stranded migrants in 2020.",
]


def test_swapped_facts_are_not_supported(base):
    assert "supported" not in verdicts(base, SWAPPED)


def test_a_draft_may_be_a_word_file(base, tmp_path):
    draft = docx.Document()
    draft.add_heading("What we did", 1)
    draft.add_paragraph("The summer camp in Guliston brought together 140 young people. We are proud of it.")
    draft.save(str(tmp_path / "draft.docx"))
    table = base.check_draft(tmp_path / "draft.docx").chapters[0].parts[1]
    assert [r[2].text for r in table.rows] == ["contradicted"]


def test_a_draft_without_claims_says_so(base):
    assert isinstance(base.check_draft("We hope for the best and thank all.").chapters[0].parts[0], Remark)
    with pytest.raises(InputError, match="empty"):
        base.check_draft("  ")


# --- protection -----------------------------------------------------------------------------------------------

STORY = """# Valley News, January – March 2015

# A new start for Zarina

Zarina Qodirova, 34, a mother of two from Shahrituz district, lost her husband. She was trained as a seamstress in March 2015.
Today Zarina earns her own money, and her daughter Madina goes to school. The training was paid for by USAID. Farrukh Aliev, Head of
the Migration Service, visited her.

# The clinic

In February 2015 the clinic treated 3 patients with tuberculosis and 140 patients with other illnesses within two days. The seminar
had 4 teachers.
"""


@pytest.fixture
def story(small: KnowledgeBase) -> tuple[KnowledgeBase, Report]:
    facts = ingest(small, story=STORY)
    sections = [s["id"] for s in small.export()["sections"]]
    sentences = [facts.quote(facts.notes(s, a, b)) for s in sections for a, b in facts.spans(s)]
    parts = tuple(Paragraph((s,)) for s in sentences)
    return small, Report("factpack", "Facts", "", (Chapter("All", parts),))


def words(report: Report) -> str:
    return " ".join(f"{s.text} {' '.join(n.quote for n in s.notes)}" for s in report.sentences())


@pytest.mark.parametrize("hidden", ["Zarina", "Qodirova", "Madina", "34", "Shahrituz", "3 patients"])
def test_who_was_helped_is_hidden(story, hidden):
    base, report = story
    assert hidden in words(report)
    assert hidden not in words(base.protected(report))


@pytest.mark.parametrize(
    "kept", ["woman from Khatlon", "USAID", "Farrukh Aliev, Head of", "140 patients", "two days", "4 teachers", "fewer than 5"]
)  # fmt: skip
def test_what_is_no_detail_stays(story, kept):
    base, report = story
    assert kept in words(base.protected(report))


def test_names_are_shown_by_choice_and_counts_stay_masked(story):
    base, report = story
    told = words(base.protected(report, show_names=True))
    assert "Zarina Qodirova, 34" in told
    assert "3 patients" not in told


@pytest.mark.parametrize(
    ("text", "story"),
    [
        ("A success story. Umar now keeps bees.", True),
        ("Gulnora, 41, says that she could not read. Her son taught her.", True),
        ("Two men who had been lured abroad, aged 23 to 27, came home.", True),
        ("The Ministry and the mission held a seminar for 30 officials in Kulob.", False),
        ("Anvar Boboev, Head of the Service, opened the workshop.", False),
    ],
)
def test_what_is_a_story(text, story):
    assert is_story(text) == story


# --- files ----------------------------------------------------------------------------------------------------

HOSTILE = "<script>alert(1)</script> ![x](http://example.org/x.png) | =1+1 \x0b"


def hostile() -> Report:
    note = Note("d", HOSTILE, "x.pdf", 1, "p. 1", HOSTILE, (), "s", 0, 5, "updated")
    table = Table(
        ("A", "B"), ((Cell(HOSTILE), Cell("7", (note,), number=True)),), tags=("#org", "#meta+count")
    )
    sentence = Sentence(HOSTILE, (note,), quoted=True, mark="updated")
    return Report("matrix", "Title", HOSTILE, (Chapter(HOSTILE, (Paragraph((sentence,)), table)),))


def test_text_of_documents_acts_in_no_file(base, tmp_path):
    for form in ("docx", "md", "html", "csv", "xlsx"):
        base.write_report(hostile(), tmp_path / f"r.{form}")
    page = (tmp_path / "r.html").read_text("utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert not re.search(r"(?<!\\)<script|(?<!\\)\]\(", (tmp_path / "r.md").read_text("utf-8"))
    assert "<script>" in " ".join(p.text for p in docx.Document(str(tmp_path / "r.docx")).paragraphs)


def test_tables_bear_hxl_tags_and_sources(base, tmp_path):
    report = base.protected(base.matrix())
    base.write_report(report, tmp_path / "m.xlsx")
    base.write_report(report, tmp_path / "m.csv")
    sheet, evidence = openpyxl.load_workbook(tmp_path / "m.xlsx").worksheets
    tags = [c.value for c in sheet[2]]
    assert tags[:4] == ["#org", "#activity", "#adm1", "#adm2"]
    assert isinstance(sheet.cell(3, 7).value, int)
    assert evidence.max_row - 1 == sum(len(c.notes) for r in report.rows() for c in r)
    assert (tmp_path / "m.csv").read_text("utf-8-sig").splitlines()[1].split(",") == tags


@pytest.mark.parametrize("kind", ["donor", "briefing"])
def test_word_files_have_a_footnote_for_each_sentence(base, tmp_path, kind):
    report = base.protected(made(base, kind))
    base.write_report(report, tmp_path / "r.docx")
    document = docx.Document(str(tmp_path / "r.docx"))
    (part,) = (r.target_part for r in document.part.rels.values() if r.reltype.endswith("/footnotes"))
    notes = re.findall(r"<w:t [^>]*>([^<]*)</w:t>", part.blob.decode("utf-8"))
    assert len(notes) == sum(len(s.notes) for s in report.sentences())
    assert all(n.source in said(n) for s in report.sentences() for n in s.notes)
    assert len(document.element.body.findall(".//{*}footnoteReference")) == len(notes)


def test_the_office_may_bring_its_template(tmp_path, base):
    own = docx.Document()
    own.styles["Title"].font.name = "Office Sans"
    own.save(str(tmp_path / "own.docx"))
    with open_base(
        tmp_path / "root",
        {"disabled_plugins": ("embed_minilm",), "report_template": str(tmp_path / "own.docx")},
    ) as other:
        other.write_report(hostile(), tmp_path / "r.docx")
        assert docx.Document(str(tmp_path / "r.docx")).styles["Title"].font.name == "Office Sans"
        (tmp_path / "own.docx").write_text("no Word file")
        with pytest.raises(InputError, match="report_template"):
            other.write_report(hostile(), tmp_path / "r.docx")


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="needs LibreOffice (apt install libreoffice-writer)"
)
@pytest.mark.parametrize("kind", ["donor", "briefing"])
def test_word_files_open_in_libreoffice(base, tmp_path, kind):
    base.write_report(base.protected(made(base, kind)), tmp_path / "r.docx")
    home = {**os.environ, "HOME": str(tmp_path)}
    subprocess.run(["soffice", "--headless", "--convert-to", "pdf", "r.docx"], cwd=tmp_path, env=home, check=True, timeout=120, capture_output=True)  # fmt: skip
    import pymupdf

    with pymupdf.open(tmp_path / "r.pdf") as pdf:
        text = " ".join("".join(p.get_text() for p in pdf).split())
    assert "IOM Tajikistan Newsletter" in text


# --- the command ----------------------------------------------------------------------------------------------


def run(base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, *arguments: str):
    monkeypatch.setenv("KB_DISABLED_PLUGINS", "embed_minilm")
    return CliRunner().invoke(app, ["report", *arguments, "--root", str(base.root)])


@pytest.mark.parametrize(
    "arguments",
    [
        ("factpack", "--donor", "USAID"),
        ("factpack", "--type", "training", "--since", "2012"),
        ("briefing",),
        ("matrix", "--place", "Khatlon"),
        ("changes",),
        ("check", str(HOUSE / "samples" / "README.md")),
    ],
)
def test_command_shows_a_report(base, monkeypatch, arguments):
    ran = run(base, monkeypatch, *arguments)
    assert ran.exit_code == 0, ran.stderr
    assert ran.stdout.startswith("# ")
    told = json.loads(run(base, monkeypatch, *arguments, "--json").stdout)
    assert told["kind"] == arguments[0]
    assert told["chapters"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("factpack", "--donor", "Nobody"), "no donor 'Nobody'"),
        (("briefing", "--out", "book.pdf"), ".docx, .md, .html"),
        (("factpack", "--out", "pack.csv"), "tables"),
        (("check", "absent.docx"), "absent.docx"),
        (("changes", "absent"), "absent"),
    ],
)
def test_command_says_what_to_do(base, monkeypatch, tmp_path, arguments, told):
    monkeypatch.chdir(tmp_path)
    ran = run(base, monkeypatch, *arguments)
    assert ran.exit_code == 1
    assert told in ran.stderr


def test_command_without_documents(small, monkeypatch):
    ran = run(small, monkeypatch, "briefing")
    assert ran.exit_code == 1
    assert "kb ingest" in ran.stderr
