"""A small evaluator of formulas: what the books of the service use and simple arithmetic. No spilling of arrays."""
