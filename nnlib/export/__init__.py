"""The report: chapters are run, merged and exported to one HTML file and one PDF."""
