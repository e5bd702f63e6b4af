"""The tables of the truth. What hangs on a document goes with it (ON DELETE CASCADE)."""

VERSION = 5
"""Kept in PRAGMA user_version. A store of an older version is read again from the originals by `kb doctor`."""

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
  id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, title TEXT NOT NULL, organisation TEXT NOT NULL DEFAULT '',
  period_start TEXT NOT NULL DEFAULT '', period_end TEXT NOT NULL DEFAULT '', period_label TEXT NOT NULL DEFAULT '',
  published TEXT NOT NULL DEFAULT '', language TEXT NOT NULL DEFAULT '', pages INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL CHECK (status IN ('ok', 'partial', 'failed')), reason TEXT NOT NULL DEFAULT '',
  unreadable TEXT NOT NULL DEFAULT '[]', page_notes TEXT NOT NULL DEFAULT '[]', ingested_at TEXT NOT NULL DEFAULT '', engine TEXT NOT NULL DEFAULT '',
  -- Of a document that says the same as another one in another language: that one, which is counted.
  version_of TEXT REFERENCES documents ON DELETE SET NULL
);
-- Each file as it was last looked at; copies of one document have several. A document's own path need not have a row here.
CREATE TABLE files (
  path TEXT PRIMARY KEY, id TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, engine TEXT NOT NULL, reason TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE sections (
  id TEXT PRIMARY KEY, document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, ordinal INTEGER NOT NULL, heading TEXT NOT NULL,
  level INTEGER NOT NULL, first_page INTEGER NOT NULL, last_page INTEGER NOT NULL, language TEXT NOT NULL,
  text TEXT NOT NULL, words BLOB NOT NULL,
  -- Of the heading: the level it was read with, and its look; `level` is what its series makes of them.
  own_level INTEGER NOT NULL, style TEXT NOT NULL
);
CREATE INDEX sections_document ON sections (document, ordinal);
CREATE INDEX sections_language ON sections (language);
CREATE TABLE passages (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
  section TEXT NOT NULL, ordinal INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, page INTEGER NOT NULL,
  text TEXT NOT NULL, vector_key TEXT NOT NULL
);
CREATE INDEX passages_document ON passages (document);
CREATE INDEX passages_key ON passages (vector_key);
-- `stems`: of sections in other languages than English, which the tokenizer's stemmer does not know.
CREATE VIRTUAL TABLE fulltext USING fts5 (text, folded, heading, title, stems, tokenize = "porter unicode61 remove_diacritics 2");
CREATE TABLE vectors (key TEXT NOT NULL, model TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (key, model)) WITHOUT ROWID;
-- What each document knows of an entity: the entity goes with its last document, and a document's aliases go with it.
CREATE TABLE entities (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL, document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, kind TEXT NOT NULL,
  name TEXT NOT NULL, level TEXT NOT NULL, parent TEXT NOT NULL, country TEXT NOT NULL, lat REAL, lon REAL, description TEXT NOT NULL,
  UNIQUE (id, document)
);
CREATE INDEX entities_document ON entities (document);
CREATE TABLE aliases (
  entity TEXT NOT NULL, document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, alias TEXT NOT NULL, fold TEXT NOT NULL,
  PRIMARY KEY (entity, alias, document)
) WITHOUT ROWID;
CREATE INDEX aliases_fold ON aliases (fold);
CREATE INDEX aliases_document ON aliases (document);
CREATE TABLE mentions (
  document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, section TEXT NOT NULL, kind TEXT NOT NULL, entity TEXT NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, level TEXT NOT NULL, page INTEGER NOT NULL,
  date_start TEXT NOT NULL, date_end TEXT NOT NULL, long TEXT NOT NULL
);
CREATE INDEX mentions_document ON mentions (document);
CREATE INDEX mentions_entity ON mentions (entity, role, document);
CREATE INDEX mentions_section ON mentions (section);
CREATE INDEX mentions_kind ON mentions (kind, name);
CREATE TABLE figures (
  id TEXT PRIMARY KEY, document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, section TEXT NOT NULL, start INTEGER NOT NULL,
  "end" INTEGER NOT NULL, quote_start INTEGER NOT NULL, quote_end INTEGER NOT NULL, value REAL NOT NULL, unit TEXT NOT NULL,
  counted TEXT NOT NULL, qualifier TEXT NOT NULL, status TEXT NOT NULL, sex TEXT NOT NULL, age TEXT NOT NULL,
  cumulative INTEGER NOT NULL, date_start TEXT NOT NULL, date_end TEXT NOT NULL, place TEXT NOT NULL, part_of TEXT NOT NULL,
  page INTEGER NOT NULL
);
CREATE INDEX figures_document ON figures (document);
CREATE INDEX figures_section ON figures (section);
CREATE TABLE activities (
  id TEXT PRIMARY KEY, document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, section TEXT NOT NULL, type TEXT NOT NULL,
  title TEXT NOT NULL, date_start TEXT NOT NULL, date_end TEXT NOT NULL, status TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  page INTEGER NOT NULL
);
CREATE INDEX activities_document ON activities (document);
CREATE INDEX activities_section ON activities (section);
CREATE TABLE links (
  activity TEXT NOT NULL REFERENCES activities ON DELETE CASCADE, field TEXT NOT NULL, target TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX links_activity ON links (activity);
CREATE INDEX links_target ON links (target);
CREATE TABLE relations (
  document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, section TEXT NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL,
  target TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, page INTEGER NOT NULL
);
CREATE INDEX relations_document ON relations (document);
CREATE INDEX relations_source ON relations (source);
CREATE INDEX relations_target ON relations (target);
-- What people's rules and sure merges make of what was read (`kb.review`). The tables above stay as they were read, and
-- every question goes to the views below: so nothing is lost by a rule, and its undo brings back exactly what was.
-- NULL: told as it was read. `target` is the entity that it is told as, itself where it is not merged; `alias` a name that people gave.
CREATE TABLE ruled_entities (
  id TEXT PRIMARY KEY, target TEXT NOT NULL, name TEXT, alias TEXT, fold TEXT, kind TEXT, level TEXT, role TEXT, field TEXT
) WITHOUT ROWID;
CREATE INDEX ruled_entities_target ON ruled_entities (target);
CREATE INDEX ruled_entities_fold ON ruled_entities (fold);
CREATE TABLE ruled_activities (
  id TEXT PRIMARY KEY, type TEXT, title TEXT, date_start TEXT, date_end TEXT, status TEXT, removed INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE proposals (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL, score REAL NOT NULL, reasons TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'rejected', 'sure'))
) WITHOUT ROWID;
-- `read`: the id as it was read, by which the rows are found fast.
CREATE VIEW told_entities AS SELECT e.id AS read, coalesce(r.target, e.id) AS id, e.document, coalesce(r.kind, e.kind) AS kind,
  coalesce(r.name, e.name) AS name, coalesce(r.level, e.level) AS level, coalesce(p.target, e.parent) AS parent, e.country, e.lat, e.lon,
  e.description, e.number + 1e15 * (r.target IS NOT NULL AND r.target <> e.id) AS number
  FROM entities e LEFT JOIN ruled_entities r ON r.id = e.id LEFT JOIN ruled_entities p ON p.id = e.parent;
CREATE VIEW told_aliases AS SELECT a.entity AS read, coalesce(r.target, a.entity) AS entity, a.alias, a.fold
  FROM aliases a LEFT JOIN ruled_entities r ON r.id = a.entity
  UNION ALL SELECT id, target, alias, fold FROM ruled_entities WHERE fold IS NOT NULL;
CREATE VIEW told_mentions AS SELECT m.entity AS read, coalesce(r.target, m.entity) AS entity, m.document, m.section,
  coalesce(r.kind, m.kind) AS kind, m.start, m."end", m.name, coalesce(r.role, m.role) AS role, coalesce(r.level, m.level) AS level, m.page,
  m.date_start, m.date_end, m.long FROM mentions m LEFT JOIN ruled_entities r ON r.id = m.entity;
CREATE VIEW told_links AS SELECT l.target AS read, l.activity, coalesce(r.field, l.field) AS field, coalesce(r.target, l.target) AS target,
  l.start, l."end", l.rowid AS number FROM links l LEFT JOIN ruled_entities r ON r.id = l.target;
-- What was merged has no relation to itself, and who is no donor funds nothing.
CREATE VIEW told_relations AS SELECT r.source AS read_source, r.target AS read_target, r.document, r.section, r.kind,
  coalesce(s.target, r.source) AS source, coalesce(t.target, r.target) AS target, r.start, r."end", r.page
  FROM relations r LEFT JOIN ruled_entities s ON s.id = r.source LEFT JOIN ruled_entities t ON t.id = r.target
  WHERE (s.target IS NULL AND t.target IS NULL OR coalesce(s.target, r.source) <> coalesce(t.target, r.target))
  AND (r.kind <> 'funds' OR coalesce(s.role, 'donor') = 'donor');
CREATE VIEW told_activities AS SELECT a.id, a.document, a.section, coalesce(r.type, a.type) AS type, coalesce(r.title, a.title) AS title,
  coalesce(r.date_start, a.date_start) AS date_start, coalesce(r.date_end, a.date_end) AS date_end, coalesce(r.status, a.status) AS status,
  a.start, a."end", a.page FROM activities a LEFT JOIN ruled_activities r ON r.id = a.id WHERE coalesce(r.removed, 0) = 0;
"""
