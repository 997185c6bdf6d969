"""EASE (Steck 2019) and its closed form on each item's neighbours, with EDLAE's diagonal (Steck 2020), in float64. It
shares no code with the TypeScript it is held against.

    python linear_numpy.py PROBLEM.safetensors WEIGHTS.safetensors

PROBLEM: users, items I32 [n], no (user, item) twice; metadata nUsers, nItems, regularization, dropout, neighbours.
WEIGHTS: inverse F64 [items x items], (X'X + D)^-1; slim F64 [items x items], row: the item in the history, column: the
item that is scored.
"""
import sys

import numpy as np

import safetensors


def main(problem_path, weights_path):
    tensors, metadata = safetensors.read(problem_path)
    n = int(metadata["nItems"])
    p = float(metadata["dropout"])
    X = np.zeros((int(metadata["nUsers"]), n))
    X[tensors["users"], tensors["items"]] = 1.0
    G = X.T @ X
    d = np.diag(G)
    A = G + np.diag(float(metadata["regularization"]) + p / (1.0 - p) * d)
    # chosen in float32 as ours are: a tie is to stay one, and the lower index is kept
    norms = np.sqrt(d).astype(np.float32)
    lengths = np.outer(norms, norms)
    cosine = np.where(G > 0, G.astype(np.float32) / np.where(lengths > 0, lengths, 1), 0)
    np.fill_diagonal(cosine, 0)
    slim = np.zeros((n, n))
    for i in range(n):
        near = np.argsort(-cosine[i], kind="stable")[: int(metadata["neighbours"])]
        near = near[cosine[i, near] > 0]
        slim[near, i] = np.linalg.solve(A[np.ix_(near, near)], G[near, i])
    safetensors.write(weights_path, {
        "inverse": np.linalg.inv(A),
        "slim": slim,
    }, {"numpy": np.__version__})


if __name__ == "__main__":
    main(*sys.argv[1:])
