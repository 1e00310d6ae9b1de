//! Tests of the charts: their text, their gaps, and what hostile labels and huge values do to them.

use super::*;
use crate::domain::chart::Axis;
use crate::domain::statistics::{Interval, Proportion};

pub(super) fn words() -> Words {
    Words {
        target: "target".to_owned(),
        never: "never".to_owned(),
        no_data: "no data".to_owned(),
        provisional: "so far".to_owned(),
        decimal: '.',
    }
}

fn weeks(n: usize) -> Vec<String> {
    (48 - n..48).map(|week| format!("W{week}")).collect()
}

fn panel(title: &str, unit: &str, legend: &[&str], plot: Plot) -> Panel {
    Panel {
        title: title.to_owned(),
        unit: unit.to_owned(),
        caption: "n = 47".to_owned(),
        legend: legend.iter().map(|name| (*name).to_owned()).collect(),
        plot,
    }
}

fn bars(
    n: usize,
    layers: Vec<Vec<Option<f64>>>,
    band: Option<Interval>,
    target: Option<f64>,
) -> Plot {
    Plot {
        labels: weeks(n),
        is_last_provisional: false,
        axis: Axis::Count,
        target,
        shape: Shape::Bars { layers, band },
    }
}

fn environments() -> Panel {
    let values = [
        31.0,
        28.0,
        33.0,
        36.0,
        f64::NAN,
        35.0,
        38.0,
        37.0,
        41.0,
        39.0,
        43.0,
        45.0,
        47.0,
    ];
    let series = values.map(|v| (!v.is_nan()).then_some(v)).to_vec();
    let band = Some(Interval {
        low: 27.0,
        high: 46.0,
    });
    panel(
        "Environments ready",
        "per week",
        &["ready", "normal variation"],
        bars(13, vec![series], band, Some(40.0)),
    )
}

fn time_until_ready() -> Panel {
    let p50 = [
        420.0,
        410.0,
        395.0,
        400.0,
        f64::NAN,
        380.0,
        360.0,
        350.0,
        330.0,
        300.0,
        280.0,
        245.0,
        190.0,
    ];
    let p90 = [
        900.0,
        880.0,
        f64::INFINITY,
        860.0,
        f64::NAN,
        800.0,
        790.0,
        700.0,
        640.0,
        600.0,
        580.0,
        520.0,
        465.0,
    ];
    let series = |values: [f64; 13]| values.map(|v| (!v.is_nan()).then_some(v)).to_vec();
    let shape = Shape::Line {
        p50: series(p50),
        p90: series(p90),
        mean: Vec::new(),
    };
    let plot = Plot {
        labels: weeks(13),
        is_last_provisional: true,
        axis: Axis::Seconds,
        target: Some(300.0),
        shape,
    };
    panel(
        "Time until ready",
        "from the request",
        &["median", "up to p90"],
        plot,
    )
}

fn deployments() -> Panel {
    let layer = |values: [u32; 13]| values.map(|v| Some(f64::from(v))).to_vec();
    let layers = vec![
        layer([9, 11, 8, 12, 10, 13, 11, 14, 12, 15, 13, 16, 17]),
        layer([1, 0, 2, 1, 0, 1, 1, 0, 2, 1, 1, 0, 3]),
        layer([0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1]),
    ];
    let mut plot = bars(13, layers, None, Some(15.0));
    plot.is_last_provisional = true;
    panel(
        "Deployments to production",
        "per week",
        &["planned", "hotfix", "rollback"],
        plot,
    )
}

fn success() -> Panel {
    let of = |successes, n| Proportion::new(successes, n).map(|p| (p.share(), p.wilson()));
    let points = vec![
        of(9, 10),
        of(17, 20),
        None,
        of(28, 31),
        of(33, 40),
        of(112, 120),
    ];
    let plot = Plot {
        labels: weeks(6),
        is_last_provisional: false,
        axis: Axis::Share,
        target: Some(0.9),
        shape: Shape::Points(points),
    };
    panel("Task success", "share of sessions", &[], plot)
}

