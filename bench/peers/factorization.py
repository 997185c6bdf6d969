"""Tunes the peers' BPR, WARP and hybrid on the validation item: implicit's own code and LightFM's, 40 drawn configurations each.

    python factorization.py FOLDER implicit-bpr|lightfm-bpr|lightfm-warp|lightfm-hybrid LOG

FOLDER is what ../factorization-peers.ts writes: train.tsv and validation.tsv (user, item), features.tsv (item, feature). Ranks are
pessimistic over all items with training interactions, seen items left out, as ours. Every fit is a line of LOG; one that stands
there already is not done again. Ranges are those of our options, converted; what the best five come to is the mean of three seeds.
"""
import json
import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np  # noqa: E402
import scipy.sparse as sp  # noqa: E402

DRAWN, FINALISTS, SEEDS, THREADS = 40, 5, [1, 2, 3], 1
folder, model, log = sys.argv[1:]


def read(name):
    return np.loadtxt(os.path.join(folder, name), dtype=np.int64, delimiter="\t").reshape(-1, 2).T


train, validation, features = read("train.tsv"), read("validation.tsv"), read("features.tsv")
n_users = int(max(train[0].max(), validation[0].max())) + 1
n_items = int(max(train[1].max(), validation[1].max(), features[0].max())) + 1
W = sp.csr_matrix((np.ones(train.shape[1], np.float32), train), shape=(n_users, n_items))
had = np.asarray(W.sum(axis=0)).ravel() > 0
F = sp.hstack([sp.identity(n_items, np.float32), sp.csr_matrix((np.ones(features.shape[1], np.float32), features), shape=(n_items, int(features[1].max()) + 1))]).tocsr()


def measure(users, items):
    """NDCG@10 and recall@10 of scores users @ items.T."""
    scores = users[validation[0]] @ items.T
    scores[~np.isfinite(scores)] = -np.inf
    scores[:, ~had] = -np.inf
    own = scores[np.arange(len(scores)), validation[1]].copy()
    for row, user in enumerate(validation[0]):
        scores[row, W[user].indices] = -np.inf
    ranks = (scores >= own[:, None]).sum(axis=1).astype(float)
    ranks[~np.isfinite(own)] = np.inf
    hit = ranks <= 10
    return float(np.where(hit, 1 / np.log2(1 + np.where(hit, ranks, 1)), 0).mean()), float(hit.mean())


def implicit_bpr(config, seed):
    from implicit.cpu.bpr import BayesianPersonalizedRanking

    m = BayesianPersonalizedRanking(
        factors=config["factors"], learning_rate=config["learningRate"], regularization=config["regularization"],
        iterations=config["epochs"], num_threads=THREADS, random_state=seed,
    )
    m.fit(W, show_progress=False)
    return m.user_factors, m.item_factors


def lightfm(loss, hybrid):
    def fit(config, seed):
        from lightfm import LightFM

        m = LightFM(
            no_components=config["factors"], loss=loss, learning_rate=config["learningRate"], item_alpha=config["itemRegularization"],
            user_alpha=config["userRegularization"], max_sampled=config.get("tries", 10), random_state=seed,
        )
        m.fit(W.tocoo(), item_features=F if hybrid else None, epochs=config["epochs"], num_threads=THREADS)
        bias, items = m.get_item_representations(F if hybrid else None)
        _, users = m.get_user_representations()
        return np.hstack([users, np.ones((n_users, 1), np.float32)]), np.hstack([items, bias[:, None]])

    return fit


MODELS = {
    "implicit-bpr": (implicit_bpr, {"learningRate": (0.003, 0.3), "regularization": (0.0001, 0.3)}),
    "lightfm-bpr": (lightfm("bpr", False), {"learningRate": (0.01, 0.3), "userRegularization": (1e-7, 1e-3), "itemRegularization": (1e-7, 1e-3)}),
    "lightfm-warp": (lightfm("warp", False), {"learningRate": (0.01, 0.3), "userRegularization": (1e-7, 1e-3), "itemRegularization": (1e-7, 1e-3), "tries": (5, 100)}),
    "lightfm-hybrid": (lightfm("warp", True), {"learningRate": (0.01, 0.3), "userRegularization": (1e-7, 1e-3), "itemRegularization": (1e-7, 1e-3), "tries": (5, 100)}),
}
INTEGERS = {"factors": (16, 256), "epochs": (10, 200)}


def drawn(rng, ranges):
    config = {}
    for name, (low, high) in {**INTEGERS, **ranges}.items():
        value = low * (high / low) ** rng.random()
        config[name] = int(round(value)) if name in INTEGERS or name == "tries" else float(f"{value:.2g}")
    return config


fit, ranges = MODELS[model]
looks = [json.loads(line) for line in open(log)] if os.path.exists(log) else []


def look(config, seed):
    for one in looks:
        if one["model"] == model and one["config"] == config and one["seed"] == seed:
            return one
    begun = time.perf_counter()
    users, items = fit(config, seed)
    seconds = round(time.perf_counter() - begun, 3)
    ndcg, recall = measure(users, items)
    one = {"model": model, "config": config, "seed": seed, "ndcg@10": ndcg, "recall@10": recall, "seconds": seconds}
    looks.append(one)
    with open(log, "a") as out:
        out.write(json.dumps(one) + "\n")
    return one


rng = np.random.default_rng(1)
first = sorted((look(drawn(rng, ranges), SEEDS[0]) for _ in range(DRAWN)), key=lambda one: -one["ndcg@10"])
for one in first[:FINALISTS]:
    each = [look(one["config"], seed) for seed in SEEDS]
    print(model, *(f"{np.mean([e[name] for e in each]):.4f}" for name in ("ndcg@10", "recall@10")), f"{one['seconds']} s", json.dumps(one["config"]), flush=True)
