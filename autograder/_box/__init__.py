"""The code that shares a process with student code; it knows nothing of the rest of the grader.

It runs inside the box, with the standard library, numpy and the notebook's own IPython alone.
A zygote forks a supervisor for each submission (or one is started for it), process 1 of its box.
The supervisor takes commands, and forks a confined child for each: the cells are run in one
child, each task's function is called in another, fresh one.
"""
