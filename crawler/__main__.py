"""``python -m crawler`` is the ``gongkai`` command."""

from crawler.cli import main

if __name__ == "__main__":
    main(prog_name="gongkai")
