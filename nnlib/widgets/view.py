"""How a widget stands in a cell's output, beside the picture for those who cannot run it."""

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def with_view(data, widget):
    """The data of an output, {MIME type: content}, and with them the live widget."""
    model = {"version_major": 2, "version_minor": 0, "model_id": widget._model_id}
    return data | {WIDGET_VIEW: model}
