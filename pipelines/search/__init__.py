"""Full-text search over the reports of a published snapshot.

``words`` cuts texts and queries into words; publishing makes the ``index`` and, of words that stand
in many reports, the sets of them (``common``, ``numbers``); ``query`` finds reports, ``snippet``
shows what a hit says.
"""
