"""Addresses of pages and machines, and what browsers send."""

from __future__ import annotations

from collections.abc import Sequence

from datalchemy_nb.drafting.meaning import Meaning, first_meaning
from datalchemy_nb.drafting.offers import Offer, always, by_locale, offer
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import singular, vocabulary

# --- addresses of pages and machines, and what browsers send ----------------------------------------------------------

_ADJECTIVES = "amber|bright|calm|deep|early|fresh|green|honest|kind|light|north|open|quick|silver|sunny|warm"
_NOUNS = "bridge|cedar|coast|delta|field|forest|garden|harbor|island|lake|market|meadow|river|station|tower|valley"
SLUG = f"({_ADJECTIVES})-({_NOUNS})-[1-9]\\d{{0,4}}"
URLS = (
    rf"https://(www\.)?({_NOUNS})-({_NOUNS})\.example(\.com|\.org|\.net)?/({_ADJECTIVES})-({_NOUNS})(-[1-9]\d{{0,3}})?",
    rf"https://({_NOUNS})\.example\.(com|org|net)/[1-9]\d{{0,3}}",
    r"https://example\.com",
)
SITES = (
    rf"https://(www\.)?({_ADJECTIVES})-({_NOUNS})\.example(\.com|\.org|\.net)?",
    r"https://example\.com",
)
"""Addresses at names that are reserved for examples, and lead nowhere (RFC 2606)."""
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
        by_locale([offer("semantic.br.url")], [offer("primitive.text.pattern", pattern=pattern) for pattern in URLS]),
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
        always(offer("primitive.text.pattern", pattern=_BROWSER), offer("semantic.internet.user_agent")),
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


# --- file names, paths, types and versions ----------------------------------------------------------------------------

_PHONE = vocabulary("phone, telephone, home phone, work phone", "telefone")
_IMAGES = vocabulary("image, photo, picture, avatar, thumbnail, logo, icon, cover, banner", "imagem, foto, logo, icone")
_STEM = "(anexo|contrato|planilha|proposta|relatorio|resumo|tabela)"
_STEM_EN = "(contract|invoice|notes|proposal|report|summary|table)"
_MIME = ["application/pdf", "image/jpeg", "image/png", "text/plain", "text/csv", "application/json", "video/mp4"]
_VERSION = r"[0-9]\.[1-9]?\d\.[1-9]?\d"


def recognise_files(view: ColumnView) -> Suggestion | None:
    """Suggest file names and paths, MIME types, version numbers."""
    return first_meaning(view, "recognise_files", MEANINGS_FILES)


def _name(view: ColumnView) -> str:
    stem = _STEM if view.is_portuguese else _STEM_EN
    return rf"{stem}_[1-9]\d{{0,4}}\.(pdf|docx|xlsx|csv|txt)"


def _path(view: ColumnView) -> Sequence[Offer]:
    if (
        view.says(_IMAGES)
        or _IMAGES.find(view.words[:1])
        or _IMAGES.find((singular(view.table.words[0]), *map(singular, view.table.words)))
    ):
        return [offer("primitive.text.pattern", pattern=r"images/img_[1-9]\d{0,4}\.(jpg|png|webp)")]
    return [offer("primitive.text.pattern", pattern=r"files/20(2[3-5])/" + _name(view))]


_FILED = frozenset(
    "file document attachment image photo media upload download export arquivo anexo documento midia".split()
)
_FILE_COLUMNS = vocabulary(
    "file name, filename, mime type, content type, file size, file path, path, size bytes, original name, checksum",
    "nome arquivo, tipo mime, tamanho arquivo, caminho",
)


def is_of_files(view: ColumnView) -> bool:
    """Whether an `extension` ends a file's name: in a table of files, or beside what is known of one."""
    words = {singular(word) for word in (*view.table.words, *view.words)}
    return bool(_FILED & words) or view.neighbour(_FILE_COLUMNS) is not None


