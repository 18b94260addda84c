"""The product's own table of addresses, walked."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def names() -> Iterator[str]:
    """Walk the product's own table of addresses."""
    yield from sorted(set(_names(get_resolver(), "")))


def _names(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern} has no name"
            yield prefix + pattern.name
