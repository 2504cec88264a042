"""The law in numbers: targets, the cells of every rule, counted again (checks) and listed (notices)."""