MEANINGS_FILES = (
    Meaning(
        "a file's name",
        vocabulary("filename, file name, original name, attachment name", "nome arquivo, arquivo nome"),
        lambda view: [offer("primitive.text.pattern", pattern=_name(view))],
    ),
    Meaning(
        "a MIME type",
        vocabulary("mime type, mime, media type, mimetype, content mime, content type", "tipo mime, tipo conteudo"),
        always(offer("primitive.choice", values=_MIME)),
    ),
    Meaning(
        "a file's path",
        vocabulary(
            "file, file path, filepath, image, photo, picture, avatar, thumbnail, logo, attachment, document file, "
            "storage path, upload, photo path, image path, picture path, document path, logo path",
            "arquivo, caminho, caminho arquivo, imagem, foto, anexo, logo",
        ),
        _path,
        confidence=0.8,
    ),
    Meaning(
        "a file extension",
        vocabulary("file extension, file format, extension", "extensao arquivo, extensao"),
        always(offer("primitive.choice", values=["pdf", "png", "jpg", "csv", "docx", "txt"])),
        confidence=0.7,
        when=lambda view: is_of_files(view) and view.neighbour(_PHONE) is None,
    ),
    Meaning(
        "a version number",
        vocabulary("version, app version, version number, release version", "versao"),
        always(offer("primitive.text.pattern", pattern=_VERSION)),
        confidence=0.8,
        when=lambda view: view.literal_default is None,
    ),
)

# --- passwords, tokens, keys, hashes, and uuids kept as text ----------------------------------------------------------

_HEX = "0123456789abcdef"
_USUAL = 40
_LONGEST = 128
_SHORTEST = 4
_HASHED = r"pbkdf2_sha256\$1000000\$[A-Za-z0-9]{22}\$[A-Za-z0-9+/]{43}="
_KNOWN = {"md": 32, "md5": 32, "sha": 40, "sha1": 40, "sha256": 64, "uuid": 32}


def recognise_secrets(view: ColumnView) -> Suggestion | None:
    """Suggest random hex of the column's length, and password hashes nobody can log in with."""
    return first_meaning(view, "recognise_secrets", MEANINGS_SECRETS)


def _hex(view: ColumnView) -> Sequence[Offer]:
    length = view.slot.max_length
    joined = {"".join(view.words[i : i + 2]) for i in range(len(view.words))} | set(view.words)
    known = next((size for word, size in _KNOWN.items() if word in joined), _USUAL)
    if "sha256" in joined:
        known = _KNOWN["sha256"]
    size = known if length is None or length > _LONGEST else length
    return [offer("primitive.text", charset=_HEX, min_len=size, max_len=size)]


MEANINGS_SECRETS = (
    Meaning(
        "a password's hash",
        vocabulary(
            "password, passwd, password hash, hashed password, password digest", "senha, senha hash, hash senha"
        ),
        always(
            offer("primitive.text.pattern", pattern=_HASHED),
            offer("primitive.text", charset=_HEX, min_len=32, max_len=32),
            offer("primitive.text", min_len=8, max_len=16),
        ),
        confidence=0.95,
    ),
    Meaning(
        "a uuid as text",
        vocabulary("uuid, guid, uid", "uuid"),
        always(offer("primitive.uuid"), offer("primitive.text", charset=_HEX, min_len=32, max_len=32)),
        when=lambda view: view.slot.max_length is None or view.slot.max_length >= 32,
    ),
    Meaning(
        "a random token",
        vocabulary(
            "token, hash, digest, checksum, secret, session key, api key, secret key, private key, access key, nonce, "
            "salt, fingerprint, signature, etag, sha, md, client secret, activation key, hash key, cache key, "
            "translation key, hash value, hashed key, key hash, token hash, hashed token, hashed secret, secret hash, "
            "content hash, file hash, signing key, signing secret, webhook secret",
            "token, chave api, chave acesso, segredo, assinatura digital",
        ),
        _hex,
        confidence=0.85,
        when=lambda view: view.slot.max_length is None or view.slot.max_length >= _SHORTEST,
    ),
)
