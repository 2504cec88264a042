"""The law as data: formulas, rules, the rulebook and its scenarios."""
