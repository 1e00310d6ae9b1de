//! PNG pictures: the SVG text drawn with the embedded font, and with nothing from the machine it runs on.

use std::sync::{Arc, LazyLock};

use resvg::{tiny_skia, usvg};

use super::{Chart, svg};

/// Pixels per unit of the SVG: sharp on dense screens, and still a small file.
const PIXELS_PER_UNIT: f32 = 1.5;
/// Pixels of a side.
const SIDE_PIXELS_MAX: u32 = 4_096;

const REGULAR: &[u8] = include_bytes!("fonts/Inter-Regular-subset.otf");
const SEMIBOLD: &[u8] = include_bytes!("fonts/Inter-SemiBold-subset.otf");

static FONTS: LazyLock<Arc<usvg::fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = usvg::fontdb::Database::new();
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(SEMIBOLD.to_vec());
    Arc::new(fonts)
});

/// Why a picture could not be made; always ours, since charts are bounded before they are drawn.
#[derive(Debug, thiserror::Error)]
pub enum PictureFault {
    /// Our SVG could not be read back.
    #[error("the chart's SVG could not be read")]
    Svg(#[from] usvg::Error),
    /// The picture would be empty or too large.
    #[error("a chart of {width} × {height} pixels cannot be drawn")]
    Size {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// The PNG could not be written.
    #[error("the chart's PNG could not be written: {0}")]
    Png(String),
}

/// The picture as PNG bytes. Takes some milliseconds of computing: not for an async thread.
///
/// # Errors
/// [`PictureFault`], which would be a fault of ours.
pub fn png(chart: &Chart) -> Result<Vec<u8>, PictureFault> {
    let options = usvg::Options {
        font_family: "Inter".to_owned(),
        fontdb: Arc::clone(&FONTS),
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(&svg(chart), &options)?;
    let size = tree.size();
    let pixels = |units: f32| (units * PIXELS_PER_UNIT).ceil() as u32;
    let (width, height) = (pixels(size.width()), pixels(size.height()));
    let too_large = || PictureFault::Size { width, height };
    if width > SIDE_PIXELS_MAX || height > SIDE_PIXELS_MAX {
        return Err(too_large());
    }
    let mut pixmap = tiny_skia::Pixmap::new(width, height).ok_or_else(too_large)?;
    let transform = tiny_skia::Transform::from_scale(PIXELS_PER_UNIT, PIXELS_PER_UNIT);
    resvg::render(&tree, transform, &mut pixmap.as_mut());
    pixmap
        .encode_png()
        .map_err(|fault| PictureFault::Png(fault.to_string()))
}
