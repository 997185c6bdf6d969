"""LightGBM's own lambdarank, scores and SHAP values; and the same of a model's text that it is given.

    python lightgbm_rank.py PROBLEM.safetensors ANSWER.safetensors

PROBLEM: features F32 [rows x features], sizes I32 [groups], labels U8 [rows], model U8, a text in LightGBM's format;
metadata parameters, a JSON object for lightgbm.train, and rounds.
ANSWER: text U8, the model that LightGBM trained; scores F64 [rows] and contributions F64 [rows x (features + 1)] of it;
given_scores and given_contributions of the model in PROBLEM; given_gain F64 [features], given_splits I32 [features].
"""
import json
import sys

import lightgbm
import numpy as np

import safetensors


def main(problem_path, answer_path):
    tensors, metadata = safetensors.read(problem_path)
    features = np.ascontiguousarray(tensors["features"])
    parameters = json.loads(metadata["parameters"])
    data = lightgbm.Dataset(features, tensors["labels"], group=tensors["sizes"], params=parameters)
    trained = lightgbm.train(parameters, data, int(metadata["rounds"]))
    given = lightgbm.Booster(model_str=tensors["model"].tobytes().decode())
    safetensors.write(answer_path, {
        "text": np.frombuffer(trained.model_to_string().encode(), "u1"),
        "scores": trained.predict(features),
        "contributions": trained.predict(features, pred_contrib=True),
        "given_scores": given.predict(features),
        "given_contributions": given.predict(features, pred_contrib=True),
        "given_gain": given.feature_importance("gain").astype("f8"),
        "given_splits": given.feature_importance("split").astype("i4"),
    }, {"lightgbm": lightgbm.__version__, "python": sys.version.split()[0]})


if __name__ == "__main__":
    main(*sys.argv[1:])
