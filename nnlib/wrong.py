"""Backward passes with classic bugs."""

WRONG = {}
