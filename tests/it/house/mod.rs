//! The house and its papers: what is written about the code is what the code does.

mod charts;
mod jobs_chart;
mod pages;
mod plans;
mod states;
mod stray_chart;
