"""Stands in for dbt's adapter when sqlfluff renders a model: any engine macro is an identifier."""

from collections.abc import Callable


def dispatch(name: str) -> Callable[..., str]:
    return lambda *arguments: f"engine_{name}"
