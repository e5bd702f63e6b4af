"""The errors a caller can meet. Each message names the thing at fault and the remedy.

KBError
├── SettingsError      kb.toml or a KB_* variable is wrong
├── PluginError        a plugin cannot be loaded, or breaks its contract
├── InputError         the caller asked for something that cannot be: empty question, unknown filter value, missing path
├── ReadError          a document cannot be read (kept as its status; never stops an ingest)
├── ModelError         the language model cannot be asked, or does not answer
└── StoreError         the state below the root is unusable
    ├── LockedError    another process is ingesting
    └── CorruptError   the store's file is damaged
"""


class KBError(Exception):
    """Base of all errors of the knowledge base."""


class SettingsError(KBError):
    """A setting is unknown or has a wrong value."""


class PluginError(KBError):
    """A plugin cannot be loaded or breaks its contract."""


class InputError(KBError):
    """The caller's input cannot be served."""


class ReadError(KBError):
    """A document cannot be read."""


class ModelError(KBError):
    """A language model cannot be asked, or does not answer."""


class StoreError(KBError):
    """The state below the root is unusable."""


class LockedError(StoreError):
    """Another process holds the writer's lock."""


class CorruptError(StoreError):
    """The store's file is damaged."""
