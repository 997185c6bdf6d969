"""The main job as one would write it with pandas, scipy and implicit: a file of ratings to a saved model and its numbers.

    python end_to_end.py FILE SEPARATOR HEADER OUT THREADS

FILE: user, item, rating, time, in that order; HEADER: 1 where the first line names them. OUT: a folder.
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


def ranks_of(held_scores, held_items, scores, seen):
    """1 + how many candidates score at least as much as the held-out item; seen items are none."""
    rows = np.repeat(np.arange(len(scores)), np.diff(seen.indptr))
    scores[rows, seen.indices] = -np.inf
    return (scores >= held_scores[:, None]).sum(axis=1) - (held_scores > -np.inf) + 1


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


def main(path, separator, header, out, threads):
    users, items, ratings, times, user_ids, item_ids = read(path, separator, header == "1")
    held = last_of_each(users, times)
    kept = np.ones(len(users), bool)
    kept[held] = False
    shape = len(user_ids), len(item_ids)
    train = csr_matrix((1.0 + ALPHA * np.log1p(ratings[kept]), (users[kept], items[kept])), shape=shape, dtype=np.float32)

    model = AlternatingLeastSquares(
        factors=FACTORS, regularization=0.1, alpha=1.0, iterations=ITERATIONS, num_threads=int(threads), random_state=SEED
    )
    model.fit(train, show_progress=False)

    popularity = np.bincount(items[kept], minlength=shape[1]).astype(np.float32)
    held_users, held_items = users[held], items[held]
    ranks = {"als": np.empty(len(held), np.int64), "popularity": np.empty(len(held), np.int64)}
    step = max(1, 50_000_000 // shape[1])
    for begin in range(0, len(held), step):
        part = slice(begin, begin + step)
        seen = train[held_users[part]]
        scores = model.user_factors[held_users[part]] @ model.item_factors.T
        relevant = scores[np.arange(len(scores)), held_items[part]]
        ranks["als"][part] = ranks_of(relevant, held_items[part], scores, seen)
        scores = np.broadcast_to(popularity, scores.shape).copy()
        ranks["popularity"][part] = ranks_of(popularity[held_items[part]], held_items[part], scores, seen)

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
