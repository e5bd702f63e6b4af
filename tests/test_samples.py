"""The sample corpus: committed files come from their sources and have the features that samples are for."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pymupdf
import pytest
import yaml

pytest.importorskip("reportlab", reason="needs the dev extra")
pytest.importorskip("pyphen", reason="needs the dev extra")

ROOT = Path(__file__).parents[1]
CORPUS, SAMPLES = ROOT / "corpus", ROOT / "samples"
sys.path.insert(0, str(SAMPLES))

import source  # noqa: E402

SOURCES = [source.read(path) for path in sorted(SAMPLES.glob("*.md")) if path.name != "README.md"]
PDFS = [item for item in SOURCES if item.file.endswith(".pdf")]
names = [item.file for item in SOURCES]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("corpus")
    subprocess.run([sys.executable, SAMPLES / "make.py", "--out", out], check=True, capture_output=True)
    return out


def text_of(path: Path) -> str:
    """The words of a file, without line ends."""
    if path.suffix == ".pdf":
        with pymupdf.open(path) as document:
            text = "\n".join(page.get_text() for page in document)
        text = re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", text)  # hyphen of a line's end
    elif path.suffix == ".docx":
        with zipfile.ZipFile(path) as archive:
            text = "".join(
                archive.read(name).decode()
                for name in sorted(archive.namelist())
                if re.match(r"word/(document|footer\d*)\.xml", name)
            )
        text = re.sub(r"</w:p>", "\n", text)
        text = re.sub(r"<[^>]+>", "", text)
    else:
        text = re.sub(r"data:[^\"]+|<[^>]+>", "", path.read_text(encoding="utf-8"))
    return " ".join(text.split())


def squeeze(text: str) -> str:
    """Letters and figures only: neither line ends nor hyphens at them make a difference."""
    return re.sub(r"\W", "", text.replace("*", ""))


def test_corpus_holds_exactly_what_the_sources_make():
    assert sorted(path.name for path in CORPUS.iterdir()) == sorted(names)


@pytest.mark.parametrize("name", names)
def test_script_reproduces_the_committed_file(built, name):
    assert text_of(built / name) == text_of(CORPUS / name)


def test_same_sources_give_the_same_bytes(built, tmp_path):
    chosen = [item for item in SOURCES if "2020" in item.file or not item.file.endswith(".pdf")]
    command = [sys.executable, SAMPLES / "make.py", "--out", tmp_path, *(item.path for item in chosen)]
    subprocess.run(command, check=True, capture_output=True)
    for item in chosen:
        assert (tmp_path / item.file).read_bytes() == (built / item.file).read_bytes()


@pytest.mark.parametrize("item", PDFS, ids=lambda item: item.file)
def test_each_pdf_page_carries_mark_number_and_running_head(item):
    with pymupdf.open(CORPUS / item.file) as document:
        for page in document:
            foot = page.get_textbox(pymupdf.Rect(0, 795, 595, 842))
            assert source.MARK in foot
            assert foot.split()[-1] == str(page.number + 1)
            if page.number:
                head = page.get_textbox(pymupdf.Rect(0, 0, 595, 45))
                assert item.title in head
                assert item.period in head


@pytest.mark.parametrize("name", [name for name in names if not name.endswith(".pdf")])
def test_other_formats_carry_the_mark(name):
    assert source.MARK in text_of(CORPUS / name)


@pytest.mark.parametrize("item", PDFS, ids=lambda item: item.file)
def test_contents_name_the_page_where_each_heading_stands(item):
    with pymupdf.open(CORPUS / item.file) as document:
        cover = document[0].get_text()
        for article in item.articles:
            number = re.search(re.escape(article.title) + r"\s+\.{5,}\s+(\d+)", cover)
            assert number, f"no leader line for {article.title}"
            assert article.title in " ".join(document[int(number[1]) - 1].get_text().split())


@pytest.mark.parametrize("item", PDFS, ids=lambda item: item.file)
def test_pdf_has_two_columns_pictures_captions_and_hyphens(item):
    with pymupdf.open(CORPUS / item.file) as document:
        assert 4 <= document.page_count <= 8
        assert document.metadata["title"] == f"{item.full_title} (sample)"
        lefts = [block[0] for page in list(document)[1:] for block in page.get_text("blocks")]
        assert sum(abs(left - 45) < 2 for left in lefts) > 10
        assert sum(abs(left - 307) < 3 for left in lefts) > 8
        assert sum(len(page.get_images()) for page in document) >= 5
        spans = [
            span
            for page in document
            for block in page.get_text("dict")["blocks"]
            for line in block.get("lines", [])
            for span in line["spans"]
        ]
        assert any(span["font"] == "Helvetica-Oblique" and span["size"] == 8 for span in spans)
        assert any(span["font"] == "Helvetica-Bold" and span["size"] == 15 for span in spans)
        assert re.search(r"[a-z]{2}-\n[a-z]{2}", "".join(page.get_text() for page in document))


@pytest.mark.parametrize("item", PDFS, ids=lambda item: item.file)
def test_every_sentence_of_the_source_is_in_the_pdf(item):
    with pymupdf.open(CORPUS / item.file) as document:
        # paragraphs may be cut by a column or page; their beginnings may not
        text = squeeze("".join(page.get_text() for page in document))
    for article in item.articles:
        for block in article.blocks:
            if block.kind == "p":
                assert squeeze(block.text)[:40] in text


def test_pull_quotes_are_words_of_their_article():
    for item in SOURCES:
        for article in item.articles:
            text = squeeze(" ".join(block.text for block in article.blocks if block.kind == "p")).lower()
            for block in article.blocks:
                if block.kind == "quote":
                    assert squeeze(block.text).lower() in text, f"{item.path.name}: {block.text}"


def test_each_article_names_its_facts():
    assert not [
        (item.file, article.title) for item in SOURCES for article in item.articles if not article.facts
    ]


def test_facts_are_known_and_support_the_figures(shared):
    documents = yaml.safe_load((shared / "facts/facts.yaml").read_text(encoding="utf-8"))["documents"]
    facts = {fact["id"]: (document, fact) for document in documents for fact in document["items"]}
    for item in SOURCES:
        for article in item.articles:
            said = " ".join(
                str(value)
                for name in article.facts
                for value in (
                    *facts[name][1].values(),
                    *(v for k, v in facts[name][0].items() if k != "items"),
                )
            )
            known = {number.replace(",", "") for number in re.findall(r"\d[\d,]*(?:\.\d+)?", said)}
            known |= {number.lstrip("0") for number in re.findall(r"\d+", said)}
            text = " ".join(
                block.text + " ".join(map(str, block.rows)) for block in article.blocks if block.kind != "box"
            )
            figures = re.findall(r"\d[\d,]*\d(?:\.\d+)?", text.replace("COVID-19", ""))
            missing = {figure for figure in figures if figure.replace(",", "") not in known}
            assert not missing, f"{item.path.name}, {article.title}: {missing} in no fact named there"


def test_the_corpus_is_small_and_varied():
    assert sum(path.stat().st_size for path in CORPUS.iterdir()) < 3_000_000
    assert sum("newsletter" in name for name in names) >= 6
    assert sum("report" in name for name in names) >= 2
    kinds = {block.kind for item in SOURCES for article in item.articles for block in article.blocks}
    assert kinds == {"p", "sub", "list", "pic", "quote", "table", "box"}


def test_html_has_boilerplate_and_loads_nothing():
    page = (CORPUS / next(name for name in names if name.endswith(".html"))).read_text(encoding="utf-8")
    for tag in ("<nav>", "<script>", "<footer>", "<table>", "<figcaption>"):
        assert tag in page
    assert not re.search(r"(?:src|href)=\"(?!data:|#)", page)


def test_docx_has_styled_headings_table_and_captions():
    docx = pytest.importorskip("docx")
    document = docx.Document(CORPUS / next(name for name in names if name.endswith(".docx")))
    styles = {paragraph.style.name for paragraph in document.paragraphs}
    assert {"Title", "Heading 1", "Heading 2", "Caption", "List Bullet"} <= styles
    assert document.tables
    assert document.inline_shapes


QUESTIONS = yaml.safe_load((SAMPLES / "questions.yaml").read_text(encoding="utf-8"))


def test_questions_are_many_enough():
    assert len(QUESTIONS["questions"]) >= 20
    assert len(QUESTIONS["unanswerable"]) >= 8
    assert set(QUESTIONS["documents"]) == set(names)


@pytest.mark.parametrize("question", QUESTIONS["questions"], ids=lambda question: question["q"])
def test_answers_stand_in_the_documents_named(question):
    text = " ".join(text_of(CORPUS / name) for name in question["evidence"])
    found = [answer in text for answer in question["answers"]]
    assert all(found) if question.get("all") else any(found)
