"""Fonts for writing that typst's own fonts do not have: Chinese, Japanese, Korean, emoji and more.

They come as wheels and are looked at only where a notebook needs them.
"""

import importlib.util
import re
from pathlib import Path

PACKAGES = ("noto_cjk_sans_otc", "manimgx_fonts")
# What New Computer Modern and DejaVu Sans Mono lack for certain, or partly.
FOREIGN = re.compile(
    "[\u0530-\u1cff\u2600-\u27bf\u2b00-\u2bff\u2e80-\ufaff\ufe00-\uffef\U0001f000-\U0003ffff]"
)
KANA = re.compile("[\u3040-\u30ff]")
HANGUL = re.compile("[\u1100-\u11ff\uac00-\ud7af]")
SCRIPTS = (
    "Symbols", "Arabic", "Armenian", "Bengali", "Devanagari", "Ethiopic", "Georgian", "Gujarati",
    "Gurmukhi", "Hebrew", "Kannada", "Khmer", "Lao", "Malayalam", "Myanmar", "Oriya", "Sinhala",
    "Tamil", "Telugu", "Thai",
)  # fmt: skip


def folders(source):
    """The folders of the fonts that a text needs besides typst's own."""
    if not FOREIGN.search(source):
        return []
    specs = filter(None, map(importlib.util.find_spec, PACKAGES))
    return [str(Path(spec.origin).parent) for spec in specs]


def families(source):
    """The fonts' names in the order in which they are asked for a character."""
    if not folders(source):
        return []
    country = "JP" if KANA.search(source) else "KR" if HANGUL.search(source) else "SC"
    return [
        f"Noto Sans CJK {country}",
        *(f"Noto Sans {script}" for script in SCRIPTS),
        "Noto Emoji",
    ]
