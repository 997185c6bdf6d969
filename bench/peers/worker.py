"""The peers' side of the benchmark: takes commands from stdin, one JSON document a line, and answers with one a line.

    python worker.py implicit|irspack|buffalo|lightfm-next|fastapi

A command is {"do": NAME, …}; the answer is what the function of that name below returns, or {"error": text}. Data come and
factors go in .safetensors files. The process lives as long as the run, so what is measured is the job and not the start.
"""
import importlib.metadata
import json
import os
import sys
import time
import traceback

import numpy as np
import scipy.sparse
from threadpoolctl import threadpool_info

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracles"))
import safetensors  # noqa: E402
from engines import ENGINES  # noqa: E402
from models import fit_model  # noqa: E402

STATE = {}


def matrix_of(tensors, metadata):
    """[users x items], the weights w of the interactions."""
    shape = int(metadata["nUsers"]), int(metadata["nItems"])
    return scipy.sparse.csr_matrix((tensors["weights"], (tensors["users"], tensors["items"])), shape=shape)


def features_of(tensors, metadata):
    """[items x features], 1 where an item has a feature; None where the file tells of none."""
    if "features" not in tensors:
        return None
    entries = np.ones(len(tensors["features"]), np.float32), (tensors["featureItems"], tensors["features"])
    return scipy.sparse.csr_matrix(entries, shape=(int(metadata["nItems"]), len(json.loads(metadata["featureNames"]))))


def hello():
    """Versions, and the BLAS kernels that this process runs."""
    names = ["numpy", "scipy", "pandas", "threadpoolctl", "implicit", "irspack", "buffalo", "lightfm-next"]
    names += ["fastapi", "starlette", "pydantic", "orjson", "uvicorn", "uvloop", "httptools"]
    installed = {dist.metadata["Name"].lower() for dist in importlib.metadata.distributions()}
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    return {
        "python": sys.version.split()[0],
        "versions": {name: importlib.metadata.version(name) for name in names if name in installed},
        "blas": [{key: pool[key] for key in ("internal_api", "version", "architecture", "num_threads")} for pool in pools],
    }


def load(file):
    tensors, metadata = safetensors.read(file)
    STATE.update(matrix=matrix_of(tensors, metadata), features=features_of(tensors, metadata))
    return {"interactions": STATE["matrix"].nnz}


def fit(
    factors, alpha, regularization, iterations, threads, solver, start, cgSteps=3, block=None, regularizationScaling="none", unobservedWeight=1,
    snapshots=(), out=None,
):
    """Milliseconds of each iteration and of the whole fit; factors after the iterations named in snapshots go to out-N, which is not timed."""
    item_start, _ = safetensors.read(start)
    engine = ENGINES[sys.argv[1]](
        STATE["matrix"], factors, float(alpha), float(regularization), threads, solver, item_start["start"], steps=cgSteps, block=block,
        scaling=regularizationScaling, unobserved=float(unobservedWeight),
    )
    each = []
    begun = time.perf_counter()
    engine.prepare()
    prepared = 1000 * (time.perf_counter() - begun)
    for iteration in range(1, iterations + 1):
        at = time.perf_counter()
        engine.iterate()
        each.append(1000 * (time.perf_counter() - at))
        if iteration in snapshots:
            X, Y = engine.factors()
            arrays = {"users": np.ascontiguousarray(X, np.float32), "items": np.ascontiguousarray(Y, np.float32)}
            safetensors.write(f"{out}-{iteration}.safetensors", arrays, {})
    return {"each": each, "total": prepared + sum(each)}


def fit_whole(model, config, seed, threads, out):
    """Milliseconds of one of the library's own models (models.py), whose scores of all items for all users go to `out`."""
    ms, scores = fit_model(STATE["matrix"], STATE["features"], model, config, seed, threads, time.perf_counter)
    safetensors.write(out, {"scores": scores}, {})
    return {"ms": ms}


def loss(file, alpha, regularization):
    """docs/math/als.md: sum over all pairs of c (p - s)^2 + lambda (|X|^2 + |Y|^2), in float64, for anybody's factors."""
    tensors, _ = safetensors.read(file)
    X, Y = tensors["users"].astype(np.float64), tensors["items"].astype(np.float64)
    W = STATE["matrix"]
    unobserved = float(((X.T @ X) * (Y.T @ Y)).sum())
    observed = 0.0
    step = max(1, 2_000_000 // max(1, W.nnz // W.shape[0]) // 4)
    for begin in range(0, W.shape[0], step):
        rows = W[begin:begin + step]
        users = begin + np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
        s = np.empty(rows.nnz)
        for part in range(0, rows.nnz, 100_000):
            these = slice(part, part + 100_000)
            s[these] = np.einsum("nk,nk->n", X[users[these]], Y[rows.indices[these]])
        c = 1.0 + alpha * rows.data.astype(np.float64)
        observed += float((c * (1.0 - s) ** 2 - s**2).sum())
    return {"loss": observed + unobserved + regularization * float((X**2).sum() + (Y**2).sum())}


def top_k(file, k, threads, users):
    """Milliseconds of implicit's batch recommend for the first users, and what their scores sum to."""
    from implicit.cpu.als import AlternatingLeastSquares

    if STATE.get("lists_of") != file:
        tensors, _ = safetensors.read(file)
        model = AlternatingLeastSquares(factors=tensors["items"].shape[1], num_threads=threads)
        model.user_factors, model.item_factors = tensors["users"].copy(), tensors["items"].copy()
        STATE.update(lists_of=file, model=model)
    model = STATE["model"]
    model.num_threads = threads
    userids = np.arange(users)
    seen = STATE["matrix"][:users]
    begun = time.perf_counter()
    _, scores = model.recommend(userids, seen, N=k, filter_already_liked_items=True)
    elapsed = 1000 * (time.perf_counter() - begun)
    return {"ms": elapsed, "scoreSum": float(scores.astype(np.float64).sum())}


COMMANDS = {"hello": hello, "load": load, "fit": fit, "fitModel": fit_whole, "loss": loss, "topK": top_k}

if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    if sys.argv[1] in ("implicit", "fastapi"):
        import implicit.cpu.als  # noqa: F401  its BLAS is to be seen by hello
    for line in sys.stdin:
        command = json.loads(line)
        name = command.pop("do")
        try:
            answer = COMMANDS[name](**command)
        except Exception:
            answer = {"error": traceback.format_exc()}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
