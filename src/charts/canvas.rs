//! SVG text, written piece by piece: escaping, colours, and the few shapes that charts need.

use std::fmt::Write as _;

/// Layers of a stack, and steps of a scale.
pub(super) const LAYERS_MAX: usize = 7;
/// Shapes in one picture; more would be a fault of the caller, and is left out.
const SHAPES_MAX: usize = 4_000;

pub(super) const INK: &str = "#1f2430";
pub(super) const MUTED: &str = "#5a6272";
pub(super) const GRID: &str = "#e4e7ee";
pub(super) const PAPER: &str = "#fbfbfd";
/// Colours that people with any colour vision tell apart (after Okabe and Ito).
pub(super) const PALETTE: [&str; LAYERS_MAX] = [
    "#0072b2", "#e69f00", "#d55e00", "#009e73", "#56b4e9", "#cc79a7", "#8a8f9c",
];
/// From worst to best, diverging from a grey middle.
pub(super) const DIVERGING: [&str; LAYERS_MAX] = [
    "#b35806", "#e08214", "#fdb863", "#d5d7de", "#b2abd2", "#8073ac", "#542788",
];

/// Which end of a text stands at its place.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// An SVG in the making.
pub(super) struct Canvas {
    body: String,
    shapes: usize,
    width: f64,
    height: f64,
}

impl Canvas {
    pub(super) fn new(width: f64, height: f64) -> Self {
        Self {
            body: String::new(),
            shapes: 0,
            width,
            height,
        }
    }

    pub(super) fn finish(self) -> String {
        let (w, h) = (coordinate(self.width), coordinate(self.height));
        let is_used = |index: &usize| self.body.contains(&hatched(*index));
        let hatches: String = (0..LAYERS_MAX)
            .filter(is_used)
            .map(|index| hatch(index, PALETTE[index]))
            .collect();
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" font-family=\"Inter\">\n\
             <defs>{hatches}</defs>\n\
             <rect width=\"{w}\" height=\"{h}\" rx=\"10\" fill=\"{PAPER}\"/>\n{}</svg>\n",
            self.body
        )
    }

    pub(super) fn title(&mut self, x: f64, y: f64, text: &str) {
        self.text(
            x,
            y,
            text,
            90,
            &format!("font-size=\"20\" font-weight=\"600\" fill=\"{INK}\""),
            Anchor::Start,
        );
    }

    /// A panel's title, and what is counted in a quieter voice behind it.
    pub(super) fn heading(&mut self, x: f64, y: f64, title: &str, unit: &str) {
        let (title, unit) = (escaped(title, 60), escaped(unit, 40));
        let unit = if unit.is_empty() {
            unit
        } else {
            format!("<tspan font-size=\"12\" font-weight=\"400\" fill=\"{MUTED}\">  {unit}</tspan>")
        };
        self.shape(&format!(
            "<text x=\"{}\" y=\"{}\" font-size=\"15\" font-weight=\"600\" fill=\"{INK}\" xml:space=\"preserve\">{title}{unit}</text>",
            coordinate(x),
            coordinate(y)
        ));
    }

    pub(super) fn caption(&mut self, x: f64, y: f64, text: &str, chars_max: usize) {
        self.text(
            x,
            y,
            text,
            chars_max,
            &format!("font-size=\"12\" fill=\"{MUTED}\""),
            Anchor::Start,
        );
    }

    pub(super) fn tick(&mut self, x: f64, y: f64, text: &str, anchor: Anchor) {
        self.text(
            x,
            y,
            text,
            16,
            &format!("font-size=\"12\" fill=\"{MUTED}\""),
            anchor,
        );
    }

    /// A value inside the frame, with a halo so that lines behind it do not cross it out.
    pub(super) fn label(&mut self, x: f64, y: f64, text: &str, colour: &str, anchor: Anchor) {
        let style = format!(
            "font-size=\"12\" font-weight=\"600\" fill=\"{colour}\" stroke=\"{PAPER}\" stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\""
        );
        self.text(x, y, text, 40, &style, anchor);
    }

    /// A number inside a bar.
    pub(super) fn inside(&mut self, x: f64, y: f64, text: &str, colour: &str) {
        let style = format!("font-size=\"12\" font-weight=\"600\" fill=\"{colour}\"");
        self.text(x, y, text, 12, &style, Anchor::Middle);
    }

    fn text(&mut self, x: f64, y: f64, text: &str, chars_max: usize, style: &str, anchor: Anchor) {
        let text = escaped(text, chars_max);
        if text.is_empty() {
            return;
        }
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        self.shape(&format!(
            "<text x=\"{}\" y=\"{}\" {style}{anchor}>{text}</text>",
            coordinate(x),
            coordinate(y)
        ));
    }

    /// A rectangle; those without height are not drawn.
    pub(super) fn rect(&mut self, [x, y, width, height]: [f64; 4], fill: &str, more: &str) {
        if width <= 0.0 || height <= 0.0 {
            return;
        }
        self.shape(&format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{fill}\"{more}/>",
            coordinate(x),
            coordinate(y),
            coordinate(width),
            coordinate(height)
        ));
    }

    pub(super) fn line(
        &mut self,
        [x1, y1, x2, y2]: [f64; 4],
        colour: &str,
        width: f64,
        more: &str,
    ) {
        self.shape(&format!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{colour}\" stroke-width=\"{}\"{more}/>",
            coordinate(x1),
            coordinate(y1),
            coordinate(x2),
            coordinate(y2),
            coordinate(width)
        ));
    }

    pub(super) fn dot(&mut self, x: f64, y: f64, radius: f64, colour: &str, hollow: Hollow) {
        let fill = match hollow {
            Hollow::Yes => PAPER,
            Hollow::No => colour,
        };
        self.shape(&format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            coordinate(x),
            coordinate(y),
            coordinate(radius)
        ));
    }

    /// A filled outline through points.
    pub(super) fn area(&mut self, points: &[(f64, f64)], colour: &str) {
        if points.len() < 3 {
            return;
        }
        let outline: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{},{}", coordinate(*x), coordinate(*y)))
            .collect();
        self.shape(&format!(
            "<polygon points=\"{}\" fill=\"{colour}\" fill-opacity=\"0.16\"/>",
            outline.join(" ")
        ));
    }

    /// Names with their colours in one row above the frame.
    pub(super) fn legend(&mut self, x: f64, y: f64, entries: &[(String, Mark)]) {
        let mut x = x;
        for (name, mark) in entries.iter().take(LAYERS_MAX + 2) {
            match mark {
                Mark::Box(colour) => self.rect([x, y - 9.0, 10.0, 10.0], colour, " rx=\"2\""),
                Mark::Band(colour) => {
                    self.rect([x, y - 9.0, 10.0, 10.0], colour, " fill-opacity=\"0.25\"");
                }
                Mark::Line(colour, width) => {
                    self.line([x, y - 4.0, x + 12.0, y - 4.0], colour, *width, "");
                }
                Mark::Hatched => self.rect([x, y - 9.0, 10.0, 10.0], &hatched(0), " rx=\"2\""),
                Mark::Hollow => self.dot(x + 6.0, y - 4.0, 4.0, PALETTE[0], Hollow::Yes),
                Mark::Dashes => self.line([x, y - 4.0, x + 14.0, y - 4.0], INK, 1.5, DASHES),
            }
            let name = plain(name, 24);
            self.text(
                x + 18.0,
                y,
                &name,
                24,
                &format!("font-size=\"12\" fill=\"{MUTED}\""),
                Anchor::Start,
            );
            x += 32.0 + name.chars().count() as f64 * 6.6;
        }
    }

    fn shape(&mut self, text: &str) {
        self.shapes += 1;
        if self.shapes <= SHAPES_MAX {
            let _ = writeln!(self.body, "{text}");
        }
    }
}

