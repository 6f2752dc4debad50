"""What other libraries do where this report has a formula: asked in topics/, guessed in
guesses.toml, measured by ``python -m libraries`` (`make peers`) into measured.json."""
