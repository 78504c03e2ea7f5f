"""Holds a process to so many cores. To be called before a library that counts cores is imported."""

import os

LIBRARIES = ("OMP", "OPENBLAS", "MKL", "BLIS", "VECLIB_MAXIMUM", "NUMEXPR")


def cores(threads):
    """The last cores that this process may use, one for each thread; none where it cannot tell."""
    if not hasattr(os, "sched_getaffinity"):
        return set()
    return set(sorted(os.sched_getaffinity(0))[-threads:])


def hold_to(cores):
    if cores:
        os.sched_setaffinity(0, cores)


def hold_libraries_to(threads):
    """What numpy, JAX and torch read when they are imported."""
    for library in LIBRARIES:
        os.environ[f"{library}_NUM_THREADS"] = str(threads)
    os.environ["NPROC"] = str(threads)
    os.environ["JAX_PLATFORMS"] = "cpu"
    if threads == 1:
        flags = os.environ.get("XLA_FLAGS", "")
        os.environ["XLA_FLAGS"] = f"{flags} --xla_cpu_multi_thread_eigen=false".strip()
