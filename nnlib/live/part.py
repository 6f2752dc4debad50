"""The tuning panel for anybody's page: one file that defines the element <nn-live>.

    python -m nnlib.live.part nn-live.js

writes the file, and prints its size and its licences.
"""

import sys
from pathlib import Path

from nnlib.live import bundle, panel
from nnlib.live.settings import spec
from nnlib.recipe import Recipe

HERE = Path(__file__).parent
LICENSES = (
    ("nnlib", "MIT", HERE / "LICENSE"),
    ("d3-contour", "ISC", HERE / "d3-contour" / "LICENSE"),
)
LARGEST = 75_000  # bytes


def script():
    """The file: licences, and the program, gzipped, which the last lines unpack."""
    first = spec(Recipe(), 0)
    del first["network"]
    parts = {"script": panel.script(), "style": panel.style(), "first": first | {"weights": []}}
    notices = "\n\n".join(
        f"{name} ({kind}):\n{path.read_text(encoding='utf-8').strip()}"
        for name, kind, path in LICENSES
    )
    packed = bundle.as_json(bundle.packed(bundle.as_json(parts).encode()))
    code = f"{{{bundle.text('unpack.js')}\n{bundle.text('part.js')}}}"
    code = code.replace("PACKED", packed, 1)
    return f"/* <nn-live>: a small network that trains in the page.\n\n{notices}\n*/\n{code}\n"


def main(path):
    text = script()
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")
    print(f"{path}: {len(text.encode()):,} bytes (at most {LARGEST:,})")
    for name, kind, _ in LICENSES:
        print(f"  {name}: {kind}")


if __name__ == "__main__":
    main(*sys.argv[1:])
