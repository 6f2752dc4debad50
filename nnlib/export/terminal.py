"""Printed text as a terminal shows it in the end: without colors, each line in its last state."""

import re

# Colors and other control sequences (CSI), titles and links (OSC), other escapes.
SEQUENCES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[PX^_].*?\x1b\\|\x1b[ -~]",
    re.DOTALL,
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
UP = re.compile(r"\x1b\[(\d*)A")


def plain(text):
    """The text without control sequences and control characters; tabs and line ends stay."""
    return CONTROL.sub("", SEQUENCES.sub("", text.replace("\r\n", "\n")))


def screen(text):
    r"""What stands there in the end: `\r` goes back to the line's start, `\b` one character."""
    return "\n".join(last_state(line) for line in upward(text.replace("\r\n", "\n").split("\n")))


def upward(lines):
    """The lines, some of which begin by moving up, as progress bars below each other do."""
    shown, at = [], 0
    for line in lines:
        at = max(0, at - sum(int(up or 1) for up in UP.findall(line)))
        line = UP.sub("", line)
        if at < len(shown):
            shown[at] += ("\r" + line) if line else ""
        else:
            shown.append(line)
        at += 1
    return shown


def last_state(line):
    """A line after all that was written over it."""
    line = SEQUENCES.sub("", line)
    cells, at = [], 0
    for character in line if "\r" in line or "\b" in line else ():
        if character == "\r":
            at = 0
        elif character == "\b":
            at = max(0, at - 1)
        else:
            cells[at : at + 1] = [character]
            at += 1
    return CONTROL.sub("", "".join(cells).rstrip() if cells else line.replace("\r", ""))
