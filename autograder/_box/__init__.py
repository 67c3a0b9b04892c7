"""The code that shares a process with student code; it knows nothing of the rest of the grader.

It runs inside the box, with the standard library, numpy and the notebook's own IPython alone.
A supervisor (process 1 of the box) takes commands, and forks a confined child for each:
the cells are run in one child, each task's function is called in another, fresh one.
"""
