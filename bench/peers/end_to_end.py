"""The main job as one would write it with pandas, scipy and implicit: a file of ratings to a saved model and its numbers.

    python end_to_end.py FILE SEPARATOR HEADER OUT THREADS [ITERATIONS]

FILE: user, item, rating, time, in that order; HEADER: 1 where the first line names them. OUT: a folder. With ITERATIONS it ends with the fit.
Leave-last-out by time (ties by the file's order), ALS with 64 factors and 15 iterations, recall@10 and NDCG@10 over all items
that the user has not had, popularity beside it, 95 % bootstrap intervals over users from 1,000 resamples, ids and factors saved.
It is what this repository's own command does, less its further baselines, titles, checks and checksums.
"""
import json
import os
import sys

import numpy as np
import pandas as pd
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

K, FACTORS, ITERATIONS, ALPHA, RESAMPLES, SEED = 10, 64, 15, 40.0, 1000, 42


def read(path, separator, header):
    frame = pd.read_csv(
        path, sep=separator, header=0 if header else None, names=["user", "item", "rating", "time"],
        dtype={"user": str, "item": str, "rating": np.float32, "time": np.int64}, engine="c",
    )
    users, user_ids = pd.factorize(frame["user"])
    items, item_ids = pd.factorize(frame["item"])
    return users.astype(np.int32), items.astype(np.int32), frame["rating"].to_numpy(), frame["time"].to_numpy(), user_ids, item_ids


def last_of_each(users, times):
    """Positions of every user's last interaction, of those that have at least two."""
    order = np.lexsort((times, users))
    last = np.flatnonzero(np.diff(users[order], append=-1))
    counts = np.diff(last, prepend=-1)
    return order[last[counts > 1]]


def ranks_of(scores, held_scores, seen):
    """1 + how many candidates score at least as much as the held-out item; seen items are no candidates, itself does not count."""
    rows = np.repeat(np.arange(len(scores)), np.diff(seen.indptr))
    seen_above = np.bincount(rows, scores[rows, seen.indices] >= held_scores[rows], minlength=len(scores)).astype(np.int64)
    return np.count_nonzero(scores >= held_scores[:, None], axis=1) - seen_above


def popularity_ranks(popularity, held_items, seen):
    """The same for scores that all users share: counted once by sorting."""
    held_scores = popularity[held_items]
    at_least = len(popularity) - np.searchsorted(np.sort(popularity), held_scores, side="left")
    rows = np.repeat(np.arange(len(held_items)), np.diff(seen.indptr))
    return at_least - np.bincount(rows, popularity[seen.indices] >= held_scores[rows], minlength=len(held_items)).astype(np.int64)


def measure(ranks, rng):
    hit = ranks <= K
    values = {"recall@10": hit.astype(np.float64), "ndcg@10": np.where(hit, 1 / np.log2(1 + ranks), 0.0)}
    n = len(ranks)
    sums = {name: np.empty(RESAMPLES) for name in values}
    for sample in range(RESAMPLES):
        weights = np.bincount(rng.integers(0, n, n), minlength=n)
        for name in values:
            sums[name][sample] = weights @ values[name] / n
    return {name: [float(values[name].mean()), *np.quantile(sums[name], [0.025, 0.975]).tolist()] for name in values}


def main(path, separator, header, out, threads, iterations=None):
    threadpool_limits(int(threads), "blas")
    users, items, ratings, times, user_ids, item_ids = read(path, separator, header == "1")
    held = last_of_each(users, times)
    kept = np.ones(len(users), bool)
    kept[held] = False
    shape = len(user_ids), len(item_ids)
    train = csr_matrix((1.0 + ALPHA * np.log1p(ratings[kept]), (users[kept], items[kept])), shape=shape, dtype=np.float32)

    model = AlternatingLeastSquares(
        factors=FACTORS, regularization=0.1, alpha=1.0, iterations=int(iterations or ITERATIONS), num_threads=int(threads), random_state=SEED
    )
    with threadpool_limits(1, "blas"):  # as implicit's authors advise; the matrix products below may use every thread
        model.fit(train, show_progress=False)
    if iterations:
        return

    popularity = np.bincount(items[kept], minlength=shape[1]).astype(np.float32)
    held_users, held_items = users[held], items[held]
    als_ranks = np.empty(len(held), np.int64)
    step = max(1, 50_000_000 // shape[1])
    for begin in range(0, len(held), step):
        part = slice(begin, begin + step)
        scores = model.user_factors[held_users[part]] @ model.item_factors.T
        als_ranks[part] = ranks_of(scores, scores[np.arange(len(scores)), held_items[part]], train[held_users[part]])
    ranks = {"als": als_ranks, "popularity": popularity_ranks(popularity, held_items, train[held_users])}

    rng = np.random.default_rng(SEED)
    numbers = {name: measure(ranks[name], rng) for name in ranks}
    ids, _ = model.recommend(np.arange(10), train[:10], N=K, filter_already_liked_items=True)
    os.makedirs(out, exist_ok=True)
    model.save(os.path.join(out, "model.npz"))
    for name, known in (("users", user_ids), ("items", item_ids)):
        with open(os.path.join(out, f"{name}.json"), "w") as file:
            json.dump(list(known), file)
    with open(os.path.join(out, "metrics.json"), "w") as file:
        json.dump(numbers, file)
    print(json.dumps(numbers))


if __name__ == "__main__":
    main(*sys.argv[1:])
