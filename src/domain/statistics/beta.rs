//! The regularized incomplete beta function: the one special function that the exact tests stand on.

/// Iterations of the continued fraction; it converges within about the square root of the larger parameter.
const ITERATIONS_MAX: usize = 20_000;

/// `I_x(a, b)` for `a, b > 0`, by the continued fraction with Lentz's method.
pub(super) fn regularized_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    // The fraction converges quickly only left of the mean; right of it the mirrored function is used.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - lower_beta(1.0 - x, b, a);
    }
    lower_beta(x, a, b)
}

fn lower_beta(x: f64, a: f64, b: f64) -> f64 {
    let log_front =
        a * x.ln() + b * (-x).ln_1p() + ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) - a.ln();
    (log_front.exp() * continued_fraction(x, a, b)).clamp(0.0, 1.0)
}

fn continued_fraction(x: f64, a: f64, b: f64) -> f64 {
    // Lentz's method divides by its partial terms, so that a zero is replaced by something tiny.
    let guard = |v: f64| if v.abs() < 1e-300 { 1e-300 } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for step in 1..ITERATIONS_MAX {
        let m = step as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        let change = d * c;
        fraction *= change;
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    fraction
}

/// The logarithm of the gamma function for positive arguments, by Stirling's series after a shift upwards.
fn ln_gamma(x: f64) -> f64 {
    let mut shift = 0.0;
    let mut z = x;
    while z < 15.0 {
        shift += z.ln();
        z += 1.0;
    }
    let inverse = 1.0 / z;
    let square = inverse * inverse;
    let series =
        inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0)));
    (z - 0.5) * z.ln() - z + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gamma_function_is_the_factorial_at_whole_numbers() {
        let mut log_factorial = 0.0_f64;
        for n in 1..60_u32 {
            assert!(
                (ln_gamma(f64::from(n)) - log_factorial).abs() < 1e-11 * log_factorial.max(1.0)
            );
            log_factorial += f64::from(n).ln();
        }
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-13);
    }

    #[test]
    fn the_beta_function_equals_its_binomial_sum() {
        // I_p(k, n-k+1) is the chance of at least k successes in n tries.
        for (n, k, p) in [(10_u32, 3_u32, 0.2_f64), (35, 21, 0.5), (60, 1, 0.01)] {
            let mut sum = 0.0;
            for i in k..=n {
                let choose = (0..i).fold(1.0, |c, j| c * f64::from(n - j) / f64::from(j + 1));
                sum += choose * p.powi(i as i32) * (1.0 - p).powi((n - i) as i32);
            }
            let beta = regularized_beta(p, f64::from(k), f64::from(n - k + 1));
            assert!((beta - sum).abs() < 1e-13, "{beta} {sum}");
        }
    }
}
