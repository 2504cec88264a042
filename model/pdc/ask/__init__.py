"""The questions, a file or a folder each: plan, audit, compare, repair, explain, sweep."""
