"""What is installed by name only: ``pip install "nnlib[fast]"``, ``"nnlib[report]"``."""

from importlib.util import find_spec


def require(part, extra, *modules):
    """ModuleNotFoundError, with the extra to install, if ``part`` lacks one of the modules."""
    for name in modules:
        if find_spec(name) is None:
            raise ModuleNotFoundError(
                f"{part} needs {name}, which is not installed: {install(extra)}", name=name
            )


def install(extra):
    """The command that installs an extra."""
    return f'pip install "nnlib[{extra}]"'