fn answers() -> Panel {
    let rounds = vec![
        Some([2, 3, 4, 5, 6, 3, 1]),
        None,
        Some([1, 1, 2, 4, 5, 6, 3]),
        Some([0, 1, 1, 3, 4, 8, 4]),
    ];
    let labels = ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
        .map(str::to_owned)
        .to_vec();
    let plot = Plot {
        labels,
        is_last_provisional: false,
        axis: Axis::Count,
        target: None,
        shape: Shape::Answers(rounds),
    };
    let steps = ["very dis.", "2", "3", "neither", "5", "6", "very sat."];
    panel(
        "How satisfied are you with the platform?",
        "answers",
        &steps,
        plot,
    )
}

fn chart(title: &str, panels: Vec<Panel>) -> Chart {
    Chart {
        title: title.to_owned(),
        caption: "2026-W47 · Europe/Berlin · coverage 100 %".to_owned(),
        panels,
        words: words(),
    }
}

fn all() -> Vec<(&'static str, Chart)> {
    let pipeline = {
        let mut panel = time_until_ready();
        panel.title = "Pipeline duration".to_owned();
        panel.legend = ["median", "up to p90", "mean"].map(str::to_owned).to_vec();
        let mean = [
            500.0,
            510.0,
            480.0,
            500.0,
            f64::NAN,
            430.0,
            420.0,
            440.0,
            400.0,
            380.0,
            360.0,
            330.0,
            300.0,
        ];
        if let Shape::Line { mean: series, .. } = &mut panel.plot.shape {
            *series = mean.map(|v| (!v.is_nan()).then_some(v)).to_vec();
        }
        panel
    };
    vec![
        (
            "bars",
            chart("Platform week 2026-W47", vec![environments()]),
        ),
        ("stacked", chart("Delivery", vec![deployments()])),
        (
            "line",
            chart("Platform week 2026-W47", vec![time_until_ready()]),
        ),
        ("points", chart("HEAT", vec![success()])),
        ("answers", chart("Survey pulse", vec![answers()])),
        (
            "strategy",
            chart(
                "Strategy · Platform week 2026-W47",
                vec![environments(), time_until_ready(), deployments(), pipeline],
            ),
        ),
    ]
}

