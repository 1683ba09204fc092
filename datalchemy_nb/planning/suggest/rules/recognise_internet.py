"""Addresses of pages and machines, and what browsers send."""

from __future__ import annotations

from datalchemy_nb.planning.suggest.meaning import Meaning, first_meaning
from datalchemy_nb.planning.suggest.offers import always, by_locale, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView
from datalchemy_nb.planning.suggest.words import vocabulary

_ADJECTIVES = "amber|bright|calm|deep|early|fresh|green|honest|kind|light|north|open|quick|silver|sunny|warm"
_NOUNS = "bridge|cedar|coast|delta|field|forest|garden|harbor|island|lake|market|meadow|river|station|tower|valley"
SLUG = f"({_ADJECTIVES})-({_NOUNS})-[1-9]\\d{{0,4}}"
_BROWSER = (
    r"Mozilla/5\.0 \((X11; Linux x86_64|Windows NT 10\.0; Win64; x64|Macintosh; Intel Mac OS X 10_15_7)\) "
    r"AppleWebKit/537\.36 \(KHTML, like Gecko\) Chrome/1[2-4]\d\.0\.0\.0 Safari/537\.36"
)

MEANINGS = (
    Meaning(
        "a path of pages",
        vocabulary("url path, path info, request path, old path, new path, route path, link path, redirect link", ""),
        always(offer("primitive.text.pattern", pattern=f"/({_NOUNS})/{SLUG}/")),
        confidence=0.8,
    ),
    Meaning(
        "a URL",
        vocabulary(
            "url, uri, website, web site, homepage, site, link, href, webhook, redirect uri, referer, referrer, "
            "avatar url, image url, callback",
            "url, site, link, link reuniao, endereco web, pagina",
        ),
        by_locale([offer("semantic.br.url")], [offer("faker.internet.url")]),
        when=lambda view: view.words != ("page",),
    ),
    Meaning(
        "a slug",
        vocabulary("slug, permalink, handle", "slug"),
        always(
            offer("primitive.text.pattern", pattern=SLUG),
            offer("primitive.text.pattern", pattern=f"({_NOUNS})-[1-9]\\d?"),
        ),
    ),
    Meaning(
        "a host name",
        vocabulary("hostname, host name, host, domain, domain name, server name", "dominio"),
        always(offer("primitive.text.pattern", pattern=f"({_NOUNS})-[1-9]\\d{{0,3}}\\.example\\.(com|org|net)")),
        confidence=0.8,
    ),
    Meaning(
        "an IP address",
        vocabulary("ip, ip address, ipv, remote addr, remote address, client ip, ipaddress", "ip, endereco ip"),
        always(offer("semantic.br.ip")),
        holds=("text", "network"),
    ),
    Meaning(
        "a browser's user agent",
        vocabulary("user agent, useragent, browser", "navegador"),
        always(offer("semantic.internet.user_agent"), offer("primitive.text.pattern", pattern=_BROWSER)),
    ),
    Meaning(
        "a MAC address",
        vocabulary("mac address, mac", "endereco mac"),
        always(offer("semantic.internet.mac"), offer("primitive.text.pattern", pattern="02(:[0-9a-f]{2}){5}")),
    ),
)


def recognise_internet(view: ColumnView) -> Suggestion | None:
    """Suggest URLs at reserved domains, slugs, addresses of private networks, user agents."""
    return first_meaning(view, "recognise_internet", MEANINGS)
