"""The bundled sample portal: a fictional county in the shapes of real ones, and its truth.

``World(seed, counties)`` draws it, ``serve(world)`` answers for it on loopback, and each of
``world.sites`` says what is true of its pages. The bundled one is of the family VSB; with
``World(families=…)`` the same reports are published by the systems of other families (``skins``).
"""

from crawler.sample.page import Page
from crawler.sample.server import Server, serve
from crawler.sample.site import Site
from crawler.sample.truth import Truth
from crawler.sample.world import World

__all__ = ["Page", "Server", "Site", "Truth", "World", "serve"]
