"""Hybrid search over a real store: names, numbers, filters, reranking."""

from pathlib import Path

import pytest
from bases import open_base
from newsletters import write

from kb.errors import InputError, SettingsError
from kb.plugins.rerank_cross_encoder import kb_reranker
from kb.settings import Settings


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("letters")
    with open_base(tmp_path_factory.mktemp("root")) as base:
        base.ingest(write(folder))
        yield base


@pytest.mark.parametrize(
    ("query", "section"),
    [
        ("first-aid kit for officers", "Training for border guards"),
        ("2,400", "Cash grants for returning migrants"),
        ("hotline", "Roundtable on safe migration held in Khujand"),
        ("Кулоб", "Outreach workers in Kulob"),
        ("Penjikent families", "Cash grants reach more families"),
        ('NEAR("unclosed', None),
    ],
)
def test_finds_words_numbers_and_names_in_any_spelling(base, query, section):
    hits = base.search(query, limit=3)
    assert section is None or section in [h["section"] for h in hits]


def test_shape_of_a_hit(base):
    hit = base.search("hotline", limit=1)[0]
    assert set(hit) == {
        "passage",
        "document",
        "path",
        "title",
        "section",
        "page",
        "score",
        "text",
        "highlights",
    }
    assert 0 <= hit["score"] <= 1
    assert "hotline" in hit["text"]


@pytest.mark.parametrize(
    ("query", "section", "marked"),
    [
        ("trainings with dogs", "Training for border guards", {"Training", "trained", "dogs"}),
        (
            "what was in the hotline of 2014?",
            "Roundtable on safe migration held in Khujand",
            {"hotline", "2014"},
        ),
        ("Penjikent families", "Cash grants reach more families", {"families", "Panjakent"}),
        ("2,400", "Cash grants for returning migrants", {"2,400"}),
    ],
)
def test_highlights_are_the_words_and_names_asked_for(base, query, section, marked):
    hit = next(h for h in base.search(query) if h["section"] == section)
    assert {hit["text"][a:b] for a, b in hit["highlights"]} == marked


def test_names_of_several_words_are_highlighted_whole(base):
    hit = base.search("Who is paid by the European Union?", limit=1)[0]
    assert "European Union" in [hit["text"][a:b] for a, b in hit["highlights"]]


def test_one_issue_does_not_fill_the_list(tmp_path):
    pages = "\n".join(f"## Wells {n}\n\nThe wells of valley {n} were cleaned.\n" for n in range(12))
    (tmp_path / "long.md").write_text(f"# Water\n\n{pages}")
    (tmp_path / "short.md").write_text(
        "# Notes\n\n## Brief\n\nOf the many things that the office did in autumn, some wells were cleaned, too.\n"
    )
    with open_base(tmp_path / "root") as base:
        base.ingest([tmp_path / "long.md", tmp_path / "short.md"])
        found = base.search("wells cleaned", limit=10)
    assert "short.md" in {Path(h["path"]).name for h in found}
    assert [h["score"] for h in found] == sorted((h["score"] for h in found), reverse=True)


@pytest.mark.parametrize(
    ("filters", "allowed"),
    [
        ({"document": "june-2014.md"}, {"june-2014.md"}),
        ({"since": "2014-06"}, {"june-2014.md", "matrix-2014.md"}),
        ({"until": "2014-03-31"}, {"march-2014.md"}),
        ({"district": "Penjikent", "until": "2014-03"}, {"march-2014.md"}),
    ],
)
def test_filters_keep_to_what_is_asked(base, filters, allowed):
    hits = base.search("families grants migrants partners", limit=20, **filters)
    assert hits
    assert {Path(h["path"]).name for h in hits} <= allowed


def test_filter_by_donor_keeps_to_its_sections(base):
    hits = base.search("migrants", donor="European Union", limit=20)
    assert {h["section"] for h in hits} <= {"Training for border guards", "Who supports us?"}


@pytest.mark.parametrize(
    ("query", "options", "words"),
    [
        ("", {}, ["empty"]),
        ("  ", {}, ["empty"]),
        ("x", {"limit": 0}, ["limit"]),
        ("x", {"donnor": "EU"}, ["donnor", "'donor'"]),
        ("x", {"district": "Panjaket"}, ["Panjaket", "Panjakent"]),
        ("x", {"document": "jun-2014.md"}, ["june-2014.md"]),
        ("x", {"since": "last year"}, ["since", "2012-09"]),
    ],
)
def test_errors_name_the_fault_and_the_nearest_value(base, query, options, words):
    with pytest.raises(InputError) as error:
        base.search(query, **options)
    assert all(w in str(error.value) for w in words)


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory):
    """A tiny cross-encoder with random weights, made here."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("model")
    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *"abcdefghijklmnopqrstuvwxyz",
        *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz"),
    ]
    (folder / "vocab.txt").write_text("\n".join(words))
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=128, num_labels=1,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def test_reranker_orders_the_hits_by_its_scores(cross_encoder, tmp_path):
    with open_base(
        tmp_path, {"disabled_plugins": ("embed_minilm",), "reranker_model": str(cross_encoder)}
    ) as base:
        base.ingest(write(tmp_path))
        hits = base.search("families", limit=5)
        model = kb_reranker(base.settings)
        assert [h["score"] for h in hits] == pytest.approx(
            sorted(model.scores("families", [h["text"] for h in hits]), reverse=True), abs=1e-3
        )


def test_reranker_that_is_no_model_is_a_settings_error(tmp_path):
    with pytest.raises(SettingsError, match="KB_RERANKER_MODEL"):
        kb_reranker(Settings(reranker_model=str(tmp_path)))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(SettingsError, match="cross-encoder"):
        kb_reranker(Settings(reranker_model=str(tmp_path))).scores("a", ["b"])


def test_no_reranker_without_the_setting():
    assert kb_reranker(Settings()) is None
