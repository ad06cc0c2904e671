"""Growth of an area is carried on where it is more than chance, as far as years show it to last."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from territory.incentives.forecast.momentum import AreaYear, area_year, lasting_growth


def field(spread, seed):
    rng = np.random.default_rng(seed)
    area = pd.Series(np.repeat([f"T{at:02d}" for at in range(20)], 40))
    real = np.repeat(np.exp(rng.normal(0.0, spread, 20)), 40)
    fitted = rng.lognormal(10.0, 0.8, 800)
    return area, fitted, fitted * real * rng.lognormal(-0.02, 0.2, 800)


def years(lasting, passing, n_years, seed, k=60, chance=0.03):
    """Surpluses of k areas: growth that stays, growth of one year, and chance; the first alone."""
    rng = np.random.default_rng(seed)
    ids = pd.Index([f"T{at:02d}" for at in range(k)])
    stays = rng.normal(0.0, lasting, k)
    found = [
        AreaYear(
            surplus=pd.Series(
                stays + rng.normal(0.0, passing, k) + rng.normal(0.0, chance, k), index=ids
            ),
            chance=pd.Series(chance**2, index=ids),
        )
        for _ in range(n_years)
    ]
    return found, stays


def test_what_chance_does_to_areas_alike_is_not_carried_on():
    carried = [
        lasting_growth([area_year(*field(0.0, seed))], prior=1.0).growth.abs().max() > 0
        for seed in range(40)
    ]
    assert np.mean(carried) <= 0.1


def test_growth_that_areas_have_is_carried_on_but_for_what_is_chance_in_it():
    area, fitted, sold = field(0.15, 1)
    found = lasting_growth([area_year(area, fitted, sold)], prior=1.0)
    plain = np.log(pd.Series(sold).groupby(area).sum() / pd.Series(fitted).groupby(area).sum())
    drawn = np.log1p(found.growth) / plain
    assert ((drawn > 0.4) & (drawn < 1.0)).all()
    assert abs(found.spread - plain.std()) < 1e-12


def test_of_one_year_the_part_lasts_that_the_prior_says():
    one, _ = years(0.1, 0.0, 1, seed=3)
    whole, half = (np.log1p(lasting_growth(one, prior=part).growth) for part in (1.0, 0.5))
    np.testing.assert_allclose(half, 0.5 * whole)


@pytest.mark.parametrize(("lasting", "passing", "low", "high"), [
    (0.08, 0.0, 0.75, 1.0), (0.0, 0.08, 0.0, 0.3), (0.06, 0.06, 0.3, 0.7),
])  # fmt: skip
def test_several_years_tell_how_much_of_the_growth_lasts(lasting, passing, low, high):
    shares, better = [], []
    for seed in range(10):
        known, stays = years(lasting, passing, 3, seed)
        found = lasting_growth(known, prior=0.5)
        fixed = lasting_growth(known[:1], prior=0.5)
        shares.append(found.share)
        better.append([np.square(np.log1p(each.growth) - stays).mean() for each in (found, fixed)])
    assert low <= np.mean(shares) <= high
    measured, prior = np.mean(better, axis=0)
    assert measured < prior


def test_what_the_scenario_writes_is_not_measured():
    known, _ = years(0.08, 0.0, 3, seed=1)
    assert lasting_growth(known, prior=0.2, measured=False).share == 0.2


def test_an_area_that_is_new_has_the_years_that_it_has():
    known, _ = years(0.08, 0.0, 2, seed=2)
    fewer = AreaYear(surplus=known[1].surplus.iloc[1:], chance=known[1].chance.iloc[1:])
    found = lasting_growth([known[0], fewer], prior=0.5)
    assert np.isfinite(found.growth).all()
    assert found.growth.iloc[0] != 0.0


BAND = 0.06
"""How far expected attainment of a territory may be off in a market nobody knows."""


def untold(lasting, chance, n_years=1):
    """Standard deviation of lasting growth once years of growth are known, all variances too."""
    return np.sqrt(1.0 / (1.0 / lasting**2 + n_years / chance**2))


@pytest.mark.parametrize("k", [8, 20, 60])
@pytest.mark.parametrize("known", ["years", "quarters"])
def test_within_six_points_of_each_territory_is_beyond_what_two_years_tell(k, known):
    """A bound, for any method: territories of sixty accounts grow apart by 8 % a year, for good.

    Growth is normal, the year's luck of sixty accounts 6 %. The law's own conditional mean has the
    least error there is, whatever is shrunk to what, and what it leaves open is normal. Quarters
    tell more of growth only if it runs straight within the years and luck is each quarter's own: a
    line through eight has 16 / 42 of a quarter's variance, the difference of two years' means 1/2.
    """
    quarter = np.ones(4) / 4.0
    two_years = 2.0 * float(quarter @ quarter)
    at = np.arange(8) - 3.5
    line = 16.0 / float(at @ at)
    assert (two_years, round(line, 4)) == (0.5, 0.381)
    chance = 0.06 * (1.0 if known == "years" else np.sqrt(line / two_years))
    open_ = untold(0.08, chance)
    every = (2.0 * norm.cdf(BAND / open_) - 1.0) ** k
    assert every < {8: 0.25, 20: 0.03, 60: 0.001}[k]
    rng = np.random.default_rng(k)
    grown = rng.normal(0.0, 0.08, (4000, k))
    told = (grown + rng.normal(0.0, chance, grown.shape)) * open_**2 / chance**2
    worst = np.abs(told - grown).max(axis=1)
    assert np.mean(worst <= BAND) == pytest.approx(every, abs=0.02)
    assert np.median(worst) > 0.07


def test_what_would_bring_twenty_territories_within_six_points():
    """In half of all fields: 250 accounts a territory, four years of growth, or its known causes.

    What is known of the areas besides (populations, openings) would have to explain five sixths of
    how differently they grow.
    """
    reached = BAND / norm.ppf((1.0 + 0.5 ** (1.0 / 20.0)) / 2.0)

    def chance_of(accounts):
        return 0.06 * np.sqrt(60.0 / accounts)

    assert untold(0.08, chance_of(200)) > reached > untold(0.08, chance_of(260))
    assert untold(0.08, 0.06, n_years=3) > reached > untold(0.08, 0.06, n_years=4)
    unexplained = [0.08 * np.sqrt(1.0 - part) for part in (0.80, 0.85)]
    assert untold(unexplained[0], 0.06) > reached > untold(unexplained[1], 0.06)


@pytest.mark.parametrize(("k", "far"), [(20, 0.07), (60, 0.09)])
def test_of_two_years_no_method_learns_more_than_this_one_that_is_told_all_growth_lasts(k, far):
    """One surplus is known: the law's own best prediction, which no data reveal, is far off too.

    Growth of 8 % and chance of 6 % a year, as sixty accounts have it. The conditional mean under
    the true variances is the least of all errors; its worst area is beyond six points all the same.
    """
    lasting, chance = 0.08, 0.06
    off = []
    for seed in range(30):
        known, stays = years(lasting, 0.0, 1, seed, k=k, chance=chance)
        best = known[0].surplus.to_numpy() * lasting**2 / (lasting**2 + chance**2)
        told = np.log1p(lasting_growth(known, prior=1.0).growth.to_numpy())
        off.append([np.abs(each - stays) for each in (best, told)])
    least, own = np.asarray(off).transpose(1, 0, 2)
    assert np.median(least.max(axis=1)) > far
    assert np.sqrt(np.square(own).mean()) <= 1.1 * np.sqrt(np.square(least).mean())


def test_what_the_years_cannot_tell_is_said_and_is_how_far_the_areas_are_off():
    """Half of the growth lasts: the doubt told is the error made, within a fifth."""
    lasting, chance = 0.08, 0.06
    told, off = [], []
    for seed in range(40):
        known, stays = years(lasting, lasting, 1, seed, k=40, chance=chance)
        found = lasting_growth(known, prior=0.5)
        told.append(found.doubt)
        off.append(np.sqrt(np.square(np.log1p(found.growth.to_numpy()) - stays).mean()))
    assert np.mean(told) == pytest.approx(np.mean(off), rel=0.2)
    assert "1 year of growth cannot tell how much of it lasts" in found.words
    assert f"{100 * found.doubt:.1f} points" in found.words
    assert found.words.endswith("a year more of history would tell more")


def test_where_areas_are_alike_it_is_said_what_growth_would_have_been_found():
    known, _ = years(0.0, 0.0, 1, 3)
    found = lasting_growth(known, prior=0.5)
    assert not found.growth.any()
    assert f"by {100 * found.unseen:.1f} points" in found.words
    seen = [
        lasting_growth(years(found.unseen, 0.0, 1, seed)[0], prior=0.5).unseen == 0.0
        for seed in range(200)
    ]
    assert np.mean(seen) == pytest.approx(0.8, abs=0.07)
