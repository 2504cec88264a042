"""The certificate of a plan: its program in exact form, the prices that prove it, and their check."""
