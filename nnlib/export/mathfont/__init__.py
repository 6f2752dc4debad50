"""The font of the page's formulae: Latin Modern Math, of which a page holds what it needs."""

import base64
import io
from functools import cache
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FILE = Path(__file__).parent / "latinmodern-math.woff"


@cache
def woff(characters):
    """The font as a file of the format WOFF that holds these characters, in all their sizes."""
    options = subset.Options(flavor="woff", hinting=False, layout_features=[])
    # The time of today would be in the page.
    font = TTFont(io.BytesIO(FILE.read_bytes()), recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()


def style(characters):
    """The rule of a style sheet that brings the font for a set of characters."""
    data = base64.b64encode(woff("".join(sorted(characters)))).decode()
    return f'@font-face{{font-family:"nnlib math";src:url(data:font/woff;base64,{data})}}'
