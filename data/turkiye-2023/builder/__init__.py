"""Builds the tables of türkiye-2023 from its facts and from documented formulas (see README.md beside)."""
