"""Functions of MuJoCo's library that compiled code calls; models and data are passed by their addresses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import llvmlite.binding
from numba import types

from ..runtime import mujoco

# The library is in the process already; this makes its functions visible to compiled code, also from numba's cache.
llvmlite.binding.load_library_permanently(str(next(Path(mujoco.__file__).parent.glob("libmujoco.so*"))))

_MODEL, _DATA, _ARRAY = types.intp, types.intp, types.intp  # addresses


def _of_model(name: str) -> types.ExternalFunction:
    return types.ExternalFunction(name, types.void(_MODEL, _DATA))


kinematics = _of_model("mj_kinematics")
centres = _of_model("mj_comPos")
velocities = _of_model("mj_comVel")
inertia = _of_model("mj_makeM")
factorise = _of_model("mj_factorM")
# Model, data, result [axes, axes].
full_inertia: Any = types.ExternalFunction("mj_fullM", types.void(_MODEL, _DATA, _ARRAY))
# Model, data, whether inertial forces are included, result [axes].
newton_euler: Any = types.ExternalFunction("mj_rne", types.void(_MODEL, _DATA, types.int32, _ARRAY))
# Model, data, result [axes], right side [axes], number of right sides.
solve: Any = types.ExternalFunction("mj_solveM", types.void(_MODEL, _DATA, _ARRAY, _ARRAY, types.int32))
