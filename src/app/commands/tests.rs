//! Commands as they are used: arguments, help, whoami, and the pages that describe them.

use std::collections::BTreeMap;

use super::declaration::built_in;
use super::samples::{bound, file, person, platform};
use super::{reference, whoami};
use crate::app::action::{self, ACTIONS};
use crate::app::words::Words;
use crate::domain::access::Right;
use crate::domain::chat::{Language, OptionValue};

#[test]
fn the_binary_holds_every_command_file_and_the_reference_page_is_true() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let on_disk = std::fs::read_dir(root.join("commands"))
        .unwrap()
        .filter(|entry| {
            entry
                .as_ref()
                .unwrap()
                .path()
                .extension()
                .is_some_and(|extension| extension == "toml")
        });
    assert_eq!(
        built_in().len(),
        on_disk.count(),
        "touch src/app/commands/declaration.rs: a command file was added"
    );
    let page = std::fs::read_to_string(root.join("docs/reference/commands.md")).unwrap();
    assert_eq!(
        page,
        reference::page(&bound(&built_in())),
        "run `hearth docs`"
    );
}

#[test]
fn arguments_are_checked_again_whatever_a_client_sends() {
    let bound = bound(&built_in());
    let words = Words::load();
    let create = bound.find_named("env create").unwrap();
    let refused = |given: &[(&str, OptionValue)]| {
        let mut all: BTreeMap<String, OptionValue> = [
            ("template".to_owned(), OptionValue::Text("preview".into())),
            ("name".to_owned(), OptionValue::Text("demo".into())),
        ]
        .into();
        all.extend(
            given
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone())),
        );
        words.say(Language::English, &create.arguments(&all).unwrap_err())
    };
    let found = [
        refused(&[("nmae", OptionValue::Text("x".into()))]),
        refused(&[("name", OptionValue::Text("   ".into()))]),
        refused(&[("name", OptionValue::Text("x".repeat(2000)))]),
        refused(&[("name", OptionValue::Integer(5))]),
        refused(&[("pull_request", OptionValue::Integer(0))]),
        refused(&[("ttl", OptionValue::Text("@everyone".into()))]),
        words.say(
            Language::English,
            &create.arguments(&BTreeMap::new()).unwrap_err(),
        ),
        words.say(
            Language::English,
            &bound.find_named("env craete").unwrap_err(),
        ),
        words.say(
            Language::German,
            &bound.find_named("@everyone").unwrap_err(),
        ),
    ];
    insta::assert_snapshot!(found.join("\n"), @r#"
    This command has no option **nmae**. Did you mean name?
    The option **name** takes text of 1 to 100 characters. Try again with that.
    The option **name** takes text of 1 to 100 characters. Try again with that.
    The option **name** takes text of 1 to 100 characters. Try again with that.
    The option **pull\_request** takes a whole number from 1 to 2,147,483,647. Try again with one.
    The option **ttl** takes a whole number from 0 to 1,000,000. Try again with one.
    The option **template** is missing. Add it and try again.
    This command does not exist here, or no longer. Did you mean /env create?
    Diesen Befehl gibt es hier nicht oder nicht mehr. `/help` zählt auf, welche es gibt.
    "#);
    let list = bound.find_named("env list").unwrap();
    let whose = |word: &str| {
        list.arguments(&[("whose".to_owned(), OptionValue::Text(word.to_owned()))].into())
    };
    assert_eq!(whose("team").unwrap().text("whose"), Some("team"));
    assert_eq!(
        whose("everything").unwrap_err().id,
        "refused-parameter-choice"
    );
}

