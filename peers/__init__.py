"""What other libraries do where this report has a formula: asked in topics/, guessed in
guesses.toml, measured by ``python -m peers`` (`make peers`) into measured.json."""