/// The dashes of a target line.
pub(super) const DASHES: &str = " stroke-dasharray=\"6 4\"";

/// Whether a dot is hollow: a week that is not over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hollow {
    Yes,
    No,
}

/// What stands before a name in a legend.
pub(super) enum Mark {
    Box(&'static str),
    Band(&'static str),
    Line(&'static str, f64),
    /// A bar of a week that is not over.
    Hatched,
    /// A dot of a week that is not over.
    Hollow,
    /// A target.
    Dashes,
}

/// The hatched form of a palette colour, for weeks that are not over.
pub(super) fn hatched(index: usize) -> String {
    format!("url(#h{})", index % LAYERS_MAX)
}

fn hatch(index: usize, colour: &str) -> String {
    format!(
        "<pattern id=\"h{index}\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <rect width=\"7\" height=\"7\" fill=\"{colour}\" fill-opacity=\"0.2\"/><rect width=\"3\" height=\"7\" fill=\"{colour}\" fill-opacity=\"0.75\"/></pattern>"
    )
}

/// A coordinate with one decimal at most; what is not finite becomes 0.
pub(super) fn coordinate(value: f64) -> String {
    let value = if value.is_finite() {
        value.clamp(-10_000.0, 10_000.0)
    } else {
        0.0
    };
    let tenths = (value * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, part) = (tenths.abs() / 10, tenths.abs() % 10);
    if part == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part}")
    }
}

/// Text without control and direction characters, cut with an ellipsis.
pub(super) fn plain(text: &str, chars_max: usize) -> String {
    let keep = |c: &char| !is_unfit(*c);
    let mut chars = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(keep);
    let mut cut: String = chars.by_ref().take(chars_max).collect();
    if chars.next().is_some() {
        cut.pop();
        cut.push('…');
    }
    cut
}

/// Control characters, invisible ones, those that turn the reading direction, and what XML forbids.
fn is_unfit(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}')
        || matches!(c, '\u{0300}'..='\u{036f}' | '\u{061c}')
}

fn escaped(text: &str, chars_max: usize) -> String {
    let mut out = String::new();
    for c in plain(text, chars_max).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            other => out.push(other),
        }
    }
    out
}
