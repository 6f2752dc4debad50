"""What the two exporters have in common: the way from a notebook to its document."""

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
        try:
            return self.report(nb, resources, **kw)
        except (ValueError, CellExecutionError) as error:
            if not in_program():
                raise
            raise SystemExit(f"Nothing was written. {plain(str(error))}") from None

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


def in_program():
    """Whether the program `jupyter nbconvert` runs, which would print a traceback."""
    from nbconvert.nbconvertapp import NbConvertApp  # which imports all exporters, this one too

    return NbConvertApp.initialized()
