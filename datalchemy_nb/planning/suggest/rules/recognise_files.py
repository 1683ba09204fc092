"""File names, paths, types and versions."""

from __future__ import annotations

from collections.abc import Sequence

from datalchemy_nb.planning.suggest.meaning import Meaning, first_meaning
from datalchemy_nb.planning.suggest.offers import Offer, always, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView
from datalchemy_nb.planning.suggest.words import singular, vocabulary

_IMAGES = vocabulary("image, photo, picture, avatar, thumbnail, logo, icon, cover, banner", "imagem, foto, logo, icone")
_STEM = "(anexo|contrato|planilha|proposta|relatorio|resumo|tabela)"
_STEM_EN = "(contract|invoice|notes|proposal|report|summary|table)"
_MIME = ["application/pdf", "image/jpeg", "image/png", "text/plain", "text/csv", "application/json", "video/mp4"]
_VERSION = r"[0-9]\.[1-9]?\d\.[1-9]?\d"


def recognise_files(view: ColumnView) -> Suggestion | None:
    """Suggest file names and paths, MIME types, version numbers."""
    return first_meaning(view, "recognise_files", MEANINGS)


def _name(view: ColumnView) -> str:
    stem = _STEM if view.is_portuguese else _STEM_EN
    return rf"{stem}_[1-9]\d{{0,4}}\.(pdf|docx|xlsx|csv|txt)"


def _path(view: ColumnView) -> Sequence[Offer]:
    if view.says(_IMAGES) or _IMAGES.find((singular(view.table.words[0]), *map(singular, view.table.words))):
        return [offer("primitive.text.pattern", pattern=r"images/img_[1-9]\d{0,4}\.(jpg|png|webp)")]
    return [offer("primitive.text.pattern", pattern=r"files/20(2[3-5])/" + _name(view))]


MEANINGS = (
    Meaning(
        "a file's name",
        vocabulary("filename, file name, original name, attachment name", "nome arquivo, arquivo nome"),
        lambda view: [offer("primitive.text.pattern", pattern=_name(view))],
    ),
    Meaning(
        "a MIME type",
        vocabulary("mime type, mime, media type, mimetype, content mime", "tipo mime"),
        always(offer("primitive.choice", values=_MIME)),
    ),
    Meaning(
        "a file's path",
        vocabulary(
            "file, file path, filepath, image, photo, picture, avatar, thumbnail, logo, attachment, document file, "
            "storage path, upload",
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
    ),
    Meaning(
        "a version number",
        vocabulary("version, app version, version number, release version", "versao"),
        always(offer("primitive.text.pattern", pattern=_VERSION)),
        confidence=0.8,
        when=lambda view: view.literal_default is None,
    ),
)
