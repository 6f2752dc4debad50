"""Measure all cells anew and write measured.json (`make peers`)."""

from libraries import stored
from libraries.cells import LIBRARIES
from libraries.measuring import in_its_process


def main():
    values, runs = {}, {}
    for name, library in LIBRARIES.items():
        if library.version is None:
            print(f"{library.name}: not installed; what is stored of it stays")
            continue
        try:
            values[name], runs[name] = in_its_process(name)
        except RuntimeError as error:
            print(f"{error}\n{library.name}: what is stored of it stays")
            continue
        print(f"{library.name} {library.version}: {len(values[name])} cells")
    content = stored.content(values, runs, stored.load())
    stored.save(content)
    cells = stored.cells_of(content).values()
    guessed = [cell for cell in cells if cell["missed"] is not None]
    missed = sum(cell["missed"] for cell in guessed)
    print(f"{len(cells)} cells, {len(guessed)} guessed, {missed} of them wrongly")


if __name__ == "__main__":
    main()
