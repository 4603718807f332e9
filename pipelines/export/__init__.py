"""The database as files for analysis. Every export is a release: a folder with its data, a
codebook, a data package, how to cite it and checksums, whole or not there at all (release.py).

source.py says which database is read and tables.py which of its rows; a module a format writes
them, in one pass, so that memory does not grow with the rows; package.py, codebook.py and about.py
describe what was written. The WACZ file of the archive's pages is made in wacz.py.
"""
