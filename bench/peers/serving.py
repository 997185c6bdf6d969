"""The service that a Python team writes: FastAPI on uvicorn (uvloop, httptools), lists by implicit, answers by orjson.

    python serving.py ARTIFACTS async|def THREADS

It reads the live version of a folder of ours, says its address on a line, and answers GET /recommend?user_id=&n= with the fields
that ours answers with, what the user has had left out. Whatever can be made once is made at the start: rows of the history, each
item's part of an answer. orjson and a Response of its own are quicker than a response model (bench/README.md); whether an async endpoint
or one in the pool of threads is quicker, and with how many threads of implicit's, depends on the size: the benchmark tries.
"""
import json
import os
import socket
import sys

import numpy as np
import orjson
import scipy.sparse
import uvicorn
from fastapi import FastAPI, HTTPException, Query, Response
from implicit.cpu.als import AlternatingLeastSquares

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracles"))
import safetensors  # noqa: E402

folder, endpoint, threads = sys.argv[1:]
with open(os.path.join(folder, "CURRENT")) as file:
    version = file.readline().strip()


def path_of(name):
    return os.path.join(folder, version, name)


def document(name):
    with open(path_of(name)) as file:
        return json.load(file)


tensors, _ = safetensors.read(path_of("als_model.safetensors"))
history, _ = safetensors.read(path_of("history.safetensors"))
model = AlternatingLeastSquares(factors=tensors["item_factors"].shape[1], num_threads=int(threads))
model.user_factors, model.item_factors = tensors["user_factors"].copy(), tensors["item_factors"].copy()
seen = scipy.sparse.csr_matrix(
    (history["weights"], history["items"], history["indptr"].astype(np.int32)), shape=(len(model.user_factors), len(model.item_factors)),
)
rows = [seen[user] for user in range(seen.shape[0])]
users = {user_id: user for user, user_id in enumerate(document("user_map.json"))}
items = [
    {"item_id": item_id, "title": title, "attributes": attributes}
    for item_id, title, attributes in zip(document("item_map.json"), document("item_titles.json"), document("item_attributes.json"))
]

app = FastAPI()


def recommend(user_id, n):
    user = users.get(user_id)
    if user is None:
        raise HTTPException(404, "unknown user")
    ids, scores = model.recommend(user, rows[user], N=n, filter_already_liked_items=True)
    best = [{"rank": rank, "score": score, **items[item]} for rank, (item, score) in enumerate(zip(ids.tolist(), scores.tolist()), 1)]
    return Response(orjson.dumps({"version": version, "user_id": user_id, "recommendations": best}), media_type="application/json")


if endpoint == "async":

    @app.get("/recommend")
    async def recommend_here(user_id: str, n: int = Query(10, ge=1, le=1000)):
        return recommend(user_id, n)

else:

    @app.get("/recommend")
    def recommend_in_pool(user_id: str, n: int = Query(10, ge=1, le=1000)):
        return recommend(user_id, n)


if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    config = uvicorn.Config(app, loop="uvloop", http="httptools", access_log=False, log_level="warning")
    uvicorn.Server(config).run(sockets=[listener])
