"""What is minimised, node by node; the same as arrays; its exact value. Knows no solver."""
