"""Bytes of a page to a report: pure functions, without archive or database.

The stages in their order, all called by ``extract``: ``charset`` and ``documents`` turn a file of
any type into paragraphs and grids; ``metadata`` reads what the page says about itself,
``publisher`` whose report it is, ``tables`` the official forms (``form``), ``statistics`` and
``statements`` what older reports have instead, ``sections`` the prose; ``join`` puts a page and its
files together; ``checks`` say what does not add up. ``report`` has the shapes that come out,
``rows`` makes them rows. ``pages`` does so for one page, within a time; ``reader`` for many, in
worker processes.
"""
