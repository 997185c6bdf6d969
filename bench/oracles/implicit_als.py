"""The `implicit` library's ALS on the interactions and hyper-parameters that we fit with.

    OPENBLAS_NUM_THREADS=1 python implicit_als.py PROBLEM.safetensors FACTORS.safetensors

PROBLEM as for als_numpy.py, where `start` may be missing: then implicit draws its own start from metadata `seed`.
Metadata useCg: true or false, factors.
FACTORS: user_factors, item_factors F32 as fitted, and recalculated_users, the users solved again for the final items
(implicit's last step solves the items, so the users it leaves are those of the step before).

Conversion: implicit's confidence is c = alpha * r with c = 1 outside, ours is c = 1 + alpha * w. So alpha is 1 here and
the data are 1 + alpha * ln(1 + rating). Its regularization is a constant, as ours is.
"""
import sys

import implicit
import numpy as np
import scipy
import scipy.sparse
from implicit.cpu.als import AlternatingLeastSquares

import safetensors


def main(problem_path, factors_path):
    arrays, metadata = safetensors.read(problem_path)
    users, items = arrays["users"], arrays["items"]
    confidence = 1.0 + float(metadata["alpha"]) * np.log(1.0 + arrays["ratings"].astype(np.float64))
    shape = int(metadata["nUsers"]), int(metadata["nItems"])
    matrix = scipy.sparse.csr_matrix((confidence.astype(np.float32), (users, items)), shape=shape)
    model = AlternatingLeastSquares(
        factors=int(metadata["factors"]),
        regularization=float(metadata["regularization"]),
        alpha=1.0,
        dtype=np.float32,
        use_native=True,
        use_cg=metadata["useCg"] == "true",
        iterations=int(metadata["iterations"]),
        num_threads=1,
        random_state=int(metadata["seed"]),
    )
    if "start" in arrays:
        model.item_factors = arrays["start"].copy()
        model.user_factors = np.zeros((shape[0], model.factors), np.float32)
    model.fit(matrix, show_progress=False)
    recalculated = model.recalculate_user(np.arange(shape[0]), matrix)
    safetensors.write(
        factors_path,
        {"user_factors": model.user_factors, "item_factors": model.item_factors, "recalculated_users": recalculated},
        {"implicit": implicit.__version__, "numpy": np.__version__, "scipy": scipy.__version__},
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
