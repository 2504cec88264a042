"""The cellar: exact numbers, levels, formulas, faults, the cache, the folder that appears whole."""
