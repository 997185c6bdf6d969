"""Implicit ALS in float64, straight from Hu, Koren, Volinsky 2008 (Collaborative Filtering for Implicit Feedback
Datasets), equations 4 and 5. It shares no code with the TypeScript it is held against.

    python als_numpy.py PROBLEM.safetensors FACTORS.safetensors

PROBLEM: users, items I32 [n] and ratings F32 [n], no (user, item) twice; start F32 [items x factors], the item factors
to start from; metadata nUsers, alpha, regularization, iterations.
FACTORS: user_factors, item_factors F64; top U32 [users x 10], the items with the greatest scores that the user has not
had, equal ones in the order of their index; metadata numpy, python, losses (JSON, eq. 3 after each iteration).
"""
import json
import platform
import sys

import numpy as np

import safetensors


def solve_side(Y, index, other, r, n_rows, alpha, lam):
    """Every row's x_u = (Y'Y + Y'(C^u - I)Y + lambda I)^-1 Y' C^u p(u).

    index, other, r: the row, the opposite row and the weight of each interaction.
    """
    factors = Y.shape[1]
    YtY = Y.T @ Y
    X = np.empty((n_rows, factors))
    for u in range(n_rows):
        mine = np.flatnonzero(index == u)
        y = Y[other[mine]]
        c = 1.0 + alpha * r[mine]
        A = YtY + y.T @ ((c - 1.0)[:, None] * y) + lam * np.eye(factors)
        b = y.T @ c
        X[u] = np.linalg.solve(A, b)
    return X


def loss(X, Y, users, items, r, alpha, lam):
    """Equation 3, over the whole matrix."""
    P = np.zeros((len(X), len(Y)))
    C = np.ones_like(P)
    P[users, items] = 1.0
    C[users, items] = 1.0 + alpha * r
    return float((C * (P - X @ Y.T) ** 2).sum() + lam * ((X**2).sum() + (Y**2).sum()))


def top10(X, Y, users, items):
    scores = X @ Y.T
    scores[users, items] = -np.inf
    scores[:, ~np.isin(np.arange(len(Y)), items)] = -np.inf  # nobody had it: no score
    return np.argsort(-scores, axis=1, kind="stable")[:, :10].astype("<u4")


def main(problem_path, factors_path):
    arrays, metadata = safetensors.read(problem_path)
    users, items = arrays["users"], arrays["items"]
    r = np.log(1.0 + arrays["ratings"].astype(np.float64))
    Y = arrays["start"].astype(np.float64)
    n_users, n_items = int(metadata["nUsers"]), len(Y)
    alpha, lam = float(metadata["alpha"]), float(metadata["regularization"])
    losses = []
    for _ in range(int(metadata["iterations"])):
        X = solve_side(Y, users, items, r, n_users, alpha, lam)
        Y = solve_side(X, items, users, r, n_items, alpha, lam)
        losses.append(loss(X, Y, users, items, r, alpha, lam))
    X = solve_side(Y, users, items, r, n_users, alpha, lam)  # the users once more, for the final items
    safetensors.write(
        factors_path,
        {"user_factors": X, "item_factors": Y, "top": top10(X, Y, users, items)},
        {"numpy": np.__version__, "python": platform.python_version(), "losses": json.dumps(losses)},
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
