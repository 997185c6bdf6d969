"""One class a peer: its ALS on our problem, iteration by iteration.

Ours is c = 1 + alpha * w, p = 1 where there is an interaction, c0 = unobserved elsewhere, lambda scaled by none, counts or ials;
docs/math/als.md. Each class says how it converts, and takes of c0 and the scalings what its library has. prepare() is what the library
does before its first iteration and counts as part of a fit. steps: of cg, for solver cg.
"""
import os
import tempfile

import numpy as np


class Implicit:
    """implicit: confidence c = alpha * r where r is stored, 1 elsewhere. So alpha is 1 and the data are 1 + alpha * w. Exact.

    The calls are those of AlternatingLeastSquares.fit, taken apart so that each iteration can be looked at.
    """

    def __init__(self, W, factors, alpha, regularization, threads, solver, start, steps=3, block=None, scaling="none", unobserved=1.0):
        from implicit.cpu.als import AlternatingLeastSquares

        assert scaling == "none" and unobserved == 1
        self.model = AlternatingLeastSquares(
            factors=factors, regularization=regularization, alpha=1.0, dtype=np.float32, use_native=True,
            use_cg=solver == "cg", num_threads=threads,
        )
        self.model.cg_steps = steps
        self.C = W.copy()
        self.C.data = (1.0 + alpha * W.data).astype(np.float32)
        self.X, self.Y = np.zeros((W.shape[0], factors), np.float32), start.copy()

    def prepare(self):
        self.Ct = self.C.T.tocsr()
        self.solve = self.model.solver

    def iterate(self):
        m = self.model
        self.solve(self.C, self.X, self.Y, m.regularization, num_threads=m.num_threads)
        self.solve(self.Ct, self.Y, self.X, m.regularization, num_threads=m.num_threads)

    def factors(self):
        return self.X, self.Y


class Irspack:
    """irspack: alpha0 * sum of s^2 outside, (alpha0 + x) inside with loss ORIGINAL, reg * (alpha0 * n + count)^nu. So alpha0 = c0,
    nu = 0, or 1 for ials, and x = 1 + alpha * w - c0: twice its loss is ours. Exact but for its start: the users' factors are set to zero
    like ours.

    Solver ialspp: subspaces of `block`; by default 64 as its own, and 32 up to 64 factors, where 64 would be the exact solver. One sweep an
    iteration.
    """

    def __init__(self, W, factors, alpha, regularization, threads, solver, start, steps=3, block=None, scaling="none", unobserved=1.0):
        from irspack.recommenders._ials_core import (
            IALSModelConfigBuilder, IALSSolverConfigBuilder, IALSTrainer, LossType, SolverType,
        )

        assert scaling in ("none", "ials")
        X = W.copy()
        X.data = (1.0 + alpha * W.data - unobserved).astype(np.float32)
        model = (
            IALSModelConfigBuilder().set_K(factors).set_init_stdev(0.1).set_alpha0(unobserved).set_reg(regularization)
            .set_nu(1.0 if scaling == "ials" else 0.0).set_loss_type(LossType.ORIGINAL).set_random_seed(1)
            .build()
        )
        kind = {"cg": SolverType.CG, "cholesky": SolverType.CHOLESKY, "ialspp": SolverType.IALSPP}[solver]
        self.config = (
            IALSSolverConfigBuilder().set_n_threads(threads).set_solver_type(kind).set_max_cg_steps(steps)
            .set_ialspp_iteration(1).set_ialspp_subspace_dimension(min(block or (64 if factors > 64 else 32), factors)).build()
        )
        self.make = lambda: IALSTrainer(model, X)
        self.start = start
        self.shape = W.shape[0], factors

    def prepare(self):
        self.trainer = self.make()
        self.trainer.user = np.zeros(self.shape, np.float32)
        self.trainer.item = self.start.copy()

    def iterate(self):
        self.trainer.step(self.config)

    def factors(self):
        return self.trainer.user, self.trainer.item



class Buffalo:
    """buffalo: c = 1 + alpha * r as ours; reg_u and reg_i are constant, or with adaptive_reg times the counts. Exact but for its start,
    which is set to ours.

    Solver cg is its manual_cg with 3 steps unless said otherwise, cholesky its llt. It reads a file of its own making, which is made once and not timed;
    the calls are those of its ALS.train, without the loss.
    """

    made = None

    def __init__(self, W, factors, alpha, regularization, threads, solver, start, steps=3, block=None, scaling="none", unobserved=1.0):
        import buffalo

        assert scaling in ("none", "counts") and unobserved == 1
        if Buffalo.made is None or Buffalo.made[0] is not W:
            Buffalo.made = W, *self.database(buffalo, W)
        _, self.folder, self.data = Buffalo.made
        option = buffalo.ALSOption().get_default_option()
        option.update(
            d=factors, num_workers=threads, alpha=alpha, reg_u=regularization, reg_i=regularization,
            adaptive_reg=scaling == "counts", num_cg_max_iters=steps,
            optimizer={"cg": "manual_cg", "cholesky": "llt"}[solver], compute_loss_on_training=False,
        )
        self.model = buffalo.ALS(option, data=self.data)
        self.model.initialize()
        self.model.P[:] = 0
        self.model.Q[:] = start

    @staticmethod
    def database(buffalo, W):
        folder = tempfile.TemporaryDirectory()
        option = buffalo.MatrixMarketOptions().get_default_option()
        option.input.main = W
        option.data.tmp_dir = folder.name
        option.data.path = os.path.join(folder.name, "mm.h5py")
        option.data.validation = None
        data = buffalo.data.load(option)
        data.create()
        return folder, data

    def prepare(self):
        self.model.obj.initialize_model(self.model.P, self.model.Q)
        self.buffer = self.model._get_buffer()

    def iterate(self):
        self.model._iterate(self.buffer, group="rowwise")
        self.model._iterate(self.buffer, group="colwise")

    def factors(self):
        return self.model.P, self.model.Q


ENGINES = {"implicit": Implicit, "irspack": Irspack, "buffalo": Buffalo}
