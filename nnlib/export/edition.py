"""What a report says of itself: date, version, commit and licence.

The date is the commit's, so that two builds of one commit are the same.
"""

import subprocess
from importlib import metadata

LICENCE = "text and figures CC BY 4.0, code MIT"


def of(folder):
    """Date ("29 November 2026"), version, commit and licence of the report of a folder.

    Without git, or outside of a repository, date and commit are left out.
    """
    found = {"version": metadata.version("nnlib"), "licence": LICENCE}
    command = ["git", "-C", str(folder), "log", "-1", "--format=%h%n%cs"]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return found
    commit, day = done.stdout.split()
    return {"date": written(day), **found, "commit": commit}


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def written(day):
    """2026-11-29 as 29 November 2026, whatever the machine's language is."""
    year, month, number = day.split("-")
    return f"{int(number)} {MONTHS[int(month) - 1]} {year}"
