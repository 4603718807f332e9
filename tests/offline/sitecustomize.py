"""Python imports this at its start wherever tests/offline is on PYTHONPATH: the programs that tests
start are kept off the network as well."""

import loopback_only

loopback_only.enforce()