#[test]
fn the_svg_of_a_small_chart_is_this() {
    let plot = bars(3, vec![vec![Some(2.0), None, Some(3.0)]], None, Some(2.0));
    insta::assert_snapshot!(svg(&chart("Small", vec![panel("Envs", "per week", &["ready"], plot)])), @r##"
<svg xmlns="http://www.w3.org/2000/svg" width="880" height="442" viewBox="0 0 880 442" font-family="Inter">
<defs></defs>
<rect width="880" height="442" rx="10" fill="#fbfbfd"/>
<text x="24" y="38" font-size="20" font-weight="600" fill="#1f2430">Small</text>
<text x="24" y="78" font-size="15" font-weight="600" fill="#1f2430" xml:space="preserve">Envs<tspan font-size="12" font-weight="400" fill="#5a6272">  per week</tspan></text>
<line x1="76" y1="350" x2="848" y2="350" stroke="#5a6272" stroke-width="1"/>
<text x="68" y="354" font-size="12" fill="#5a6272" text-anchor="end">0</text>
<line x1="76" y1="291.5" x2="848" y2="291.5" stroke="#e4e7ee" stroke-width="1"/>
<text x="68" y="295.5" font-size="12" fill="#5a6272" text-anchor="end">1</text>
<line x1="76" y1="233" x2="848" y2="233" stroke="#e4e7ee" stroke-width="1"/>
<text x="68" y="237" font-size="12" fill="#5a6272" text-anchor="end">2</text>
<line x1="76" y1="174.5" x2="848" y2="174.5" stroke="#e4e7ee" stroke-width="1"/>
<text x="68" y="178.5" font-size="12" fill="#5a6272" text-anchor="end">3</text>
<line x1="76" y1="116" x2="848" y2="116" stroke="#e4e7ee" stroke-width="1"/>
<text x="68" y="120" font-size="12" fill="#5a6272" text-anchor="end">4</text>
<text x="204.7" y="368" font-size="12" fill="#5a6272" text-anchor="middle">W45</text>
<text x="462" y="368" font-size="12" fill="#5a6272" text-anchor="middle">W46</text>
<text x="719.3" y="368" font-size="12" fill="#5a6272" text-anchor="middle">W47</text>
<rect x="181.7" y="233" width="46" height="117" fill="#0072b2"/>
<text x="462" y="344" font-size="12" font-weight="600" fill="#5a6272" stroke="#fbfbfd" stroke-width="4" stroke-linejoin="round" paint-order="stroke" text-anchor="middle">–</text>
<rect x="696.3" y="174.5" width="46" height="175.5" fill="#0072b2"/>
<line x1="76" y1="233" x2="848" y2="233" stroke="#1f2430" stroke-width="1.5" stroke-dasharray="6 4"/>
<text x="204.7" y="228" font-size="12" font-weight="600" fill="#1f2430" stroke="#fbfbfd" stroke-width="4" stroke-linejoin="round" paint-order="stroke" text-anchor="middle">2</text>
<text x="719.3" y="169.5" font-size="12" font-weight="600" fill="#1f2430" stroke="#fbfbfd" stroke-width="4" stroke-linejoin="round" paint-order="stroke" text-anchor="middle">3</text>
<rect x="76" y="91" width="10" height="10" fill="#0072b2" rx="2"/>
<text x="94" y="100" font-size="12" fill="#5a6272">ready</text>
<line x1="141" y1="96" x2="155" y2="96" stroke="#1f2430" stroke-width="1.5" stroke-dasharray="6 4"/>
<text x="159" y="100" font-size="12" fill="#5a6272">target 2</text>
<text x="24" y="390" font-size="12" fill="#5a6272">n = 47</text>
<text x="24" y="426" font-size="12" fill="#5a6272">2026-W47 · Europe/Berlin · coverage 100 %</text>
</svg>
"##);
}

#[test]
fn every_kind_becomes_a_picture() {
    for (name, chart) in all() {
        let picture = png(&chart).unwrap();
        assert!(picture.starts_with(b"\x89PNG"), "{name}");
        assert!(picture.len() < 200_000, "{name}: {} bytes", picture.len());
        // For looking at them: HEARTH_CHARTS_DIR=/some/where cargo test charts::
        if let Some(folder) = std::env::var_os("HEARTH_CHARTS_DIR") {
            std::fs::write(
                std::path::Path::new(&folder).join(format!("{name}.png")),
                picture,
            )
            .unwrap();
        }
    }
}

#[test]
fn the_alternative_text_says_the_same_numbers() {
    insta::assert_snapshot!(alt(&chart("Platform week", vec![environments(), success()])), @r##"Platform week. Environments ready (per week): W35 31, W36 28, W37 33, W38 36, W39 no data, W40 35, W41 38, W42 37, W43 41, W44 39, W45 43, W46 45, W47 47; target 40. Task success (share of sessions): W42 90 % (60 %–98 %), W43 85 % (64 %–95 %), W44 no data, W45 90 % (75 %–97 %), W46 83 % (68 %–91 %), W47 93 % (87 %–97 %); target 90 %. 2026-W47 · Europe/Berlin · coverage 100 %"##);
    insta::assert_snapshot!(alt(&chart("Platform week", vec![time_until_ready(), answers()])), @r##"Platform week. Time until ready (from the request): W35 7 min / p90 15 min, W36 6.8 min / p90 15 min, W37 6.6 min / p90 never, W38 6.7 min / p90 14 min, W39 no data, W40 6.3 min / p90 13 min, W41 6 min / p90 13 min, W42 5.8 min / p90 12 min, W43 5.5 min / p90 11 min, W44 5 min / p90 10 min, W45 4.7 min / p90 9.7 min, W46 4.1 min / p90 8.7 min, W47 3.2 min / p90 7.8 min (so far); target 5 min. How satisfied are you with the platform? (answers): 2026-Q1 2/3/4/5/6/3/1, 2026-Q2 no data, 2026-Q3 1/1/2/4/5/6/3, 2026-Q4 0/1/1/3/4/8/4. 2026-W47 · Europe/Berlin · coverage 100 %"##);
}

#[test]
fn a_gap_is_a_dash_and_no_bar() {
    let plot = |value| bars(1, vec![vec![value]], None, None);
    let drawn = |value| svg(&chart("", vec![panel("", "", &[], plot(value))]));
    assert!(drawn(None).contains("–"));
    assert!(!drawn(Some(0.0)).contains("–"));
    assert!(drawn(Some(0.0)).contains(">0</text>"));
}

#[test]
fn hostile_labels_stay_text() {
    let evil =
        "</text><script>alert(1)</script>\u{202e}&\"'\u{0}\u{7}@everyone\u{ffff}".repeat(500);
    let mut hostile = environments();
    hostile.title.clone_from(&evil);
    hostile.unit.clone_from(&evil);
    hostile.caption.clone_from(&evil);
    hostile.legend = vec![evil.clone(); 50];
    hostile.plot.labels = vec![evil.clone(); 13];
    let mut chart = chart(&evil, vec![hostile; 9]);
    chart.caption.clone_from(&evil);
    chart.words = Words {
        target: evil.clone(),
        never: evil.clone(),
        no_data: evil.clone(),
        provisional: evil,
        decimal: '<',
    };
    let text = svg(&chart);
    assert!(!text.contains("<script") && !text.contains('\u{202e}') && !text.contains('\u{0}'));
    assert!(text.len() < 100_000, "{}", text.len());
    assert!(png(&chart).is_ok());
    assert!(alt(&chart).chars().count() <= ALT_CHARS_MAX);
}

#[test]
fn huge_and_impossible_values_stay_in_the_picture() {
    let values = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        1e308,
        -5.0,
        0.0,
        f64::MIN_POSITIVE,
    ];
    let series: Vec<Option<f64>> = values
        .iter()
        .cycle()
        .take(100_000)
        .copied()
        .map(Some)
        .collect();
    let labels: Vec<String> = (0..5_000).map(|week| format!("W{week}")).collect();
    let points = series
        .iter()
        .map(|v| v.map(|v| (v, Interval { low: v, high: v })))
        .collect();
    let shapes = [
        Shape::Bars {
            layers: vec![series.clone(); 60],
            band: Some(Interval {
                low: -1e300,
                high: f64::INFINITY,
            }),
        },
        Shape::Line {
            p50: series.clone(),
            p90: series.clone(),
            mean: series.clone(),
        },
        Shape::Points(points),
        Shape::Answers(vec![Some([u64::MAX; 7]); 5_000]),
    ];
    for shape in shapes {
        for axis in [Axis::Count, Axis::Seconds, Axis::Share] {
            let plot = Plot {
                labels: labels.clone(),
                is_last_provisional: true,
                axis,
                target: Some(f64::NAN),
                shape: shape.clone(),
            };
            let chart = chart("", vec![panel("", "", &[], plot)]);
            let text = svg(&chart);
            assert!(text.len() < 200_000 && !text.contains("NaN") && !text.contains("inf"));
            assert!(png(&chart).is_ok());
            assert!(alt(&chart).chars().count() <= ALT_CHARS_MAX);
        }
    }
}

#[test]
fn nothing_to_draw_is_still_a_picture() {
    let empty = |shape| Plot {
        labels: Vec::new(),
        is_last_provisional: true,
        axis: Axis::Count,
        target: None,
        shape,
    };
    for shape in [
        Shape::Bars {
            layers: Vec::new(),
            band: None,
        },
        Shape::Line {
            p50: Vec::new(),
            p90: Vec::new(),
            mean: Vec::new(),
        },
        Shape::Points(Vec::new()),
        Shape::Answers(Vec::new()),
    ] {
        let plot = empty(shape);
        assert!(plot.is_empty());
        assert!(png(&chart("", vec![panel("", "", &[], plot)])).is_ok());
    }
    assert!(png(&chart("", Vec::new())).is_ok());
}

#[test]
fn the_embedded_font_has_the_letters_that_are_used() {
    // Without a glyph the picture would not change when the letter does.
    let with = |text: &str| png(&chart(text, Vec::new())).unwrap();
    let pictures: Vec<Vec<u8>> = ["ä", "ß", "é", "ł", "→", "≤", "≥", "·", "–", "…", "€", "÷"]
        .map(with)
        .to_vec();
    let distinct: std::collections::BTreeSet<&Vec<u8>> = pictures.iter().collect();
    assert_eq!(distinct.len(), pictures.len());
}
