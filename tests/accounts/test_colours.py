"""The shell's colours are read by everybody: contrast of at least 4.5:1, in light and in dark (WCAG 2.2, 1.4.3)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css" / "app.css"
PAIRS = [
    *((tone, f"{tone}-tint") for tone in ("green", "yellow", "orange", "red", "grey", "blue")),
    ("brand-text", "brand-tint"),
    ("on-brand", "brand"),
    *((words, ground) for words in ("text", "quiet", "brand-text") for ground in ("ground", "surface", "sunken")),
    *((tone, "surface") for tone in ("green", "yellow", "orange", "red", "grey", "blue")),
]


def colours(is_dark: bool) -> dict[str, str]:
    light, _, dark = CSS.read_text(encoding="utf-8").partition("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--wg-([a-z-]+): (#[0-9a-f]{6});", light))
    return found | dict(re.findall(r"--wg-([a-z-]+): (#[0-9a-f]{6});", dark)) if is_dark else found


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("words", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(words, ground, is_dark):
    found = colours(is_dark)
    brighter, darker = sorted((luminance(found[words]), luminance(found[ground])), reverse=True)
    assert (brighter + 0.05) / (darker + 0.05) >= 4.5
