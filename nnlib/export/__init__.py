"""The report: chapters are run, merged and exported to one HTML file and one PDF."""

from nnlib.extras import require

require(
    "nnlib.export",
    "report",
    "nbconvert",
    "nbclient",
    "bs4",
    "quickjs",
    "pypandoc",
    "typst",
    "pybtex",
)
