//! A template's parameters as a form: asked for, checked like options, and nothing that was typed is lost.

use std::time::Duration;

use hearth::domain::platform::{Parameter, ParameterKind};
use hearth::playground::Modal;

use crate::harness::{Bot, Setup, by_shell, said};
use crate::{changed_conversation, see};

const CREATE: &str = "/env create template:preview name:demo";

fn parameter(
    name: &str,
    description: &str,
    kind: ParameterKind,
    default: Option<&str>,
) -> Parameter {
    Parameter {
        name: name.to_owned(),
        description: description.to_owned(),
        kind,
        default: default.map(str::to_owned),
    }
}

fn asking(n_more: usize) -> Setup {
    asking_for(n_more, None)
}

/// A template that asks for a size, a number and a word, and for some more.
fn asking_for(n_more: usize, default: Option<&'static str>) -> Setup {
    let choices = ["small", "large"].map(str::to_owned).to_vec();
    Setup::new()
        .programs(&by_shell("true", ""))
        .platform(move |platform, _| {
            let parameters = &mut platform.templates[0].parameters;
            parameters.clear();
            parameters.push(parameter(
                "debug",
                "Whether it says more than usual",
                ParameterKind::Boolean,
                Some("false"),
            ));
            parameters.push(parameter(
                "size",
                "How big it is",
                ParameterKind::Choice(choices),
                None,
            ));
            parameters.push(parameter(
                "replicas",
                "How many of it there are, each with a part of the load and its own log",
                ParameterKind::Integer { min: 1, max: 9 },
                None,
            ));
            parameters.push(parameter(
                "motto",
                "What it says",
                ParameterKind::Text { length_max: 12 },
                None,
            ));
            for n in 0..n_more {
                let name = format!("more{n}");
                parameters.push(parameter(
                    &name,
                    "One more thing",
                    ParameterKind::Text { length_max: 200 },
                    default,
                ));
            }
        })
}

fn seen(form: &Modal) -> String {
    let inputs = form.inputs.iter().map(|input| {
        let required = if input.required { "" } else { "?" };
        format!(
            "{}{required} | {} | {} | {}",
            input.custom_id, input.label, input.placeholder, input.value
        )
    });
    [form.title.clone()]
        .into_iter()
        .chain(inputs)
        .collect::<Vec<_>>()
        .join("\n")
}

async fn opened(bot: &Bot, person: &str, line: &str) -> Modal {
    bot.say(person, "player", line).await.modal()
}

