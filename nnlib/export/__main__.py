"""python -m nnlib.export report: build the report.  … notebooks: re-run the chapters in place."""

import argparse
import sys

from nnlib.export import chapters, report


def rerun(folder="notebooks"):
    """Execute the chapters and store their outputs, once all of them have run."""
    for path, notebook in chapters.execute(chapters.find(folder)).items():
        chapters.write(path, notebook)
        print(path)


def main():
    """Run the command; what is wrong with a chapter is said in words, without a traceback."""
    parser = argparse.ArgumentParser(prog="python -m nnlib.export", description=__doc__)
    parser.add_argument("command", choices=("report", "notebooks"))
    command = {"report": report.build, "notebooks": rerun}[parser.parse_args().command]
    try:
        command()
    except (chapters.ChapterError, ValueError, OSError) as error:
        sys.exit(f"Nothing was written. {error}")
    except KeyboardInterrupt:
        print("Stopped. Nothing was written.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
