"""python -m nnlib.export report: build the report, with --edition teacher for teachers.

… notebooks: re-run the chapters in place.  … handout: a folder for students.
"""

import argparse
import shutil
import sys

from nnlib import ctrl_c
from nnlib.export import chapters, handout, report
from nnlib.export.kept import FOLDER, Kept

UNFINISHED = FOLDER.with_name("unfinished")


def rerun(folder="notebooks", numbers=""):
    """Execute the chapters and store their outputs, once all of them have run.

    `numbers` are those of the chapters that are wanted, as "01 03", or "" for all. What a call
    for all had executed when it was stopped the next one need not execute again.
    """
    kept = None if numbers else Kept(folder, UNFINISHED)
    notebooks = chapters.execute(chapters.find(folder, numbers), kept=kept)
    with ctrl_c.unheard():  # whoever is told that nothing was written must find the old files
        chapters.write_all(notebooks)
        if kept:
            shutil.rmtree(UNFINISHED, ignore_errors=True)
        print(*notebooks, sep="\n")


def commands():
    """The parser of the commands; each takes its own options only."""
    parser = argparse.ArgumentParser(prog="python -m nnlib.export", description=__doc__)
    each = parser.add_subparsers(dest="command", required=True)
    of_report, of_notebooks = each.add_parser("report"), each.add_parser("notebooks")
    each.add_parser("handout")
    for one in (of_report, of_notebooks):
        one.add_argument("--chapters", default="", metavar='"01 03"', help="only these; or all")
    of_report.add_argument("--edition", choices=report.EDITIONS, default="")
    of_report.add_argument("--fresh", action="store_true", help="take nothing of an earlier one")
    return parser


def main():
    """Run the command; what is wrong with a chapter is said in words, without a traceback."""
    arguments = commands().parse_args()
    try:
        if arguments.command == "report":
            report.build(
                edition=arguments.edition, numbers=arguments.chapters, fresh=arguments.fresh
            )
        elif arguments.command == "notebooks":
            rerun(numbers=arguments.chapters)
        else:
            handout.build()
    except (chapters.ChapterError, ValueError, OSError) as error:
        sys.exit(f"Nothing was written. {error}")
    except KeyboardInterrupt:
        print("Stopped. Nothing was written.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
