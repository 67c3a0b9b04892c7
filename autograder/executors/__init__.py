"""Where jobs run: in boxes on this machine, or on many machines; jobs and bundles are bytes."""

from .executor import Executor, ExecutorError, JobError
from .local import local

__all__ = ["Executor", "ExecutorError", "JobError", "local"]
