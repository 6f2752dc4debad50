"""What the two exporters have in common: the way from a notebook to its document."""

import re
from contextlib import contextmanager

import nbformat
from nbclient.exceptions import CellExecutionError
from nbconvert.exporters import Exporter, TemplateExporter
from traitlets import default

from nnlib.export import document, prepare
from nnlib.export.paths import TEMPLATES
from nnlib.export.terminal import plain


class ReportExporter(TemplateExporter):
    """An exporter of nbconvert that sets a `document`; subclasses say how, in `set`.

    Of nbconvert's templates it uses none. Its preprocessors run, and so do the options that leave
    out code, outputs, Markdown or raw cells.
    """

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self):
        return [str(TEMPLATES)]

    def from_notebook_node(self, nb, resources=None, **kw):
        """What is written to the file, and nbconvert's resources.

        ValueError says what cannot be set; `jupyter nbconvert` ends with that sentence.
        """
        with in_one_sentence():
            return self.report(nb, resources, **kw)

    def from_file(self, file_stream, resources=None, **kw):
        """What is written to the file, and nbconvert's resources, of a notebook's file."""
        with in_one_sentence():
            try:
                notebook = nbformat.read(file_stream, as_version=4)
            except Exception as error:  # nbformat raises many kinds
                raise ValueError(f"{file_stream.name}: this is no notebook: {error}") from None
        return self.from_notebook_node(notebook, resources, **kw)

    def report(self, nb, resources, **kw):
        nb, resources = Exporter.from_notebook_node(self, prepare.upgraded(nb), resources, **kw)
        nb = prepare.prepared(nb, resources)
        shown = {
            "code": not self.exclude_code_cell,
            "markdown": not self.exclude_markdown,
            "raw": not self.exclude_raw,
            "input": not self.exclude_input,
            "output": not self.exclude_output,
        }
        return self.set(document.of(nb, resources, shown)), resources


@contextmanager
def in_one_sentence():
    """End the program `jupyter nbconvert`, if it runs, with a sentence instead of a traceback."""
    from nbconvert.nbconvertapp import NbConvertApp  # which imports all exporters, this one too

    try:
        yield
    except (ValueError, CellExecutionError, nbformat.ValidationError) as error:
        if not NbConvertApp.initialized():
            raise
        reason = raised(error) if isinstance(error, CellExecutionError) else str(error)
        raise SystemExit(f"Nothing was written. {plain(reason)}") from None


def raised(error):
    """The cell that raised, and what; nbclient's own message is a traceback."""
    source = re.search(r"^-{5,}\n(.*)", str(error), re.MULTILINE)
    begins = f" ({source[1]})" if source else ""
    return f"A cell{begins} raised {error.ename}: {error.evalue}"
