"""E-mails (.eml)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime
from pathlib import Path

from kb import hookimpl, markup
from kb.errors import ReadError
from kb.records import Block, Document
from kb.settings import Settings
from kb.text import decoded, tidy

SUFFIXES = frozenset({".eml"})

_HEADERS = ("From", "To", "Cc")
_ANSWER = re.compile(r"^(?:(?:re|fwd?|aw|wg|tr|rv|отв|пер)(?:\[\d+\])?\s*:\s*)+", re.I)
_CITED = re.compile(
    r"^(?:On|Le|Am|El|Il|Em|Op|В)\b.{4,200}\b(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|написал\(?а?\)?|пишет)\b.{0,80}:$"
    r"|^\d.{8,200}(?:<\S+@\S+>|wrote|написал\w*|пишет)\s*:$",
    re.I,
)
_FORWARDED = re.compile(
    r"^[-_]{2,}\s?(?:original message|forwarded message|forwarded by .*|ursprüngliche nachricht|message d['’]origine"
    r"|mensaje original|исходное сообщение|пересылаемое сообщение|пересланное сообщение)\s?[-_]{2,}"
    r"|^(?:from|von|de|da|от)\s*:.{3,200}\b(?:sent|date|gesendet|envoyé|enviado|отправлено|дата)\s*:",
    re.I | re.S,
)
_LEGAL = re.compile(
    r"\b(?:confidential|privileged|intended (?:only|solely|recipient)|конфиденциальн\w+)\b.*\b(?:e-?mail|message|recipient|сообщени\w+)\b"
    r"|\b(?:e-?mail|message|сообщени\w+)\b.*\b(?:confidential|privileged|intended (?:only|solely|recipient)|конфиденциальн\w+)\b"
    r"|^sent from my \w+|^please consider the environment",
    re.I | re.S,
)
_BULLET = re.compile(r"\s*(?:[-*•–]|\(?\d{1,2}[.)])\s+\S")
_BROKEN = re.compile(r"^((?:> ?)*(?:On|Le|Am|El|Il|Em|Op|В) .{5,200})\n(?:> ?)*(.{0,100}:)$", re.M)
"""A line that introduces a quote, cut in two by the mail program."""
_SIGNED = re.compile(r"^-- ?$")
_QUOTES = "//blockquote[@type='cite' or contains(@class,'gmail_quote')]|//div[contains(@class,'gmail_quote') or contains(@class,'yahoo_quoted')]"
_SIGNATURES = "//*[contains(@class,'gmail_signature') or contains(@class,'moz-signature') or @id='Signature']"
_OPEN, _CLOSE = "\ue0f0", "\ue0f1"
_MARKS = str.maketrans("", "", _OPEN + _CLOSE)

Part = tuple[bool, Block]
"""Whether it is quoted from an earlier message, and what it says."""


@hookimpl
def kb_read(path: Path, settings: Settings) -> Document | None:
    """Subject, sender, receivers, date, names of attachments, text; earlier messages that it quotes come after it."""
    if path.suffix.lower() not in SUFFIXES:
        return None
    from email import message_from_bytes, policy

    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    if not any(name in mail for name in ("From", "To", "Subject", "Date", "Received")):
        raise ReadError(f"{path}: it is no e-mail. Save it from the mail program as .eml.")
    if mail.get_content_type() in (
        "application/pkcs7-mime",
        "application/x-pkcs7-mime",
        "multipart/encrypted",
    ):
        raise ReadError(f"{path}: it is encrypted. Open it in the mail program and save a copy that is not.")
    return Document(
        id="",
        path=str(path),
        title=_ANSWER.sub("", _header(mail, "Subject")),
        published=_date(mail)[0],
        pages=1,
        blocks=tuple(_message(mail, 1)),
    )


def _message(mail: EmailMessage, level: int) -> Iterator[Block]:
    """The message below its subject, then those that it forwards as attachments."""
    if subject := _header(mail, "Subject"):
        yield Block(subject, role="heading", level=level)
    facts = [(name, _header(mail, name)) for name in _HEADERS] + [("Date", _date(mail)[1])]
    attached = [p for p in mail.iter_attachments() if isinstance(p, EmailMessage)]
    facts.append(("Attachments", ", ".join(tidy(name) for p in attached if (name := p.get_filename()))))
    yield from (Block(f"{name}: {value}") for name, value in facts if value)
    yield from _apart(list(_body(mail)))
    for part in (mail, *attached):
        if part.get_content_type() == "message/rfc822" and isinstance(
            inner := part.get_content(), EmailMessage
        ):
            yield from _message(inner, level + 1)


def _header(mail: EmailMessage, name: str) -> str:
    try:
        return tidy(str(mail[name] or "")).replace("\n", " ")
    except (AttributeError, IndexError, TypeError, ValueError):
        return ""  # the library breaks on some addresses that are none


def _date(mail: EmailMessage) -> tuple[str, str]:
    """The day it was sent, as ISO and in words; empty where there is none or an impossible one."""
    try:
        sent = parsedate_to_datetime(_header(mail, "Date"))
    except (TypeError, ValueError, IndexError):
        return "", ""
    return sent.date().isoformat(), f"{sent.day} {sent:%B} {sent.year}"


def _body(mail: EmailMessage) -> Iterator[Part]:
    """The HTML body, which keeps headings and tables, else the plain one."""
    for kind in ("html", "plain"):
        part = mail.get_body((kind,))
        text = _text(part) if part is not None else ""
        if found := list(_html(text) if kind == "html" else _plain(text)) if text.strip() else []:
            yield from found
            return


def _text(part: MIMEPart) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    try:
        return decoded(data.decode(part.get_content_charset("utf-8")).encode())
    except (LookupError, UnicodeDecodeError):
        return decoded(data)


def _html(text: str) -> Iterator[Part]:
    from lxml import etree

    try:
        page = markup.tree(text.translate(_MARKS))
    except etree.ParserError:
        return
    footers = []
    for signature in page.xpath(_SIGNATURES):
        footers += [Block(b.text, role="footer") for b in markup.blocks(signature)]
        signature.drop_tree()
    for quote in page.xpath(_QUOTES):
        for sign, place in ((_OPEN, 0), (_CLOSE, len(quote) + 1)):
            mark = etree.SubElement(quote, "p")
            mark.text = sign
            quote.insert(place, mark)
        quote[0].tail, quote.text = quote.text, ""
    depth = 0
    for block in markup.blocks(markup.body(page)):
        if block.text in (_OPEN, _CLOSE):
            depth += 1 if block.text == _OPEN else -1
        else:
            yield depth > 0, block
    yield from ((False, footer) for footer in footers)


def _plain(text: str) -> Iterator[Part]:
    """Paragraphs; lines that begin with ">" are quoted, what follows "-- " is the signature."""
    lines: list[str] = []
    kind, signed, whole = (False, False), False, False
    for line in [*_BROKEN.sub(r"\1 \2", text).split("\n"), ""]:
        quoted = line.startswith(">")
        bare = line.lstrip("> \t").rstrip() if quoted else line.strip()
        introduces = bool(_CITED.match(bare) or _FORWARDED.match(bare))
        sign = bool(_SIGNED.match(line))
        signed = (signed or sign) and not (quoted or introduces)
        if lines and (
            whole or introduces or sign or not bare or kind != (quoted, signed) or _BULLET.match(bare)
        ):
            yield kind[0], Block(" ".join(lines), role="footer" if kind[1] else "body")
            lines = []
        if bare and not sign:
            lines.append(bare)
            kind, whole = (quoted, signed), introduces


def _apart(parts: list[Part]) -> list[Block]:
    """The message's own words first, then the earlier messages, each below the line that introduces it.

    An answer written between quoted lines loses its place among them: better than an answer taken for the question.
    """
    own: list[Block] = []
    earlier: list[Block] = []
    rest = False
    for n, (quoted, block) in enumerate(parts):
        if block.role == "footer" or _LEGAL.search(block.text) and len(block.text) < 3000:
            own.append(Block(block.text, role="footer"))
            continue
        rest = rest or not quoted and bool(_FORWARDED.match(block.text))
        follows = n + 1 < len(parts) and parts[n + 1][0]
        introduces = (
            bool(_CITED.match(block.text)) and (quoted or follows) or bool(_FORWARDED.match(block.text))
        )
        if introduces:
            earlier.append(Block(block.text, role="heading", level=2))
        elif quoted or rest:
            if not earlier:
                earlier.append(Block("Quoted", role="heading", level=2))
            earlier.append(block)
        else:
            own.append(block)
    return own + earlier
