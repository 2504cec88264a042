"""Why there is no plan: the smallest sets that clash, and the cheapest ways out."""
