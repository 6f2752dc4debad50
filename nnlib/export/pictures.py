"""Pictures of a notebook: beside it, attached to a cell, in its text or displayed by a cell.

Each is read whole and goes into the page and the PDF; nothing is fetched. What no reader shows
everywhere (BMP, TIFF) becomes a PNG.
"""

import base64
import binascii
import io
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

from PIL import Image

KINDS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/svg+xml": ".svg",
}
DATA = re.compile(
    r"data:(?P<kind>[\w/+.-]+)(?P<more>(?:;[\w=+.-]+)*?)(?P<base64>;base64)?,(?P<data>.*)", re.S
)
POINTS = {"pt": 1, "px": 0.75, "": 0.75, "in": 72, "cm": 72 / 2.54, "mm": 72 / 25.4, "em": 12}
ROOT = re.compile(r"<svg\b[^>]*>")


@dataclass(frozen=True)
class Picture:
    """A picture: its data, their kind, and its width and height in points (None where unknown)."""

    data: bytes
    kind: str
    width: float
    height: float | None

    @property
    def address(self):
        return f"data:{self.kind};base64,{base64.b64encode(self.data).decode()}"

    @property
    def ending(self):
        return KINDS[self.kind]


def from_output(kind, data):
    """The picture that a cell displays."""
    return svg(data) if kind == "image/svg+xml" else bitmap(decoded(data))


def decoded(text):
    try:
        return base64.b64decode("".join(text), validate=False)
    except (binascii.Error, ValueError):
        raise ValueError("a picture's data are no base64") from None


def bitmap(data):
    """A picture made of pixels, of which 96 are an inch wide."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            kind = Image.MIME.get(image.format, "")
            if kind not in KINDS:
                out = io.BytesIO()
                image.convert("RGBA").save(out, "PNG")
                data, kind = out.getvalue(), "image/png"
            return Picture(data, kind, image.width * 0.75, image.height * 0.75)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise ValueError("the data of a picture cannot be read: make it anew") from None


def svg(text):
    """A drawing; the name space that readers need is put in where it is missing."""
    text = text if isinstance(text, str) else "".join(text)
    root = ROOT.search(text)
    if not root:
        raise ValueError("an output of kind image/svg+xml holds no <svg>")
    head = root[0]
    if "xmlns=" not in head:
        head = head.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    if "xlink:" in text and "xmlns:xlink" not in head:
        head = head.replace("<svg", '<svg xmlns:xlink="http://www.w3.org/1999/xlink"', 1)
    text = text.replace(root[0], head, 1)
    try:
        refuse_outside(ElementTree.fromstring(text))
    except ElementTree.ParseError as error:
        raise ValueError(f"an SVG is no XML: {error}") from None
    try:
        width, height = size(head)
    except (ValueError, IndexError):
        width, height = 0, 0
    if not width or height == 0:
        raise ValueError(f"an SVG has no size: {head}; give it a width, a height or a viewBox")
    return Picture(text.encode(), "image/svg+xml", width, height)


def refuse_outside(root):
    """Refuse a drawing with parts that are no drawing, or that stand elsewhere."""
    for element in root.iter():
        if str(element.tag).endswith("}foreignObject"):
            raise ValueError("an SVG holds HTML (foreignObject); save the picture as PNG instead")
        is_image = str(element.tag).endswith("}image")
        for name, target in element.attrib.items():
            if is_image and name.endswith("href") and not target.startswith("data:"):
                raise ValueError(
                    f"an SVG holds the picture {target!r}, which stands elsewhere; embed it"
                )


def size(head):
    """The width and height that a drawing gives itself, in points."""
    found = [re.search(rf"\s{name}\s*=\s*[\"']([\d.]+)(pt|px|in|cm|mm|em|)[\"']", head)
             for name in ("width", "height")]  # fmt: skip
    sizes = [float(match[1]) * POINTS[match[2]] if match else None for match in found]
    box = re.search(r"viewBox\s*=\s*[\"']([-\d.eE\s,]+)[\"']", head)
    if sizes[0] is None and box:
        numbers = [float(part) for part in re.split(r"[\s,]+", box[1].strip())]
        sizes = [numbers[2] * 0.75, numbers[3] * 0.75]
    return round(300.0 if sizes[0] is None else sizes[0], 3), sizes[1] and round(sizes[1], 3)


def from_address(address, cell, folder):
    """The picture that a text names by an attachment, a file beside the notebook, or its data."""
    if address.startswith("attachment:"):
        return attached(unquote(address.removeprefix("attachment:")), cell)
    match = DATA.match(address)
    if match:
        data = (
            decoded(unquote(match["data"])) if match["base64"] else unquote_to_bytes(match["data"])
        )
    elif re.match("[a-z][a-z0-9+.-]+:|//", address, re.IGNORECASE):
        raise ValueError(
            f"the picture {address!r} is on another machine; put it beside the notebook"
        )
    else:
        path = Path(folder) / unquote(re.sub("[?#].*", "", address))
        if not path.is_file():
            raise ValueError(f"the picture {address!r} is not there; put it beside the notebook")
        data = path.read_bytes()
    return read(data)


def attached(name, cell):
    for kind, data in cell.get("attachments", {}).get(name, {}).items():
        return (
            from_output("image/svg+xml", decoded(data).decode())
            if "svg" in kind
            else from_output(kind, data)
        )
    raise ValueError(f"the cell has no attachment {name!r}; drop the picture into the cell anew")


def read(data):
    """A picture of a file's bytes."""
    if ROOT.search(data[:4000].decode("utf-8", "ignore")):
        return svg(data.decode("utf-8", "replace"))
    return bitmap(data)
