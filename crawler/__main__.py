"""``python -m crawler`` is the ``gongkai`` command."""

from crawler.cli import main

main(prog_name="gongkai")
