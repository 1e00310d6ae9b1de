//! Survey rounds: answers on seven steps as bars around the middle of the neutral step, so that shifts show.

use super::canvas::{Anchor, Canvas, DIVERGING, GRID, INK, LAYERS_MAX, MUTED, Mark, PAPER};
use super::scale::Frame;
use super::{Panel, Words};

/// The neutral step.
const MIDDLE: usize = 3;
/// Rounds in one picture; the newest are drawn.
const ROUNDS_MAX: usize = 8;

pub(super) fn draw(
    canvas: &mut Canvas,
    frame: Frame,
    panel: &Panel,
    words: &Words,
    rounds: &[Option<[u64; LAYERS_MAX]>],
) {
    let surplus = panel.plot.labels.len().saturating_sub(ROUNDS_MAX);
    let labels = &panel.plot.labels[surplus..];
    // Labels of rounds are longer than those of weeks, and the numbers of answers stand on the right.
    let (left, width) = (frame.left + 32.0, frame.width - 92.0);
    let center = left + width / 2.0;
    // Half a frame is a whole share, so that any shift fits.
    let full = width / 2.0;
    let row = frame.height / labels.len().max(1) as f64;
    canvas.line(
        [center, frame.top, center, frame.top + frame.height],
        GRID,
        1.5,
        "",
    );
    for (index, label) in labels.iter().enumerate() {
        let middle = frame.top + row * (index as f64 + 0.5);
        canvas.tick(left - 10.0, middle + 4.0, label, Anchor::End);
        let counts = rounds.get(index + surplus).copied().flatten();
        let Some((counts, n)) = counts.map(|c| (c, total(&c))).filter(|(_, n)| *n > 0) else {
            canvas.label(center, middle + 4.0, &words.no_data, MUTED, Anchor::Middle);
            continue;
        };
        let share = |step: usize| counts[step] as f64 / n as f64;
        let mut x = center - full * ((0..MIDDLE).map(share).sum::<f64>() + share(MIDDLE) / 2.0);
        let height = (row * 0.62).min(38.0);
        for (step, colour) in DIVERGING.iter().enumerate() {
            let part = full * share(step);
            canvas.rect([x, middle - height / 2.0, part, height], colour, "");
            if part > 20.0 {
                let ink = if (1..=4).contains(&step) { INK } else { PAPER };
                canvas.inside(x + part / 2.0, middle + 4.0, &counts[step].to_string(), ink);
            }
            x += part;
        }
        canvas.tick(
            left + width + 10.0,
            middle + 4.0,
            &format!("n = {n}"),
            Anchor::Start,
        );
    }
    let entries: Vec<(String, Mark)> = panel
        .legend
        .iter()
        .cloned()
        .zip(DIVERGING)
        .map(|(name, colour)| (name, Mark::Box(colour)))
        .collect();
    canvas.legend(frame.left, frame.top - 16.0, &entries);
}

/// All answers of a round, without overflow.
fn total(counts: &[u64; LAYERS_MAX]) -> u64 {
    counts
        .iter()
        .fold(0, |sum: u64, count| sum.saturating_add(*count))
}
