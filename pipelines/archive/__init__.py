"""WARC files: written, read, proved, taken in and shown again.

Written: ``archiving`` takes each answer of a crawl, ``warc_writer`` writes it to the file and
``capture_index`` makes its row, where ``outcome`` names what the answer is. Read: ``warc`` gives
the exchange at an offset, ``archived`` what reading is given of it. Proved: ``manifest`` and
``verify``, and after a crash ``recovery``, ``lost`` and ``mend``. Taken in from others: ``ingest``.
Shown again: ``replay`` makes a page inert, and ``cite`` leads from a figure to the bytes and the
cell that printed it.
"""
