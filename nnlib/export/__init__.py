"""The report: chapters are run, merged and exported to one HTML file and one PDF."""

from nnlib.extras import require

require(
    "nnlib.export",
    "report",
    "nbconvert",
    "nbclient",
    "bs4",
    "quickjs",
    "markdown_it",
    "mdit_py_plugins",
    "nh3",
    "PIL",
    "typst",
    "pybtex",
)
