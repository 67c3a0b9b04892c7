"""How much of everything one submission may use."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Limits"]

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Limits of one submission; the defaults suit exercises that need seconds, not minutes.

    Parameters
    ----------
    memory : int
        Bytes of address space of the one process that runs student code at a time.
    total_memory : int
        Bytes of memory that this process really holds, and of all files in the folders, together.
    file_size, folder_size, inodes : int
        Bytes of one file, and bytes and files of everything in a folder (there are three).
    processes, open_files : int
        Threads and descriptors; a new process is refused altogether.
    cpu_seconds : int
        Processor time of one process.
    cell_seconds : float
        Wall-clock time of one cell.
    whole_seconds : float
        Wall-clock time of the submission, all of it.
    output_characters : int
        What is shown of one cell's output.
    restarts : int
        How often a killed notebook is taken up again after the cell that killed it.
    answer_bytes : int
        All that the box may send.
    """

    memory: int = 2 << 30
    total_memory: int = 1 << 30
    file_size: int = 32 * MIB
    folder_size: int = 64 * MIB
    inodes: int = 4096
    processes: int = 64
    open_files: int = 128
    cpu_seconds: int = 60
    cell_seconds: float = 10.0
    whole_seconds: float = 120.0
    output_characters: int = 200_000
    restarts: int = 3
    answer_bytes: int = 256 * MIB

    def to_dict(self) -> dict[str, Any]:
        """Return the limits as plain numbers, ready for JSON."""
        return asdict(self)
