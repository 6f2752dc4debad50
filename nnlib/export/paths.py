"""Where the report's look is kept."""

from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
