//! The how-to page is true: its section is read, and its compose file is one that an environment can have.

use std::path::Path;

use hearth::providers::exec::settings;
use hearth::providers::{Purpose, Section};
use toml::de::DeTable;

const PAGE: &str = include_str!("../../../../docs/how-to/first-template-on-compose.md");

#[test]
fn the_section_of_the_page_is_read() {
    let (_, rest) = PAGE.split_once("[template.shop.exec]\n").unwrap();
    let section = rest.split("```").next().unwrap();
    let table = DeTable::parse(section).unwrap();
    let section = Section {
        table: table.get_ref(),
        span: table.span(),
        base: Path::new("/srv/hearth"),
        purpose: Purpose::Environments,
    };
    if let Err(faults) = settings(&section) {
        panic!("{faults:#?}");
    }
}
