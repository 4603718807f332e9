"""The network side: from a portal's home page to bytes in the archive.

The way of one page: a record of the ``registry`` names a portal; ``spiders.portal`` asks, one
request at a time; ``walk`` decides what to ask next, with ``leads`` and the ``families`` that know
how portals look, ``links`` that judges what a link leads to, and the ``frontier`` that remembers
what was asked;
``download`` keeps each answer as it was on the wire and ``archive`` writes it to the WARC files
before anything looks at it; ``live`` hands it to the readers of ``pipelines``. ``cli`` is the
``gongkai`` command, ``sample`` the bundled fictional portal.
"""
