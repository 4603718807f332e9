"""The tables and views, what is saved in them, and how they are made anew.

The tables: ``file`` opens the database, ``schema`` brings it to this version, ``views`` computes
the rest. Saved: ``store`` says what is written together, ``versions`` when a report has a new one;
``derived``, ``moves`` and ``backdating`` what follows from captures alone. Of crawls: ``runs``,
``leases``, ``night``, ``health``. Made anew: ``rebuild``, all of it (``remake``) or some of it
(``selection``, ``replace``), with what that would change (``compare``); ``recheck`` runs the checks
again. For a snapshot: ``site_tables`` and ``site_counts``.
"""
