"""The sandbox: whatever a file or a reader does, the caller gets a document or a ReadError that names the remedy."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pymupdf
import pytest

from kb.errors import PluginError, ReadError
from kb.reading import decode, encode
from kb.records import Block, Document, Period, Section
from kb.sandbox import Sandbox
from kb.settings import Settings

ID = "0" * 64
TOY = '''
    """A toy reader that misbehaves as the file says."""
    import os, signal, time
    import kb
    from kb.records import Block, Document

    @kb.hookimpl
    def kb_read(path, settings):
        if path.suffix != ".toy":
            return None
        match path.read_text():
            case "hang": time.sleep(600)
            case "loop":
                while True: pass
            case "allocate": bytearray(4 << 30)
            case "crash": os.kill(os.getpid(), signal.SIGSEGV)
            case "exit": os._exit(3)
            case "fork":
                if os.fork() == 0: time.sleep(600)
            case "flood": return Document(id="", path="", pages=1, blocks=(Block("x" * (3 << 20)),))
            case "disk": open(str(path) + ".out", "wb").write(bytes(3 << 20))
            case "print": print("noise"); os.write(1, b"more noise")
            case "raise": raise ValueError("bad luck")
            case "empty": return Document(id="", path="", pages=1)
            case "nopages": return Document(id="", path="", blocks=(Block("text"),))
        return Document(id="", path="", pages=1, blocks=(Block("It was read well enough."),))
'''


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("toys")
    (folder / "toy_reader.py").write_text(textwrap.dedent(TOY))
    return folder


@pytest.fixture(scope="module")
def sandbox(toys: Path):
    sys.path.insert(0, str(toys))
    settings = Settings(read_seconds=4, read_cpu_seconds=1, read_memory_mb=512, read_output_mb=1)
    with Sandbox(settings, ["toy_reader"]) as sandbox:
        yield sandbox
    sys.path.remove(str(toys))


def toy(folder: Path, what: str) -> Path:
    path = folder / f"{what}.toy"
    path.write_text(what)
    return path


def pdf(path: Path, *pages: str, **save: object) -> Path:
    with pymupdf.open() as made:
        for text in pages:
            made.new_page().insert_textbox((72, 72, 520, 720), text)
        made.save(path, **save)
    return path


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("hang", "longer than 4 s"),
        ("loop", "more than 1 s of processor time"),
        ("allocate", "more memory than 512 MiB"),
        ("crash", "crashed (signal 11, SIGSEGV)"),
        ("exit", "without an answer (exit 3)"),
        ("flood", "more than 1 MiB"),
        ("disk", "wrote more than 1 MiB|File too large"),
        ("raise", "bad luck"),
        ("empty", "no text found"),
        ("nopages", "has no pages"),
    ],
)
def test_a_misbehaving_reader_ends_as_an_error_with_a_reason(sandbox, tmp_path, what, told):
    path = toy(tmp_path, what)
    with pytest.raises(ReadError) as error:
        sandbox.read(path, ID)
    assert str(path) in str(error.value)
    assert any(part in str(error.value) for part in told.split("|"))


def test_the_worker_survives_a_crash_and_reads_on(sandbox, tmp_path):
    sandbox.read(toy(tmp_path, "good"), ID)
    worker = sandbox._worker.pid
    with pytest.raises(ReadError):
        sandbox.read(toy(tmp_path, "crash"), ID)
    document, sections = sandbox.read(toy(tmp_path, "good"), "ab" * 32)
    assert sandbox._worker.pid == worker
    assert document.id == "ab" * 32
    assert sections[0].text == "It was read well enough."


def test_what_a_reader_prints_does_not_disturb_the_answer(sandbox, tmp_path):
    assert sandbox.read(toy(tmp_path, "print"), ID)[0].blocks


def test_a_process_the_reader_left_behind_does_not_hold_the_answer_up(sandbox, tmp_path):
    start = time.monotonic()
    assert sandbox.read(toy(tmp_path, "fork"), ID)[0].blocks
    assert time.monotonic() - start < 3


def test_a_dead_worker_is_replaced(sandbox, tmp_path):
    path = toy(tmp_path, "good")
    sandbox.read(path, ID)
    os.kill(sandbox._worker.pid, signal.SIGKILL)
    sandbox._worker.wait()
    assert sandbox.read(path, ID)[0].pages == 1


def test_worker_and_child_die_with_their_parent(toys, tmp_path):
    script = f"""
        import sys; sys.path.insert(0, {str(toys)!r})
        from kb.sandbox import Sandbox; from kb.settings import Settings
        sandbox = Sandbox(Settings(read_seconds=300), ["toy_reader"]); sandbox._start()
        print(sandbox._worker.pid, flush=True)
        sandbox.read({str(toy(tmp_path, "hang"))!r}, "{ID}")
    """
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True
    )
    worker = int(parent.stdout.readline())
    children = Path(f"/proc/{worker}/task/{worker}/children")
    if not children.exists():
        parent.kill()
        pytest.skip("this system does not list the children of a process")
    end = time.monotonic() + 5
    while not (child := children.read_text().split()) and time.monotonic() < end:
        time.sleep(0.05)
    parent.kill()
    parent.wait()
    while time.monotonic() < end + 5 and any(alive(int(p)) for p in (worker, *child)):
        time.sleep(0.05)
    assert not any(alive(int(p)) for p in (worker, *child))


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_a_plugin_that_cannot_be_loaded_is_an_error_of_the_plugin():
    with (
        Sandbox(Settings(), ["no_such_module_anywhere"]) as broken,
        pytest.raises(PluginError, match="no_such_module"),
    ):
        broken.read(__file__, ID)


def test_a_file_that_vanished(sandbox, tmp_path):
    with pytest.raises(ReadError, match="vanished"):
        sandbox.read(tmp_path / "gone.pdf", ID)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_rights(sandbox, tmp_path):
    path = pdf(tmp_path / "shut.pdf", "text")
    path.chmod(0)
    with pytest.raises(ReadError, match="chmod"):
        sandbox.read(path, ID)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("empty.pdf", b"", "file is empty"),
        ("page.pdf", b"<html><body>Not found</body></html>", "a web page, though its name says so"),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>", "truncated or damaged"),
        ("what.xyz", b"text", "no reader for .xyz"),
        ("old.docx", b"\xd0\xcf\x11\xe0 old", "save|Save"),
        ("cut.docx", b"PK\x03\x04 cut", "truncated, damaged"),
        ("zeros.txt", b"\x00" * 50, "not text"),
    ],
)
def test_what_is_not_what_it_says_is_refused_with_a_remedy(sandbox, tmp_path, name, data, told):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ReadError) as error:
        sandbox.read(path, ID)
    assert any(part in str(error.value) for part in told.split("|"))


def test_encrypted_and_image_only_pdfs_are_refused(sandbox, tmp_path):
    locked = pdf(
        tmp_path / "locked.pdf", "secret", encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="x", owner_pw="y"
    )
    with pytest.raises(ReadError, match=r"encrypted\. Save a copy without"):
        sandbox.read(locked, ID)
    with pymupdf.open() as made:
        picture = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 50, 50))
        picture.clear_with(200)  # a new pixmap holds what lay in memory, in which OCR may see letters
        made.new_page().insert_image((72, 72, 300, 300), pixmap=picture)
        made.save(tmp_path / "scan.pdf")
    with pytest.raises(ReadError, match="no text found"):
        sandbox.read(tmp_path / "scan.pdf", ID)


def test_pages_without_text_are_told(sandbox, tmp_path):
    path = pdf(tmp_path / "mixed.pdf", "Some text on the first page.", "", "And on the third.")
    document, _ = sandbox.read(path, ID)
    assert document.unreadable == (2,)
    assert "1 of 3 pages" in document.reason


def test_a_file_over_the_limit_is_refused(tmp_path):
    path = tmp_path / "big.txt"
    path.write_bytes(b"x" * (2 << 20))
    with Sandbox(Settings(file_mb=1)) as small, pytest.raises(ReadError, match="KB_FILE_MB"):
        small.read(path, ID)


def test_a_page_is_drawn_with_its_boxes_marked(sandbox, tmp_path):
    path = pdf(tmp_path / "page.pdf", "Some text on the page.")
    plain = pymupdf.Pixmap(sandbox.render_page(path, 1, dpi=72))
    marked = pymupdf.Pixmap(sandbox.render_page(path, 1, [(100, 300, 200, 320)], dpi=72))
    assert plain.pixel(150, 310) == (255, 255, 255)
    red, green, blue = marked.pixel(150, 310)
    assert red > 240
    assert green > 200
    assert blue < 200
    with pytest.raises(ReadError, match="no page 7"):
        sandbox.render_page(path, 7)


def test_documents_travel_unchanged():
    head = Block(
        "Heading", 1, "heading", 2, (1.0, 2.0, 3.0, 4.0), 12.5, True, ((0, 7, 1, 1.0, 2.0, 3.0, 4.0),)
    )
    body = Block("Тело – body")
    document = Document(
        ID, "a.pdf", "T", "O", Period("2012-07-01", "2012-09-30", "Q3"), blocks=(head, body), unreadable=(3,)
    )
    sections = [Section(0, "Heading", 2, (head, body)), Section(1, "New", 1, (Block("made later"),))]
    import json

    again, parts = decode(json.loads(json.dumps(encode(document, sections))))
    assert again == document
    assert parts == sections
    assert parts[0].blocks[0] is again.blocks[0]