changed_conversation!(missing_parameters_are_asked_in_a_form_and_what_has_no_room_is_as_usual, asking_for(3, Some("as *usual*")), bot => {
    let form = opened(bot, "Mina", &format!("{CREATE} ttl:4")).await;
    see!(seen(&form), @r"
    What the environment needs
    size | How big it is | One of: small, large | 
    replicas | How many of it there are, each with a part o… | A whole number from 1 to 9 | 
    motto | What it says | Up to 12 characters | 
    debug? | Whether it says more than usual | yes or no | false
    more0? | One more thing | Up to 200 characters | as *usual*
    ");
    assert!(bot.messages("player").is_empty());
    see!(said(bot.send("Mina", &form, &[("size", "LARGE"), ("replicas", " 3 "), ("motto", "go"), ("debug", "yes"), ("more0", "")]).await), @r"
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.
    Not asked, so as usual: more1 = as \*usual\*, more2 = as \*usual\*.
    ");
    see!(bot.newest("player", 2), @r"
    Hearth:
      ✅ Environment **demo** is ready.
      ┌ Environment demo
      │ Template: preview
      │ Revision: v1.2.0
      │ Parameters: debug: true
      │   motto: go
      │   replicas: 3
      │   size: large
      │ Team: Player
      │ Owner: <@1100000000000003000>
      │ Lives until: <t:1795539600:f> (<t:1795539600:R>)
      │ Build time: under 1 s
      └ Hearth · ID
      [Logs] [Extend by 4 hours] [Destroy]

    Hearth:
      <@1100000000000003000> Environment **demo** is ready after under 1 s.
      [Show] [Logs]
      (calls Mina)
    ");
    see!(said(bot.send("Mina", &form, &[("size", "large"), ("replicas", "3"), ("motto", "go")]).await), @"This form is not kept any more. Ask again with `/env create`.");
    assert_eq!(bot.rows().await["draft"], 0);
});

changed_conversation!(what_does_not_fit_is_said_at_once_and_nothing_typed_is_lost, asking(0), bot => {
    let form = opened(bot, "Mina", CREATE).await;
    let wrong = [("size", "huge"), ("replicas", "many"), ("motto", "short"), ("debug", "perhaps")];
    see!(said(bot.send("Mina", &form, &wrong).await), @r"
    The option **size** takes one of small, large.
    The option **replicas** takes a whole number from 1 to 9. Try again with one.
    The option **debug** takes yes or no.
    ");
    bot.restart().await;
    let again = bot.click("Mina", "player", "Open the form again").await.modal();
    see!(seen(&again), @r"
    What the environment needs
    size | How big it is | One of: small, large | huge
    replicas | How many of it there are, each with a part o… | A whole number from 1 to 9 | many
    motto | What it says | Up to 12 characters | short
    debug? | Whether it says more than usual | yes or no | perhaps
    ");
    see!(said(bot.send("Mina", &again, &[("size", "small"), ("replicas", "10"), ("motto", "short"), ("debug", "no")]).await), @"The option **replicas** takes a whole number from 1 to 9. Try again with one.");
    let again = bot.click("Mina", "player", "Open the form again").await.modal();
    see!(said(bot.send("Mina", &again, &[("size", "small"), ("replicas", "9"), ("motto", "short"), ("debug", "no")]).await), @"<@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.");
    see!(bot.newest("player", 1), @r"
    Hearth:
      <@1100000000000003000> Environment **demo** is ready after under 1 s.
      [Show] [Logs]
      (calls Mina)
    ");
});

changed_conversation!(a_form_outlives_a_restart_and_belongs_to_whoever_asked, asking(0), bot => {
    let form = opened(bot, "Mina", CREATE).await;
    bot.restart().await;
    let texts = [("size", "small"), ("replicas", "1"), ("motto", "go"), ("debug", "")];
    let late = opened(bot, "Ben", CREATE).await;
    see!(said(bot.send_raw("Ben", late.interaction, &form.custom_id, &texts).await), @"This form is not kept any more. Ask again with `/env create`.");
    see!(said(bot.send("Mina", &form, &texts).await), @"<@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.");
    // A name that is taken meanwhile costs nobody what they typed.
    see!(said(bot.send("Ben", &late, &texts).await), @"There is already an environment called **demo**. Choose another name, or look at it with `/env show`.");
    bot.say("Ben", "player", "/env destroy name:demo").await;
    let again = bot.click("Ben", "player", "Open the form again").await.modal();
    see!(said(bot.send("Ben", &again, &texts).await), @"<@1100000000000003001> asked for environment **demo** from template preview for team Player. The message below follows it.");
});

changed_conversation!(a_form_is_kept_for_a_day_and_few_of_one_person, asking(0), bot => {
    let texts = [("size", "small"), ("replicas", "1"), ("motto", "go"), ("debug", "")];
    let first = opened(bot, "Mina", CREATE).await;
    for _ in 0..5 {
        opened(bot, "Mina", CREATE).await;
    }
    see!(said(bot.send("Mina", &first, &texts).await), @"This form is not kept any more. Ask again with `/env create`.");
    let last = opened(bot, "Mina", CREATE).await;
    assert_eq!(bot.rows().await["draft"], 5);
    bot.forward(Duration::from_secs(24 * 3_600)).await;
    see!(said(bot.send("Mina", &last, &texts).await), @"This form is not kept any more. Ask again with `/env create`.");
    opened(bot, "Ben", CREATE).await;
    assert_eq!(bot.rows().await["draft"], 1);
});

changed_conversation!(what_no_form_can_hold_or_mend_is_refused_before_one_opens, asking(4), bot => {
    see!(bot.privately("Mina", "player", CREATE).await, @"Template preview asks for 7 things at once, and a form holds 5. Ask the keepers of the platform for a command of its own: there they are options.");
    see!(bot.privately("Mina", "player", "/env create template:preview name:Demo!").await, @"**Demo!** cannot be a name here. Use 1 to 40 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen: it becomes part of an address.");
    assert_eq!(bot.rows().await["draft"], 0);
});

changed_conversation!(a_german_form_takes_german_words, asking(0), bot => {
    let form = opened(bot, "Greta", CREATE).await;
    see!(seen(&form), @r"
    Was die Umgebung braucht
    size | How big it is | Eines von: small, large | 
    replicas | How many of it there are, each with a part o… | Eine ganze Zahl von 1 bis 9 | 
    motto | What it says | Bis zu 12 Zeichen | 
    debug? | Whether it says more than usual | ja oder nein | false
    ");
    see!(said(bot.send("Greta", &form, &[("size", "winzig"), ("replicas", "0"), ("motto", "los"), ("debug", "ja")]).await), @r"
    Die Option **size** nimmt eines von small, large.
    Die Option **replicas** nimmt eine ganze Zahl von 1 bis 9. Versuch es mit so einer noch einmal.
    ");
    let again = bot.click("Greta", "player", "Formular noch einmal öffnen").await.modal();
    see!(said(bot.send("Greta", &again, &[("size", "small"), ("replicas", "1"), ("motto", "los"), ("debug", "ja")]).await), @"<@1100000000000003006> asked for environment **demo** from template preview for team Player. The message below follows it.");
    see!(bot.newest("player", 2), @r"
    Hearth:
      ✅ Environment **demo** is ready.
      ┌ Environment demo
      │ Template: preview
      │ Revision: v1.2.0
      │ Parameters: debug: true
      │   motto: los
      │   replicas: 1
      │   size: small
      │ Team: Player
      │ Owner: <@1100000000000003006>
      │ Lives until: <t:1795554000:f> (<t:1795554000:R>)
      │ Build time: under 1 s
      └ Hearth · ID
      [Logs] [Extend by 4 hours] [Destroy]

    Hearth:
      <@1100000000000003006> Environment **demo** is ready after under 1 s.
      [Show] [Logs]
      (calls Greta)
    ");
});
