"""Make latinmodern-math.woff, the font of the page's formulae, of the font that TeX systems have.

    python nnlib/export/mathfont/make.py latinmodern-math.otf

The font is Latin Modern Math 1.959 by B. Jackowski, P. Strzelczyk and P. Pianowski (GUST
e-foundry; Debian's package fonts-lmodern has it). What is left out: hints, characters that KaTeX
does not write, and forms for superscripts, which Chromium does not ask for; only the prime, which
stands nowhere else, has its form for superscripts everywhere. A page takes of the font the
characters of its own formulae.
"""

import sys
from pathlib import Path

from fontTools import subset

PRIME = 0x2032
CHARACTERS = (
    "20-7E,A0-FF,131,237,2C6-2DD,300-338,370-3FF,2000-206F,20D0-20DC,20EF,2100-214F,2190-21FF,"
    "2200-22FF,2308-230B,2322-2323,239B-23B3,23D0,23DC-23E1,25A0-25FF,2660-2667,266D-266F,27C2,"
    "27E6-27EF,27F5-27FF,2900-297F,29B5,29F5,2A00-2A0C,2A2F,2A3F,2A7D-2A7E,2A85-2A90,2A95-2A96,"
    "2AAF-2AB0,2AB5-2ABA,2AC5-2ACC,1D400-1D7FF"
)


def main(source):
    """Write the font beside this file."""
    options = subset.Options(flavor="woff", hinting=False, layout_features=[])
    options.drop_tables += ["FFTM"]
    font = subset.load_font(source, options)
    for table in font["cmap"].tables:
        if PRIME in table.cmap:
            table.cmap[PRIME] = "minute.st"
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(CHARACTERS))
    subsetter.subset(font)
    subset.save_font(font, Path(__file__).with_name("latinmodern-math.woff"), options)


if __name__ == "__main__":
    main(*sys.argv[1:])
