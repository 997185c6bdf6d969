"""The rankers beside ours: takes commands from stdin, one JSON document a line, and answers with one a line, as worker.py does.

    python rankers.py

load: rows of a .safetensors file, columns F32 [features x rows], groups U32 [groups + 1], labels U8 [rows], by the name given.
train: milliseconds from the arrays to the trained model, LightGBM's lambdarank or CatBoost's YetiRank; bins included.
predict: milliseconds of the scores of rows, which go to `out`.
"""
import importlib.metadata
import json
import os
import sys
import time
import traceback

import catboost
import lightgbm
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracles"))
import safetensors  # noqa: E402

STATE = {}


def hello():
    return {"python": sys.version.split()[0], "versions": {name: importlib.metadata.version(name) for name in ("lightgbm", "catboost", "numpy")}}


def load(name, file):
    tensors, _ = safetensors.read(file)
    STATE[name] = np.ascontiguousarray(tensors["columns"].T), tensors["labels"], np.diff(tensors["groups"].astype(np.int64))
    return {"rows": len(tensors["labels"])}


def by_lightgbm(trees, leaves, rate, rows, penalty, share, threads, seed):
    features, labels, sizes = STATE["training"]
    parameters = {
        "objective": "lambdarank", "learning_rate": rate, "num_leaves": leaves, "min_data_in_leaf": rows, "lambda_l2": penalty,
        "feature_fraction": share, "lambdarank_truncation_level": 30,
        "max_bin": 255, "num_threads": threads, "seed": seed, "verbosity": -1,
    }
    model = lightgbm.train(parameters, lightgbm.Dataset(features, labels, group=sizes, params=parameters), trees)
    return lambda rows: model.predict(rows, num_threads=threads)


def by_catboost(trees, leaves, rate, _rows, _penalty, _share, threads, seed):
    # its own penalty and all features: with ours it orders worse (NDCG@10 .2795 instead of .2850 on the table of ml-1m)
    features, labels, sizes = STATE["training"]
    pool = catboost.Pool(features, labels, group_id=np.repeat(np.arange(len(sizes)), sizes), thread_count=threads)
    model = catboost.CatBoost({
        "loss_function": "YetiRank", "iterations": trees, "learning_rate": rate, "depth": max(1, round(np.log2(leaves))), "border_count": 254,
        "thread_count": threads, "random_seed": seed, "verbose": False, "allow_writing_files": False,
    })
    model.fit(pool)
    return lambda rows: model.predict(rows, thread_count=threads)


LIBRARIES = {"lightgbm": by_lightgbm, "catboost": by_catboost}


def train(library, trees, leaves, rate, rows, penalty, share, threads, seed):
    begun = time.perf_counter()
    STATE[library] = LIBRARIES[library](trees, leaves, rate, rows, penalty, share, threads, seed)
    return {"ms": 1000 * (time.perf_counter() - begun)}


def predict(library, name, out):
    begun = time.perf_counter()
    scores = STATE[library](STATE[name][0])
    elapsed = 1000 * (time.perf_counter() - begun)
    safetensors.write(out, {"scores": np.asarray(scores, np.float64)}, {})
    return {"ms": elapsed}


COMMANDS = {"hello": hello, "load": load, "train": train, "predict": predict}

if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    for line in sys.stdin:
        command = json.loads(line)
        name = command.pop("do")
        try:
            answer = COMMANDS[name](**command)
        except Exception:
            answer = {"error": traceback.format_exc()}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
