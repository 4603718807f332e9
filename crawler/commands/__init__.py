"""The commands of ``gongkai``, a module a topic. crawler/cli.py puts them together."""
