"""The page of ``explore``: a porch beside the terminal, over the same functions (needs no network)."""
