"""IP addresses of private or documentation networks, and URLs at reserved hosts."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Category, Domain, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.brazil.emails import RESERVED
from datalchemy_nb.domains.brazil.facets import fits
from datalchemy_nb.domains.limits import Cased, Length, Limit
from datalchemy_nb.domains.registry import Params, generator
from datalchemy_nb.domains.strings import decimal_digits, gather, join

_NETWORKS = {
    "private": ((10 << 24, 1 << 16),),
    "documentation": (
        (192 << 24 | 0 << 16 | 2 << 8, 1),
        (198 << 24 | 51 << 16 | 100 << 8, 1),
        (203 << 24 | 0 << 16 | 113 << 8, 1),
    ),
}
"""First address and number of /24 blocks: 10.0.0.0/8 (RFC 1918), TEST-NET-1 to 3 (RFC 5737)."""
_HOSTS = 254
_PAGES = 10_000
_SECTIONS = ("blog", "produtos", "noticias", "ajuda", "eventos", "ofertas", "cursos", "servicos", "guias", "parceiros")
_TOPICS = (
    "como-comecar", "novidades", "mais-vendidos", "lancamento", "tutorial", "perguntas-frequentes", "promocao",
    "atualizacao", "entrevista", "resumo", "comparativo", "dicas", "agenda", "catalogo", "checklist", "estudo-de-caso",
    "politica-de-troca", "frete-gratis", "boas-praticas", "passo-a-passo",
)  # fmt: skip


class IpAddress(Domain):
    """IPv4 addresses of hosts in networks that are not routed, as text."""

    def __init__(self, network: str = "private", category: Category = "text") -> None:
        self.category = category
        blocks = _NETWORKS[network]
        self.first = np.array([first for first, _ in blocks], dtype=np.uint64)
        self.hosts = blocks[0][1] * _HOSTS
        self.size = len(blocks) * self.hosts

    def take(self, ordinals: U64) -> pl.Series:
        network = ordinals // np.uint64(self.hosts)
        inside = ordinals - network * np.uint64(self.hosts)
        block = inside // np.uint64(_HOSTS)
        host = inside - block * np.uint64(_HOSTS) + np.uint64(1)
        number = self.first.take(network.view(np.int64)) + (block << np.uint64(8)) + host
        octets = _octets()
        parts: list[pl.Series | str] = []
        for shift in (24, 16, 8, 0):
            parts += [gather(octets, (number >> np.uint64(shift)) & np.uint64(255)), "."]
        return join(parts[:-1])

    def narrow(self, limit: Limit) -> Domain | None:
        if isinstance(limit, Length):
            return self if fits(limit, 8, 15) else None
        return super().narrow(limit)


@lru_cache(maxsize=1)
def _octets() -> pl.Series:
    return pl.Series([str(octet) for octet in range(256)])


class Url(Domain):
    """Addresses of pages at given hosts.

    Args:
        hosts: host names.
        pages: numbered pages per topic.
    """

    category: Category = "text"

    def __init__(self, hosts: tuple[str, ...] = RESERVED, pages: int = _PAGES) -> None:
        self.hosts, self.pages = hosts, pages
        self.paths = pl.Series([f"https://{h}/{s}/{t}-" for h in hosts for s in _SECTIONS for t in _TOPICS])
        self.size = len(self.paths) * pages

    def take(self, ordinals: U64) -> pl.Series:
        path = ordinals // np.uint64(self.pages)
        page = ordinals - path * np.uint64(self.pages) + np.uint64(1)
        return join([gather(self.paths, path), decimal_digits(page)])

    def narrow(self, limit: Limit) -> Domain | None:
        if isinstance(limit, Cased) and not limit.upper:
            return self
        if not isinstance(limit, Length):
            return super().narrow(limit)
        lengths = [len(path) for path in self.paths]
        if fits(limit, min(lengths) + 1, max(lengths) + len(str(self.pages))):
            return self
        return None

    def widen(self, size: int) -> Domain | None:
        return Url(self.hosts, -(-size // len(self.paths)))


class IpParams(Params):
    """Which network.

    Attributes:
        network: ``private`` (10.0.0.0/8) or ``documentation`` (762 addresses that no one has).
    """

    network: Literal["private", "documentation"] = "private"


class UrlParams(Params):
    """Where pages are.

    Attributes:
        domains: hosts; the default ones are reserved.
    """

    domains: tuple[str, ...] = RESERVED


@generator("semantic.br.ip", params=IpParams, produces=("text", "network"), tags=("pii.network",))
def ip(params: IpParams, slot: Slot) -> Domain:
    """IPv4 address of a private or documentation network."""
    return IpAddress(params.network, "network" if slot.category == "network" else "text")


@generator("semantic.br.url", params=UrlParams, tags=("pii.network",))
def url(params: UrlParams) -> Domain:
    """Address of a page at a reserved host."""
    return Url(params.domains)
