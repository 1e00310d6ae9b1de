//! What binds and what does not, each fault with its line and its hint.

use super::super::declaration::built_in;
use super::super::samples::{PREVIEW, bound, file, person, platform};
use super::super::{Argument, gather};
use super::*;
use crate::app::action::ACTIONS;
use crate::domain::access::Group;
use crate::domain::chat::{Language, OptionKind, RoleId};
use crate::domain::platform::Reference;

fn faults(name: &str, text: &str) -> String {
    let faults = bind(&[file(name, text)], ACTIONS, &platform(), &Words::load()).unwrap_err();
    faults
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_built_in_files_bind_on_any_platform_and_follow_the_grammar() {
    let mut empty = platform();
    empty.groups.clear();
    empty.templates.clear();
    let bound = bind(&built_in(), ACTIONS, &empty, &Words::load()).unwrap();
    let usages: Vec<String> = bound.commands().map(BoundCommand::usage).collect();
    insta::assert_snapshot!(usages.join("\n"), @"
    /deploy service stage revision [reason] [dry_run]
    /digest now [digest]
    /digest preview [digest]
    /env create template name [pull_request] [revision] [ttl] [team]
    /env list [whose]
    /env show name
    /env logs name
    /env extend name by
    /env destroy name
    /env why name
    /env pin name [until]
    /env unpin name
    /env sleep name
    /env wake name
    /env give name to
    /help [command]
    /history service [stage]
    /rollback service stage [to] [why]
    /status [service]
    /survey open [survey]
    /survey close [survey]
    /survey results [survey]
    /whoami
    ");
    let used: BTreeSet<&str> = bound
        .commands()
        .map(|command| command.action.name)
        .collect();
    assert_eq!(
        used.len(),
        ACTIONS.len(),
        "every action has a built-in command"
    );
}

#[test]
fn what_is_registered_keeps_discords_limits_in_both_languages() {
    let bound = bound(&built_in());
    assert_eq!(bound.definitions.len(), 9);
    let env = bound
        .definitions
        .iter()
        .find(|definition| definition.name == "env")
        .unwrap();
    assert!(env.options.is_empty());
    assert_eq!(env.subcommands.len(), 12);
    assert_eq!(
        env.description[&Language::German],
        "Umgebungen: anfordern, ansehen, verlängern, abbauen"
    );
    let create = &env.subcommands[0];
    assert_eq!(create.options[0].name, "template");
    assert!(create.options[0].completes && create.options[0].required);
    assert_eq!(create.options[0].range, Some((1, 100)));
    assert_eq!(create.options[2].kind, OptionKind::Integer);
    let whose = &env.subcommands[1].options[0];
    assert_eq!(whose.choices[1].0[&Language::German], "die meines Teams");
    assert!(!whose.completes);
    for definition in bound
        .definitions
        .iter()
        .flat_map(|top| std::iter::once(top).chain(&top.subcommands))
    {
        for texts in std::iter::once(&definition.description)
            .chain(definition.options.iter().map(|o| &o.description))
        {
            assert_eq!(texts.len(), 2, "{}", definition.name);
            assert!(
                texts
                    .values()
                    .all(|text| (1..=100).contains(&text.encode_utf16().count()))
            );
        }
        assert!(registration::size(definition) < 8000);
        assert!(
            definition
                .options
                .is_sorted_by_key(|option| !option.required)
        );
    }
}

#[test]
fn a_golden_path_binds_what_its_template_needs() {
    let bound = bound(&[file("preview", PREVIEW)]);
    let command = bound.find_named("/preview").unwrap();
    assert_eq!(command.usage(), "/preview pull_request size");
    assert!(!command.private_reply);
    assert!(command.options[1].of_template);
    assert_eq!(
        command.options[1].description[&Language::English],
        "How large"
    );
    let given = [
        ("pull_request", OptionValue::Integer(17)),
        ("size", OptionValue::Text("small".into())),
    ];
    let arguments = command
        .arguments(&given.map(|(name, value)| (name.to_owned(), value)).into())
        .unwrap();
    assert_eq!(arguments.text("template"), Some("preview"));
    assert_eq!(arguments.integer("pull_request"), Some(17));
    assert_eq!(
        arguments.of_template()["size"],
        Argument::Text("small".into())
    );
    assert_eq!(arguments.text("name"), None);
}

#[test]
fn all_faults_of_a_file_are_told_with_line_and_hint() {
    let text = r#"
[[command]]
name = "a"
action = "environment.creat"
[[command]]
name = "a"
action = "environment.create"
description = "x"
allow = ["developers"]
reply = "public"
with = { template = "previw", team = 5, colour = "red" }
[[command.option]]
name = "Name"
type = "string"
[[command.option]]
name = "ttl"
type = "string"
[[command.option]]
name = "revision"
type = "string"
complete = "revision"
required = true
[[command.option]]
name = "ttl"
type = "integer"
min = -5
max = 9
"#;
    insta::assert_snapshot!(faults("mine", text), @r#"
    mine.toml:1: /mine has no description (write description = "…" and, if you like, description_de = "…")
    mine.toml:4: there is no action "environment.creat" (did you mean environment.create?)
    mine.toml:5: the action needs "name", and nothing gives it (add an option "name" with required = true, or with = { name = … })
    mine.toml:6: there are two commands "a" (rename or remove one of them)
    mine.toml:9: there is no group "developers" (did you mean developer?)
    mine.toml:10: a reply cannot be "public" (write "private" or "channel")
    mine.toml:11: "previw" is not among the templates of this platform (did you mean preview?)
    mine.toml:11: team cannot be this (it takes text of 1 to 100 characters)
    mine.toml:11: the action has no parameter "colour" (the parameters of this action are: template, name, pull_request, revision, ttl, team)
    mine.toml:13: the action has no parameter "Name" (did you mean name?)
    mine.toml:17: "string" is not the type of "ttl" (write type = "integer")
    mine.toml:19: "revision" is required and comes after one that is not (Discord wants required options first; the order of the file is kept)
    mine.toml:21: there is no source "revision" (did you mean revisions?)
    mine.toml:24: there are two options "ttl" (remove one of them)
    mine.toml:26: this bound lies outside of the parameter's own ("ttl" goes from 0 to 1000000; a file can only narrow it)
    "#);
}

#[test]
fn a_file_cannot_widen() {
    let command = |body: &str| format!("[[command]]\ndescription = \"x\"\n{body}");
    let option = |body: &str| {
        format!("\n[[command.option]]\nname = \"name\"\ntype = \"string\"\nrequired = true\n{body}")
    };
    let logs = |body: &str| command(&format!("action = \"environment.logs\"\n{body}"));
    let refused = [
        faults("a", &(logs("reply = \"channel\"") + &option(""))),
        faults("b", &(logs("right = \"none\"") + &option(""))),
        faults("c", &(logs("allow = []") + &option(""))),
        faults("d", &(logs("") + &option("length_max = 101"))),
        faults("e", &(logs("") + &option("complete = \"templates\""))),
        faults(
            "f",
            &command(
                "action = \"environment.list\"\n[[command.option]]\nname = \"whose\"\ntype = \"string\"\nchoices = [\"secret\"]",
            ),
        ),
        faults(
            "g",
            &command(
                "action = \"environment.extend\"\n[[command.option]]\nname = \"name\"\ntype = \"string\"\nrequired = true\n[[command.option]]\nname = \"by\"\ntype = \"integer\"\nrequired = true\nmax = 2000000",
            ),
        ),
    ];
    insta::assert_snapshot!(refused.join("\n"), @r#"
    a.toml:4: "environment.logs" answers in private only (write reply = "private"; a file can only narrow)
    b.toml:4: unknown field `right`, expected one of `name`, `description`, `description_de`, `action`, `allow`, `reply`, `with`, `option` (commands/README.md describes the format)
    c.toml:4: allow names no group (name groups of hearth.toml, or remove it)
    d.toml:9: this length lies outside of the parameter's own ("name" has 1 to 100 characters; a file can only narrow it)
    e.toml:9: "name" does not complete from "templates" (write complete = "environments")
    f.toml:7: "whose" cannot be "secret" (it takes one of mine, team, all; choices have 1 to 100 characters)
    g.toml:12: this bound lies outside of the parameter's own ("by" goes from 0 to 1000000; a file can only narrow it)
    "#);
}

#[test]
fn allow_only_ever_takes_away() {
    let mut platform = platform();
    platform.groups.push(Group {
        name: "lead".into(),
        roles: vec![Reference::Id(RoleId(2))],
        rights: BTreeSet::new(),
    });
    let text = PREVIEW.replace("\"developer\"", "\"lead\"");
    let bound = bind(
        &[file("preview", &text)],
        ACTIONS,
        &platform,
        &Words::load(),
    )
    .unwrap();
    let command = bound.find_named("preview").unwrap();
    let may = |roles: &[u64]| command.permit(&platform.groups, &person(roles)).is_ok();
    assert!(!may(&[]));
    assert!(!may(&[1]), "holds the right, is not in the group");
    assert!(!may(&[2]), "is in the group, does not hold the right");
    assert!(may(&[1, 2]));
    for command in bind(&built_in(), ACTIONS, &platform, &Words::load())
        .unwrap()
        .commands()
    {
        assert_eq!(
            command.permit(&platform.groups, &person(&[])).is_ok(),
            command.action.right.is_none()
        );
    }
}

#[test]
fn the_shape_of_a_file_is_checked() {
    let two = "[[command]]\naction = \"whoami\"\n[[command]]\naction = \"help\"\n";
    let found = [
        faults("broken", "[[command]\n"),
        faults(
            "unknown",
            "[[command]]\naction = \"whoami\"\nshell = \"rm\"\n",
        ),
        faults(
            "Upper",
            "[[command]]\naction = \"whoami\"\ndescription = \"x\"\n",
        ),
        faults("empty", "enabled = true\n"),
        faults("two", two),
        faults(
            "long",
            &format!(
                "[[command]]\naction = \"whoami\"\ndescription = \"{}\"\n",
                "x".repeat(101)
            ),
        ),
        faults("wordless", "[[command]]\naction = \"whoami\"\n"),
    ];
    insta::assert_snapshot!(found.join("\n"), @r#"
    broken.toml:1: unclosed array table, expected `]` (commands/README.md describes the format)
    unknown.toml:3: unknown field `shell`, expected one of `name`, `description`, `description_de`, `action`, `allow`, `reply`, `with`, `option` (commands/README.md describes the format)
    Upper.toml:1: "Upper" cannot be the name of a command (name the file with 1 to 32 lower-case letters, digits, - and _)
    empty.toml:1: the file declares 0 commands (write one [[command]], or up to 25 with names; enabled = false removes a command)
    two.toml:1: this command has no name (with several commands in a file each needs a name)
    two.toml:1: /two has no description (write description = "…" and, if you like, description_de = "…")
    two.toml:3: this command has no name (with several commands in a file each needs a name)
    two.toml:3: /two has no description (write description = "…" and, if you like, description_de = "…")
    long.toml:3: this description has 101 characters (Discord takes 1 to 100)
    wordless.toml:1: /wordless has no description (write description = "…" and, if you like, description_de = "…")
    "#);
}

#[test]
fn a_folder_adds_replaces_and_removes() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("preview.toml", PREVIEW);
    write("digest.toml", "enabled = false\n");
    write(
        "whoami.toml",
        "[[command]]\naction = \"whoami\"\ndescription = \"Me\"\n",
    );
    write("notes.txt", "not a command");
    let bound = bound(&gather(Some(folder.path())).unwrap());
    assert!(bound.find_named("preview").is_ok());
    let gone = bound.find_named("digest now").unwrap_err();
    assert_eq!(gone.id, "refused-command-unknown");
    let whoami = bound.find_named("whoami").unwrap();
    assert_eq!(
        whoami.description[&Language::German],
        "Me",
        "a file's own words are not mixed with the built-in ones"
    );
    write("big.toml", &"#".repeat(70_000));
    write("latin.toml", "x");
    std::fs::write(folder.path().join("latin.toml"), [0xE9]).unwrap();
    assert_eq!(gather(Some(folder.path())).unwrap_err().len(), 2);
    assert_eq!(
        gather(Some(&folder.path().join("absent")))
            .unwrap_err()
            .len(),
        1
    );
}
