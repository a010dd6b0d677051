"""Schemas in the manner of well-known applications, each with rows that have its habits and with what a data engineer
would expect `sluice init` to propose for it; `proposals.py` builds them and compares.

A module a schema: `SCHEMA` is a `Schema` (expected.py)."""

import importlib
import pkgutil


def schemas():
    """Every schema of the corpus, the largest first."""
    found = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    corpus = [module.SCHEMA for module in found if hasattr(module, "SCHEMA")]
    return sorted(corpus, key=lambda schema: -len(schema.kinds))
