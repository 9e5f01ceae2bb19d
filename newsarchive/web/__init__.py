"""The reading room: the archive in a browser, for people who write no SQL.

``serve.py`` makes the Datasette application of an archive and runs it, ``shown.py`` is the database as Datasette sees
it, without what is withheld, ``guard.py`` is the door: which requests come in. ``plugin.py`` gives Datasette our
addresses, errors and template variables, each module of ``pages/`` reads from the archive what one page shows (plain
functions from an archive and a request to a template's context), ``language.py`` says it in Vietnamese or English. Only
``plugin.py``, ``serve.py`` and ``shown.py`` know Datasette. Nothing here writes to the archive.
"""
