"""Environment variables under which this machine computes with the kernels of another CPU.

    env $(python scripts/other_cpu.py) pytest             # all libraries at once
    env $(python scripts/other_cpu.py blas) pytest        # one of blas, numpy, torch, libm, numba
    python scripts/other_cpu.py --show                    # the kernels in use, with checksums of what they compute

The libraries choose their kernels at run time by the instruction sets of the CPU, and each kernel rounds differently.
The variables withhold the newest instruction sets, so that results differ from this machine's in their last digits, as
they do on an older CPU or one of another maker. Names are read from the installed libraries: numpy refuses to start
when a feature of its baseline is to be disabled, and warns about unknown ones.
"""

from __future__ import annotations

import ctypes
import hashlib
import math
import os
import platform
import sys

LIBRARIES = ("blas", "numpy", "torch", "libm", "numba")


def blas_core(module: str, symbol: str) -> str:
    """The kernels that an OpenBLAS has chosen: that of numpy and that of scipy are two libraries."""
    library = ctypes.CDLL(sys.modules[module].__file__)  # the symbol is found in what the module is linked to
    name = getattr(library, symbol, None)
    if name is None:
        return "unknown"
    name.restype = ctypes.c_char_p
    return str(name().decode())


def numpy_features() -> list[str]:
    """Instruction sets beyond numpy's baseline for which it has kernels and which this CPU has."""
    import numpy._core._multiarray_umath as core  # numpy.show_runtime prints the same, but only prints it

    return [name for name in core.__cpu_dispatch__ if core.__cpu_features__[name]]


def numpy_blas() -> str:
    """Kernels of numpy's OpenBLAS."""
    import numpy as np  # noqa: F401 (loads the module below)

    return blas_core("numpy._core._multiarray_umath", "scipy_openblas_get_corename64_")


def blas() -> dict[str, str]:
    """OpenBLAS without AVX-512, or without AVX2 where it has no AVX-512 kernels anyway."""
    older = numpy_blas() in ("Haswell", "Zen")  # Zen runs Haswell's kernels
    return {"OPENBLAS_CORETYPE": "Nehalem" if older else "Haswell"}


def numpy() -> dict[str, str]:
    """numpy without AVX-512, or without anything beyond its baseline where the CPU has no AVX-512."""
    found = numpy_features()
    newest = [name for name in found if name.startswith("AVX512") or name == "X86_V4"]
    return {"NPY_DISABLE_CPU_FEATURES": ",".join(newest or found)} if found else {}


def torch() -> dict[str, str]:
    """torch's own kernels without AVX; the two libraries within it, MKL and oneDNN, without AVX-512 or AVX2."""
    newest = any(name.startswith("AVX512") or name == "X86_V4" for name in numpy_features())
    inner = ("AVX2", "AVX2") if newest else ("COMPATIBLE", "SSE41")
    return dict(zip(("MKL_CBWR", "ONEDNN_MAX_CPU_ISA"), inner, strict=True)) | {"ATEN_CPU_CAPABILITY": "default"}


def libm() -> dict[str, str]:
    """The C library's sin, exp ... without fused multiplication and addition. Python and OpenSim use them."""
    return {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA"} if platform.libc_ver()[0] == "glibc" else {}


def numba() -> dict[str, str]:
    """numba's machine code for any x86-64: without AVX, and without fused multiplication and addition."""
    return {"NUMBA_CPU_NAME": "generic"}


def other_cpu(which: str) -> dict[str, str]:
    """The variables for one library, or for all of them."""
    if platform.machine() != "x86_64":
        raise SystemExit(f"other_cpu: the variables are those of x86-64, not of {platform.machine()}")
    chosen = LIBRARIES if which == "all" else (which,)
    makers = {"blas": blas, "numpy": numpy, "torch": torch, "libm": libm, "numba": numba}
    return {name: value for library in chosen for name, value in makers[library]().items()}


def checksum(*values: object) -> str:
    """Eight digits that change with the last bit of any of the arrays."""
    digest = hashlib.sha256()
    for value in values:
        digest.update(memoryview(value).cast("B"))
    return digest.hexdigest()[:8]


def show() -> None:
    """Print library, kernels and the checksum of a few typical results, a line each."""
    import array

    import numpy as np
    import scipy.linalg  # noqa: F401 (loads scipy's OpenBLAS)
    import torch
    from numba import njit
    from numba.core.registry import cpu_target

    @njit(fastmath=True)
    def total(values: np.ndarray) -> float:
        found = 0.0
        for value in values:
            found += value * value
        return found

    rng = np.random.default_rng(0)
    square, wide = rng.standard_normal((120, 120)), rng.standard_normal((2000, 7))
    single = torch.from_numpy(rng.standard_normal((8, 16, 200)).astype(np.float32))
    weights = torch.from_numpy(rng.standard_normal((24, 16, 5)).astype(np.float32))
    numbers = array.array("d", (math.exp(math.sin(value)) for value in wide.ravel().tolist()))
    scipys = blas_core("scipy.linalg._fblas", "scipy_openblas_get_corename")
    convolved = torch.nn.functional.conv1d(single, weights)
    rows = {
        "blas": (f"numpy {numpy_blas()}, scipy {scipys}", checksum(square @ square, np.linalg.inv(square))),
        "numpy": (
            " ".join(numpy_features()) or "baseline",
            checksum(np.exp(wide), np.sin(wide), np.arctan2(*wide[:2])),
        ),
        "torch": (
            torch.backends.cpu.get_cpu_capability(),
            checksum(*((one.numpy()) for one in (single @ single.mT, convolved, convolved.tanh()))),
        ),
        "libm": (" ".join(platform.libc_ver()), checksum(numbers)),
        "numba": (cpu_target.target_context.codegen().magic_tuple()[1], checksum(np.array([total(wide.ravel())]))),
    }
    for library, (kernels, digits) in rows.items():
        print(f"{library:6} {digits}  {kernels}")


def main() -> None:
    """Read the command line."""
    which = sys.argv[1] if len(sys.argv) > 1 else "all"
    if which == "--show":
        show()
    elif which in (*LIBRARIES, "all"):
        for name in ("NPY_DISABLE_CPU_FEATURES", "OPENBLAS_CORETYPE"):
            if name in os.environ:
                raise SystemExit(f"other_cpu: {name} is already set; unset it first")
        print(*(f"{name}={value}" for name, value in other_cpu(which).items()))
    else:
        raise SystemExit(f"other_cpu: {which!r} is none of {', '.join((*LIBRARIES, 'all'))}, --show")


if __name__ == "__main__":
    main()
