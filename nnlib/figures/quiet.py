"""Import Matplotlib without its warnings where no folder of its user can be written.

It makes a temporary one and works; in a notebook, the warning would stand below the first cell.
"""

import logging

log = logging.getLogger("matplotlib")
level = log.level
log.setLevel(logging.ERROR)
try:
    import matplotlib  # noqa: F401
finally:
    log.setLevel(level)
