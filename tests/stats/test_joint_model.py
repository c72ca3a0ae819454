"""The worked diary of 84 nights: every number of the research note to 1e-6, and an independent optimiser."""

import numpy as np
import pytest

from episodes.stats.associations.analysis import analyse, code_factor
from episodes.stats.associations.analysis_input import night_columns
from episodes.stats.associations.joint_model import fit_joint_model, logistic, recent_cramps
from episodes.stats.proportions import newcombe_difference
from tests.stats.worked_diary import worked_diary

# p, e of the habit; then per contrast: log odds, se, RD (low, high), RR (low, high), headline RD
WORKED = [
    ("a", 0, 0.0, 1.0, 0.86740223, 0.58906938, 0.11087837, 0.69092779,
     0.02654228, -0.28335240, 0.33580897, 1.05914504, 0.52925373, 2.10554075, 0.01717299),
    ("c", 0, 0.0, 1.0, 0.69981450, 0.45733334, 0.17398798, 0.46389929,
     0.04152925, -0.17508729, 0.25050391, 1.09503857, 0.69085956, 1.79263811, 0.02999944),
    ("amt", 0, 1.0, 4.0, 0.31162150, 0.60332093, -0.41134232, 0.41560732,
     -0.09887328, -0.28627957, 0.09697983, 0.80498574, 0.51924407, 1.23191800, -0.07563541),
    ("cat", 0, "low", "moderate", 0.72829885, 0.32847705, -0.47568460, 0.64105078,
     -0.11253369, -0.37744744, 0.18599844, 0.77159183, 0.35868839, 1.46793700, -0.07054119),
    ("cat", 1, "low", "high", 0.72829885, 0.32847705, -0.06908624, 0.57200753,
     -0.01664375, -0.27783507, 0.24833277, 0.96570334, 0.53473064, 1.66195549, -0.00132055),
]  # fmt: skip


def worked_fit():
    diary = worked_diary()
    nights = night_columns(diary)
    coded = [code_factor(factor.kind, nights.codes[name]).columns for name, factor in diary.factors.items()]
    return fit_joint_model(nights.days, nights.weekdays, nights.cramps, coded)


def test_worked_diary_has_the_stated_size():
    result = analyse(worked_diary())
    assert (result.nights, result.cramp_nights) == (78, 36)
    assert worked_fit().columns.shape == (78, 18)


def test_worked_fit_has_the_stated_intercept_and_burden():
    fit = worked_fit()
    assert fit.coefficients[0] == pytest.approx(-0.16038077, abs=1e-6)
    assert fit.coefficients[fit.burden_place] == pytest.approx(-3.10198697, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "place", "start", "end", "p", "e", "log_odds", "se",
     "rd", "rd_low", "rd_high", "rr", "rr_low", "rr_high", "headline"),
    WORKED,
)  # fmt: skip
def test_worked_contrast_matches_to_six_places(
    name, place, start, end, p, e, log_odds, se, rd, rd_low, rd_high, rr, rr_low, rr_high, headline
):
    factor = analyse(worked_diary()).factor(name)
    contrast = factor.contrasts[place]
    assert (contrast.start, contrast.end) == (start, end)
    assert (factor.p, factor.q, factor.e) == pytest.approx((p, 0.86740223, e), abs=1e-6)
    assert (contrast.log_odds, contrast.standard_error) == pytest.approx((log_odds, se), abs=1e-6)
    found = [(change.difference, change.ratio) for change in (contrast.estimate, contrast.low, contrast.high)]
    assert np.array(found) == pytest.approx(
        np.array([(rd, rr), (rd_low, rr_low), (rd_high, rr_high)]), abs=1e-6
    )
    assert contrast.headline.difference == pytest.approx(headline, abs=1e-6)


def test_worked_plain_counts_match():
    plain = analyse(worked_diary()).factor("a").plain
    assert (plain.with_habit.x, plain.with_habit.n, plain.without.x, plain.without.n) == (18, 37, 17, 40)
    found = (plain.difference.value, plain.difference.low, plain.difference.high)
    assert found == pytest.approx((0.061486, -0.154233, 0.269966), abs=1e-6)
    assert plain.difference == newcombe_difference(18, 37, 17, 40)


def test_fit_is_where_the_penalised_likelihood_is_flat():
    fit = worked_fit()
    chances = 1 / (1 + np.exp(-(fit.columns @ fit.coefficients)))
    slope = fit.columns.T @ (fit.cramps - chances) - fit.prior_precision * fit.coefficients
    assert np.abs(slope).max() < 1e-9


def test_no_step_away_from_the_fit_is_more_likely():
    fit = worked_fit()

    def goodness(beta):
        eta = fit.columns @ beta
        return fit.cramps @ eta - np.logaddexp(0, eta).sum() - 0.5 * fit.prior_precision @ beta**2

    best = goodness(fit.coefficients)
    random = np.random.default_rng(4)
    for _ in range(200):
        assert goodness(fit.coefficients + random.normal(0, 0.05, fit.coefficients.shape)) < best


def test_exact_refit_with_the_wider_prior_agrees_with_the_one_step_estimate():
    fit = worked_fit()
    exact = []
    for block in fit.blocks:
        precision = fit.prior_precision.copy()
        precision[block] = 2.0**-2
        beta = fit.coefficients.copy()
        for _ in range(50):
            chances = logistic(fit.columns @ beta)
            hessian = fit.columns.T @ ((chances * (1 - chances))[:, None] * fit.columns) + np.diag(precision)
            beta = beta + np.linalg.solve(hessian, fit.columns.T @ (fit.cramps - chances) - precision * beta)
        exact.extend(beta[block])
    assert exact == pytest.approx([0.1109, 0.1740, -0.4117, -0.4768, -0.0690], abs=5e-5)


def test_burden_halves_in_four_nights_and_nights_not_written_count_as_average():
    days = np.array([0, 1, 5, 9])
    cramps = np.array([1.0, 0.0, 0.0, 1.0])  # mean 0.5, so deviations +0.5 and -0.5
    burden, last_night = recent_cramps(days, cramps)
    g = 0.5**0.25
    assert last_night.tolist() == [0.0, 0.5, 0.0, 0.0]
    assert burden[0] == 0.0
    assert burden[1] == pytest.approx((1 - g) * 0.5)
    after_two = g * burden[1] - (1 - g) * 0.5
    assert burden[2] == pytest.approx(after_two * g**3)
    assert burden[3] == pytest.approx(after_two * g**7 - (1 - g) * 0.5 * g**3)
