"""Models of SQLAlchemy and apps of Django, made into tables: a program of its own, run with ``DATABASE_URL`` set.

python -m datalchemy_nb.scratch.models sqlalchemy package.module:Base.metadata
python -m datalchemy_nb.scratch.models django mysite.settings

It imports the user's modules, in a process of its own, so that nothing of them stays in this one.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from functools import reduce
from typing import Any
from urllib.parse import unquote, urlsplit


def main(words: Sequence[str]) -> int:
    """Make the tables; a line on stderr and 1 where that cannot be."""
    kind, what = words
    url = os.environ["DATABASE_URL"]
    try:
        {"sqlalchemy": make_sqlalchemy, "django": make_django}[kind](what, url)
    except _Told as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


class _Told(Exception):
    """A mistake that is the user's, in a sentence."""


def make_sqlalchemy(what: str, url: str) -> None:
    """Create the tables of a MetaData.

    Args:
        what: ``package.module:name`` of a MetaData, a declarative base or anything else with ``.metadata``.
        url: the database.
    """
    try:
        from sqlalchemy import MetaData, create_engine
        from sqlalchemy.schema import CreateSchema
    except ImportError:
        raise _Told("SQLAlchemy is not installed in this environment: pip install sqlalchemy") from None
    module, colon, name = what.partition(":")
    if not colon:
        raise _Told(f"{what}: write package.module:name, say shop.models:Base.metadata")
    found = _attribute(_imported(module), name, what)
    metadata = found if isinstance(found, MetaData) else getattr(found, "metadata", None)
    if not isinstance(metadata, MetaData):
        raise _Told(f"{what} is a {type(found).__name__}, no MetaData; name the base class or its .metadata")
    if not metadata.tables:
        raise _Told(f"{what} holds no tables; name a module that imports all models")
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.begin() as connection:
        for schema in sorted({table.schema for table in metadata.tables.values() if table.schema}):
            connection.execute(CreateSchema(schema, if_not_exists=True))
        metadata.create_all(connection)
    engine.dispose()


def make_django(what: str, url: str) -> None:
    """Run the migrations of a project, with every database of its settings replaced.

    Where an app has models and no migrations, all tables are made from the models: Django itself cannot make tables of
    an app without migrations that refer to one with them.

    Args:
        what: the settings module.
        url: the database.
    """
    try:
        import django
        from django.conf import settings
        from django.core.management import call_command
    except ImportError:
        raise _Told("Django is not installed in this environment: pip install django") from None
    os.environ["DJANGO_SETTINGS_MODULE"] = what
    _imported(what)
    parts = urlsplit(url)
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }
    # Before django.setup(): models may ask which database they are of while they are made.
    settings.DATABASES = {"default": database}
    settings.DATABASE_ROUTERS = []
    django.setup()
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    unmigrated = MigrationLoader(None, ignore_no_migrations=True).unmigrated_apps
    if any(config.models for config in apps.get_app_configs() if config.label in unmigrated):
        settings.MIGRATION_MODULES = {config.label: None for config in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)


def _imported(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and (module == error.name or module.startswith(f"{error.name}.")):
            raise _Told(f"no module {module}: run this where `python -c 'import {module}'` works") from None
        raise


def _attribute(module: Any, name: str, what: str) -> Any:
    try:
        return reduce(getattr, name.split("."), module)
    except AttributeError:
        raise _Told(f"{what}: the module has no {name}") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
