"""Growth of an area is carried on where it is more than chance, and not where it is chance."""

import numpy as np
import pandas as pd

from territory.incentives.forecast.rates import area_momentum


def field(spread, seed):
    rng = np.random.default_rng(seed)
    area = pd.Series(np.repeat([f"T{at:02d}" for at in range(20)], 40))
    real = np.repeat(np.exp(rng.normal(0.0, spread, 20)), 40)
    fitted = rng.lognormal(10.0, 0.8, 800)
    return area, fitted, fitted * real * rng.lognormal(-0.02, 0.2, 800)


def test_what_chance_does_to_areas_alike_is_not_carried_on():
    carried = [area_momentum(*field(0.0, seed))[0].abs().max() > 0 for seed in range(40)]
    assert np.mean(carried) <= 0.1


def test_growth_that_areas_have_is_carried_on_but_for_what_is_chance_in_it():
    area, fitted, sold = field(0.15, 1)
    lasting, spread = area_momentum(area, fitted, sold)
    plain = np.log(pd.Series(sold).groupby(area).sum() / pd.Series(fitted).groupby(area).sum())
    drawn = np.log1p(lasting) / plain
    assert ((drawn > 0.4) & (drawn < 1.0)).all()
    assert abs(spread - plain.std()) < 1e-12
