"""How fast the grader is: one script per question."""
