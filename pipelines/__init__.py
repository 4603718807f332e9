"""The pure side: bytes in, rows out. It needs no network and does not know Scrapy.

One package a stage, in their order:

- ``archive`` keeps the exchanges with portals in WARC files, proves them whole and shows them
  again;
- ``reading`` turns the bytes of a page into a report, by themselves alone: it knows neither archive
  nor database;
- ``database`` has the tables and views, saves reports as versions, and makes all of it anew from
  the archive;
- ``publish`` makes the snapshot for readers, with the index of ``search``;
- ``export`` gives the snapshot away as files, ``site`` shows it.

What all of them use lies beside them: what is said in data/ (``columns``, ``comparable``,
``divisions``, ``indicators``, ``reasons``, ``wide``; ``yaml_file`` reads it), which reader this is
(``reader_version``), and help with processes and disks (``disk``, ``garbage``, ``processes``,
``progress``). Which package may import which is said in tests/test_layers.py.
"""
