"""One class a model: the peers' own, fitted by its own call, and its scores.

    Model(W, F, config, seed, threads)   W: [users x items] weights w = ln(1 + rating); F: [items x features] indicators, or None
    fit()                                what is timed: the library's fit, no more
    scores()                             [users x items] float32 as its predictions are, less what is the same for all items of a user

The settings of a config are the library's own, by its own names; what is not among them stays as the library has it.
"""
import numpy as np
import scipy.sparse as sp


class Factors:
    """implicit's models of factors."""

    def fit(self):
        self.model.fit(self.W, show_progress=False)

    def scores(self):
        return self.model.user_factors @ self.model.item_factors.T


class ImplicitAls(Factors):
    """c = alpha * w where there is an interaction, 1 elsewhere; ours is 1 + alpha * w."""

    def __init__(self, W, F, config, seed, threads):
        from implicit.cpu.als import AlternatingLeastSquares

        self.W, self.model = W, AlternatingLeastSquares(**config, num_threads=threads, random_state=seed)


class ImplicitBpr(Factors):
    """The weights have no say. On several threads no two fits are the same."""

    def __init__(self, W, F, config, seed, threads):
        from implicit.cpu.bpr import BayesianPersonalizedRanking

        self.W, self.model = W, BayesianPersonalizedRanking(**config, num_threads=threads, random_state=seed)


class ImplicitBm25:
    """A score is the sum of w * similarity over the history, as its recommend has it."""

    def __init__(self, W, F, config, seed, threads):
        from implicit.nearest_neighbours import BM25Recommender

        self.W, self.model = W, BM25Recommender(**config, num_threads=threads)

    def fit(self):
        self.model.fit(self.W, show_progress=False)

    def scores(self):
        return (self.W @ self.model.similarity).toarray().astype(np.float32)


class Warp:
    """LightFM with its loss WARP; the weights have no say. On several threads no two fits are the same."""

    def __init__(self, W, F, config, seed, threads):
        from lightfm import LightFM

        self.F, self.threads = F, threads
        self.positives = sp.coo_matrix((np.ones(W.nnz, np.float32), W.nonzero()), shape=W.shape)
        settings = dict(config)
        self.epochs = settings.pop("epochs")
        self.model = LightFM(**settings, loss="warp", random_state=seed)

    def fit(self):
        self.model.fit(self.positives, item_features=self.F, epochs=self.epochs, num_threads=self.threads)

    def scores(self):
        biases, items = self.model.get_item_representations(self.F)
        _, users = self.model.get_user_representations()
        return users @ items.T + biases


class LightfmWarp(Warp):
    """Items by their index alone."""

    def __init__(self, W, F, config, seed, threads):
        super().__init__(W, None, config, seed, threads)


class LightfmHybrid(Warp):
    """An item is the sum of its own embedding and those of its features."""

    def __init__(self, W, F, config, seed, threads):
        both = sp.hstack([sp.identity(W.shape[1], np.float32), F], format="csr", dtype=np.float32)
        super().__init__(W, both, config, seed, threads)


MODELS = {
    "implicit als": ImplicitAls, "implicit bpr": ImplicitBpr, "implicit bm25": ImplicitBm25,
    "lightfm-next warp": LightfmWarp, "lightfm-next hybrid": LightfmHybrid,
}


def fit_model(W, F, model, config, seed, threads, clock):
    """Milliseconds of the fit by `clock`, and the scores; NaN for items that nobody had and no feature tells of."""
    fitted = MODELS[model](W, F, config, seed, threads)
    begun = clock()
    fitted.fit()
    ms = 1000 * (clock() - begun)
    scores = np.ascontiguousarray(fitted.scores(), np.float32)
    if model != "lightfm-next hybrid":
        scores[:, np.bincount(W.indices, minlength=W.shape[1]) == 0] = np.nan
    return ms, scores