#[test]
fn help_shows_what_this_person_can_do_here() {
    let (bound, words, platform) = (bound(&built_in()), Words::load(), platform());
    let said = |roles: &[u64], language| {
        let help = bound.help(&words, language, &platform, &person(roles));
        format!(
            "{}\n---\n{}\n{}",
            help.content, help.embeds[0].title, help.embeds[0].description
        )
    };
    insta::assert_snapshot!(said(&[1], Language::English), @r#"
    The commands that are open to you. Names complete while you type.
    `/env create` · `/env list` · `/env show` · `/env logs` · `/env why` · `/help` · `/whoami`
    ---
    What you can do with Sonsic
    **Environments**
    `/env create template name [pull_request] [revision] [ttl] [team]`: Ask for an environment of your team
    Example: `/env create template:preview name:demo`
    `/env list [whose]`: List environments
    Example: `/env list whose:mine`
    `/env show name`: Show how an environment stands
    Example: `/env show name:demo`
    `/env logs name`: Show the last lines that an environment has written
    Example: `/env logs name:demo`
    `/env why name`: Say why an environment is here, and what happens to it next
    Example: `/env why name:demo`
    **About you**
    `/help [command]`: What you can do here
    Example: `/help command:env create`
    `/whoami`: Your team, your groups, your rights
    **Templates**
    **preview**: A running copy of the player
    **Services**: none yet
    **Stages**: production
    **Surveys**: none yet
    **Digests**: none yet
    16 more commands need rights that you do not have; `/whoami` shows yours.
    "#);
    insta::assert_snapshot!(said(&[], Language::German), @r#"
    Die Befehle, die dir offenstehen. Namen werden beim Tippen ergänzt.
    `/help` · `/whoami`
    ---
    Was du mit Sonsic tun kannst
    **Über dich**
    `/help [command]`: Was du hier tun kannst
    Beispiel: `/help command:env create`
    `/whoami`: Dein Team, deine Gruppen, deine Rechte
    **Vorlagen**
    **preview**: A running copy of the player
    **Services**: noch keine
    **Stages**: production
    **Umfragen**: noch keine
    **Digests**: noch keine
    21 weitere Befehle brauchen Rechte, die du nicht hast; `/whoami` zeigt deine.
    "#);
    let explained =
        bound
            .find_named("/env create")
            .unwrap()
            .help(&words, Language::English, &platform);
    insta::assert_snapshot!(explained.content, @r#"
    **How to use `/env create`**
    Ask for an environment of your team
    Usage: `/env create template name [pull_request] [revision] [ttl] [team]`
    • **template**: The recipe it is made from
    • **name**: A name: lower-case letters, digits and hyphens
    • [**pull\_request**]: Number of the pull request it is for
    • [**revision**]: Branch, tag or commit
    • [**ttl**]: How many hours it shall live
    • [**team**]: The team it is for, if you belong to several
    Example: `/env create template:preview name:demo`
    Needs the right **environment.create**.
    "#);
}

#[test]
fn everything_that_a_keeper_sees_in_help_fits_into_a_message() {
    let mut platform = platform();
    platform.groups[0].rights = Right::ALL.iter().copied().collect();
    let bound = bound(&built_in());
    for language in [Language::English, Language::German] {
        let help = bound.help(&Words::load(), language, &platform, &person(&[1]));
        assert!(help.content.encode_utf16().count() <= 2000);
        let description = &help.embeds[0].description;
        assert!(description.encode_utf16().count() <= 4096);
        assert!(
            !description.ends_with('…'),
            "the built-in commands fit whole: {}",
            description.len()
        );
    }
}

#[test]
fn whoami_says_team_groups_and_rights() {
    let said = |roles: &[u64], in_use| {
        let said = whoami::whoami(
            &Words::load(),
            Language::English,
            &platform(),
            &person(roles),
            in_use,
        )
        .content;
        said.replace('\u{200B}', "·")
    };
    insta::assert_snapshot!(said(&[1, 7], Some(2)), @r#"
    **You are @·everyone \*Ada\***
    Your team: **Player** (owner: Ada)
    Your team uses 2 of 3 environments.
    Your groups: developer
    You may:
    • see environments and their logs
    • ask for environments of your own team
    Private answers come in English, as your Discord is set.
    What next? `/help` lists the commands that are open to you.
    "#);
    insta::assert_snapshot!(said(&[], None), @r#"
    **You are @·everyone \*Ada\***
    You belong to no team. The keepers of the platform can give you your team's role.
    You belong to no group of this platform, so only `/help` and `/whoami` are open to you. Ask the keepers of the platform.
    Private answers come in English, as your Discord is set.
    What next? `/help` lists the commands that are open to you.
    "#);
}

#[test]
fn actions_are_found_by_name() {
    assert_eq!(
        action::named("environment.create").map(|action| action.changes),
        Some(true)
    );
    assert_eq!(action::named("environment"), None);
}

#[test]
fn the_example_in_the_readme_binds_and_its_table_knows_every_action() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/commands/README.md"))
            .unwrap();
    let example = readme
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .unwrap();
    assert!(
        bound(&[file("preview", example)])
            .find_named("preview")
            .is_ok()
    );
    for action in ACTIONS {
        let row = readme
            .lines()
            .find(|line| line.starts_with('|') && line.contains(&format!("`{}`", action.name)));
        let row = row.unwrap_or_else(|| panic!("{} is not in commands/README.md", action.name));
        for parameter in action.parameters {
            assert!(
                row.contains(&format!("`{}`", parameter.name)),
                "{}: {}",
                action.name,
                parameter.name
            );
            let source = parameter
                .complete
                .map_or(String::new(), |source| format!("({})", source.name()));
            assert!(row.contains(&source), "{}: {source}", action.name);
        }
        assert!(
            row.contains(action.right.map_or("everybody", Right::name)),
            "{}",
            action.name
        );
    }
}
