"""The pure side: bytes in, rows out. It needs no network and does not know Scrapy.

The stages of reading, in their order: ``charset`` and ``documents`` turn a file of any type into
paragraphs and grids; ``metadata`` reads what the page says about itself, ``publisher`` whose report
it is, ``tables`` the official forms (``form``), ``statistics`` and ``statements`` what older
reports have instead, ``sections`` the prose; ``checks`` say what does not add up; ``extract`` calls
them all. ``reading`` does so for one page, ``reader`` for many, in worker processes.

Around it: ``warc`` and ``archive`` keep exchanges, ``manifest`` and ``verify`` prove them whole,
``outcome`` names what an answer is, ``store`` holds what was read (``versions``, ``schema``,
``views``), ``rebuild`` makes it anew from the archive (``remake``), or some of it (``selection``,
``replace``), and says what that would change (``compare``); ``cite`` and ``replay`` lead from a
figure back to its bytes; ``publish`` makes the snapshot that ``site`` shows, ``export`` gives it
away.
"""
