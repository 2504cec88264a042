"""What the model and the reports both say: texts in two languages, numerals, fairness."""
