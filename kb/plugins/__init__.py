"""Built-in plugins: one file a plugin, everything that knows a format, a language, a country, a model or a donor.

Each is imported at start, so heavy libraries are imported inside the functions that use them.
"""
