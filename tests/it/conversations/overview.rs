//! `/help` and `/whoami`: what one can do here, and who one is.

use crate::harness::{Setup, shown};
use crate::{changed_conversation, conversation, see};

conversation!(everybody_learns_who_they_are, bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    see!(bot.privately("Mina", "player", "/whoami").await, @r"
    **You are Mina**
    Your team: **Player** (owner: Mira)
    Your team uses 1 of 3 environments.
    Your groups: developer
    You may:
    • see environments and their logs
    • ask for environments of your own team
    • extend and destroy environments of your own team
    • see what runs where, and the history
    • ask for deployments
    • roll back
    • see published survey results
    • see a digest before it is posted
    Private answers come in English, as your Discord is set.
    What next? `/help` lists the commands that are open to you.
    ");
    see!(bot.privately("Pia", "player", "/whoami").await, @r"
    **You are Pia**
    Your team: **Platform** (owner: Jonas)
    Your team has no environment now; it may have 5.
    Your groups: platform
    You may:
    • see environments and their logs
    • ask for environments of your own team
    • extend and destroy environments of your own team
    • extend and destroy environments of every team
    • pin environments, so that they do not end by themselves
    • approve and reject environments of other people
    • see what runs where, and the history
    • ask for deployments
    • roll back
    • open and close survey rounds
    • see published survey results
    • see a digest before it is posted
    • post a digest now
    • see what needs the platform's keepers
    Private answers come in English, as your Discord is set.
    What next? `/help` lists the commands that are open to you.
    ");
    see!(bot.privately("Ada", "player", "/whoami").await, @r"
    **You are Ada**
    You belong to no team, so commands mean team **Player**. The keepers of the platform can give you your team's role.
    Your groups: lead
    You may:
    • see environments and their logs
    • see what runs where, and the history
    • approve and reject deployments of other people
    • see published survey results
    Private answers come in English, as your Discord is set.
    What next? `/help` lists the commands that are open to you.
    ");
    see!(bot.privately("Nils", "player", "/whoami").await, @r"
    **You are Nils**
    You belong to no team, so commands mean team **Player**. The keepers of the platform can give you your team's role.
    You belong to no group of this platform, so only `/help` and `/whoami` are open to you. Ask the keepers of the platform.
    Private answers come in English, as your Discord is set.
    What next? `/help` lists the commands that are open to you.
    ");
    see!(bot.privately("Greta", "player", "/whoami").await, @r"
    **Du bist Greta**
    Dein Team: **Player** (verantwortlich: Mira)
    Dein Team nutzt 1 von 3 Umgebungen.
    Deine Gruppen: developer
    Du darfst:
    • Umgebungen und ihre Logs sehen
    • Umgebungen für dein eigenes Team anfordern
    • Umgebungen deines eigenen Teams verlängern und abbauen
    • sehen, was wo läuft, und den Verlauf
    • Deployments anfordern
    • zurückrollen
    • veröffentlichte Umfrageergebnisse sehen
    • einen Digest vor dem Erscheinen sehen
    Private Antworten kommen auf Deutsch, so wie dein Discord eingestellt ist.
    Was jetzt? `/help` zeigt die Befehle, die dir offenstehen.
    ");
    see!(bot.privately("Lars", "player", "/whoami").await, @r"
    **Du bist Lars**
    Dein Team: **Player** (verantwortlich: Mira)
    Dein Team nutzt 1 von 3 Umgebungen.
    Deine Gruppen: developer und lead
    Du darfst:
    • Umgebungen und ihre Logs sehen
    • Umgebungen für dein eigenes Team anfordern
    • Umgebungen deines eigenen Teams verlängern und abbauen
    • sehen, was wo läuft, und den Verlauf
    • Deployments anfordern
    • Deployments anderer freigeben und ablehnen
    • zurückrollen
    • veröffentlichte Umfrageergebnisse sehen
    • einen Digest vor dem Erscheinen sehen
    Private Antworten kommen auf Deutsch, so wie dein Discord eingestellt ist.
    Was jetzt? `/help` zeigt die Befehle, die dir offenstehen.
    ");
});

conversation!(help_shows_a_developer_what_developers_can_do, bot => {
    see!(bot.privately("Mina", "player", "/help").await, @r"
    The commands that are open to you. Names complete while you type.
    `/deploy` · `/digest preview` · `/env create` · `/env list` · `/env show` · `/env logs` · `/env extend` · `/env destroy` · `/env why` · `/env unpin` · `/env sleep` · `/env wake` · `/env give` · `/help` · `/history` · `/rollback` · `/status` · `/survey results` · `/whoami`
    ┌ What you can do with Sonsic Platform
    │ **Environments**
    │ `/env create template name [pull_request] [revision] [ttl] [team]`: Ask for an environment of your team
    │ Example: `/env create template:preview name:demo`
    │ `/env list [whose]`: List environments
    │ Example: `/env list whose:mine`
    │ `/env show name`: Show how an environment stands
    │ Example: `/env show name:demo`
    │ `/env logs name`: Show the last lines that an environment has written
    │ Example: `/env logs name:demo`
    │ `/env extend name by`: Let an environment live longer
    │ Example: `/env extend name:demo by:4`
    │ `/env destroy name`: Destroy an environment
    │ Example: `/env destroy name:demo`
    │ `/env why name`: Say why an environment is here, and what happens to it next
    │ Example: `/env why name:demo`
    │ `/env unpin name`: Take the pin out, so that it ends again
    │ Example: `/env unpin name:demo`
    │ `/env sleep name`: Put an environment to sleep
    │ Example: `/env sleep name:demo`
    │ `/env wake name`: Wake an environment
    │ Example: `/env wake name:demo`
    │ `/env give name to`: Give an environment to somebody else
    │ Example: `/env give name:demo to:Ben`
    │ **Deployments**
    │ `/deploy service stage revision [reason] [dry_run]`: Bring a revision of a service to a stage
    │ Example: `/deploy service:player stage:staging revision:v1.3.0`
    │ `/history service [stage]`: What was deployed, when and by whom
    │ Example: `/history service:player`
    │ `/rollback service stage [to] [why]`: Bring an earlier revision of a service back to a stage
    │ Example: `/rollback service:player stage:staging`
    │ `/status [service]`: What runs where
    │ Example: `/status service:player`
    │ **Surveys**
    │ `/survey results [survey]`: Show the published results of the last round
    │ Example: `/survey results survey:pulse`
    │ **Digests**
    │ `/digest preview [digest]`: See the digest in private before it is posted
    │ Example: `/digest preview digest:weekly`
    │ **About you**
    │ `/help [command]`: What you can do here
    │ Example: `/help command:env create`
    │ `/whoami`: Your team, your groups, your rights
    │ **Templates**
    │ **preview**: A running copy of one service, for a pull request
    │ **Services**: player, playlists and checkout
    │ **Stages**: staging and production
    │ **Surveys**: pulse
    │ **Digests**: weekly
    │ 4 more commands need rights that you do not have; `/whoami` shows yours.
    └
    ");
});

conversation!(help_shows_the_keepers_of_the_platform_what_they_can_do, bot => {
    see!(bot.privately("Pia", "player", "/help").await, @r"
    The commands that are open to you. Names complete while you type.
    `/deploy` · `/digest now` · `/digest preview` · `/env create` · `/env list` · `/env show` · `/env logs` · `/env extend` · `/env destroy` · `/env why` · `/env pin` · `/env unpin` · `/env sleep` · `/env wake` · `/env give` · `/help` · `/history` · `/rollback` · `/status` · `/survey open` · `/survey close` · `/survey results` · `/whoami`
    ┌ What you can do with Sonsic Platform
    │ **Environments**
    │ `/env create template name [pull_request] [revision] [ttl] [team]`: Ask for an environment of your team
    │ Example: `/env create template:preview name:demo`
    │ `/env list [whose]`: List environments
    │ Example: `/env list whose:mine`
    │ `/env show name`: Show how an environment stands
    │ Example: `/env show name:demo`
    │ `/env logs name`: Show the last lines that an environment has written
    │ Example: `/env logs name:demo`
    │ `/env extend name by`: Let an environment live longer
    │ Example: `/env extend name:demo by:4`
    │ `/env destroy name`: Destroy an environment
    │ Example: `/env destroy name:demo`
    │ `/env why name`: Say why an environment is here, and what happens to it next
    │ Example: `/env why name:demo`
    │ `/env pin name [until]`: Pin an environment, so that it does not end by itself
    │ Example: `/env pin name:demo`
    │ `/env unpin name`: Take the pin out, so that it ends again
    │ Example: `/env unpin name:demo`
    │ `/env sleep name`: Put an environment to sleep
    │ Example: `/env sleep name:demo`
    │ `/env wake name`: Wake an environment
    │ Example: `/env wake name:demo`
    │ `/env give name to`: Give an environment to somebody else
    │ Example: `/env give name:demo to:Ben`
    │ **Deployments**
    │ `/deploy service stage revision [reason] [dry_run]`: Bring a revision of a service to a stage
    │ Example: `/deploy service:player stage:staging revision:v1.3.0`
    │ `/history service [stage]`: What was deployed, when and by whom
    │ Example: `/history service:player`
    │ `/rollback service stage [to] [why]`: Bring an earlier revision of a service back to a stage
    │ Example: `/rollback service:player stage:staging`
    │ `/status [service]`: What runs where
    │ Example: `/status service:player`
    │ **Surveys**
    │ `/survey open [survey]`: Open a round of a survey
    │ Example: `/survey open survey:pulse`
    │ `/survey close [survey]`: Close the open round and publish what may be published
    │ Example: `/survey close survey:pulse`
    │ `/survey results [survey]`: Show the published results of the last round
    │ Example: `/survey results survey:pulse`
    │ **Digests**
    │ `/digest now [digest]`: Post the week so far
    │ Example: `/digest now digest:weekly`
    │ `/digest preview [digest]`: See the digest in private before it is posted
    │ Example: `/digest preview digest:weekly`
    │ **About you**
    │ `/help [command]`: What you can do here
    │ Example: `/help command:env create`
    │ `/whoami`: Your team, your groups, your rights
    │ **Templates**
    │ **preview**: A running copy of one service, for a pull request
    │ **Services**: player, playlists and checkout
    │ **Stages**: staging and production
    │ **Surveys**: pulse
    │ **Digests**: weekly
    └
    ");
});

conversation!(help_shows_a_lead_what_leads_can_do, bot => {
    see!(bot.privately("Ada", "player", "/help").await, @r"
    The commands that are open to you. Names complete while you type.
    `/env list` · `/env show` · `/env logs` · `/env why` · `/help` · `/history` · `/status` · `/survey results` · `/whoami`
    ┌ What you can do with Sonsic Platform
    │ **Environments**
    │ `/env list [whose]`: List environments
    │ Example: `/env list whose:mine`
    │ `/env show name`: Show how an environment stands
    │ Example: `/env show name:demo`
    │ `/env logs name`: Show the last lines that an environment has written
    │ Example: `/env logs name:demo`
    │ `/env why name`: Say why an environment is here, and what happens to it next
    │ Example: `/env why name:demo`
    │ **Deployments**
    │ `/history service [stage]`: What was deployed, when and by whom
    │ Example: `/history service:player`
    │ `/status [service]`: What runs where
    │ Example: `/status service:player`
    │ **Surveys**
    │ `/survey results [survey]`: Show the published results of the last round
    │ Example: `/survey results survey:pulse`
    │ **About you**
    │ `/help [command]`: What you can do here
    │ Example: `/help command:env create`
    │ `/whoami`: Your team, your groups, your rights
    │ **Templates**
    │ **preview**: A running copy of one service, for a pull request
    │ **Services**: player, playlists and checkout
    │ **Stages**: staging and production
    │ **Surveys**: pulse
    │ **Digests**: weekly
    │ 14 more commands need rights that you do not have; `/whoami` shows yours.
    └
    ");
});

conversation!(help_shows_somebody_without_a_role_where_to_ask, bot => {
    see!(bot.privately("Nils", "player", "/help").await, @r"
    The commands that are open to you. Names complete while you type.
    `/help` · `/whoami`
    ┌ What you can do with Sonsic Platform
    │ **About you**
    │ `/help [command]`: What you can do here
    │ Example: `/help command:env create`
    │ `/whoami`: Your team, your groups, your rights
    │ **Templates**
    │ **preview**: A running copy of one service, for a pull request
    │ **Services**: player, playlists and checkout
    │ **Stages**: staging and production
    │ **Surveys**: pulse
    │ **Digests**: weekly
    │ 21 more commands need rights that you do not have; `/whoami` shows yours.
    └
    ");
});

conversation!(help_is_in_german_for_whoever_speaks_german, bot => {
    see!(bot.privately("Greta", "player", "/help").await, @r"
    Die Befehle, die dir offenstehen. Namen werden beim Tippen ergänzt.
    `/deploy` · `/digest preview` · `/env create` · `/env list` · `/env show` · `/env logs` · `/env extend` · `/env destroy` · `/env why` · `/env unpin` · `/env sleep` · `/env wake` · `/env give` · `/help` · `/history` · `/rollback` · `/status` · `/survey results` · `/whoami`
    ┌ Was du mit Sonsic Platform tun kannst
    │ **Umgebungen**
    │ `/env create template name [pull_request] [revision] [ttl] [team]`: Eine Umgebung für dein Team anfordern
    │ Beispiel: `/env create template:preview name:demo`
    │ `/env list [whose]`: Umgebungen auflisten
    │ Beispiel: `/env list whose:mine`
    │ `/env show name`: Zeigen, wie es um eine Umgebung steht
    │ Beispiel: `/env show name:demo`
    │ `/env logs name`: Die letzten Zeilen zeigen, die eine Umgebung geschrieben hat
    │ Beispiel: `/env logs name:demo`
    │ `/env extend name by`: Eine Umgebung länger leben lassen
    │ Beispiel: `/env extend name:demo by:4`
    │ `/env destroy name`: Eine Umgebung abbauen
    │ Beispiel: `/env destroy name:demo`
    │ `/env why name`: Sagen, warum es eine Umgebung gibt und was als Nächstes geschieht
    │ Beispiel: `/env why name:demo`
    │ `/env unpin name`: Eine Umgebung lösen, sodass sie wieder endet
    │ Beispiel: `/env unpin name:demo`
    │ `/env sleep name`: Eine Umgebung schlafen legen
    │ Beispiel: `/env sleep name:demo`
    │ `/env wake name`: Eine Umgebung wecken
    │ Beispiel: `/env wake name:demo`
    │ `/env give name to`: Eine Umgebung jemand anderem übergeben
    │ Beispiel: `/env give name:demo to:Ben`
    │ **Deployments**
    │ `/deploy service stage revision [reason] [dry_run]`: Eine Revision eines Services auf eine Stage bringen
    │ Beispiel: `/deploy service:player stage:staging revision:v1.3.0`
    │ `/history service [stage]`: Was wann von wem deployt wurde
    │ Beispiel: `/history service:player`
    │ `/rollback service stage [to] [why]`: Eine frühere Revision eines Services auf eine Stage zurückbringen
    │ Beispiel: `/rollback service:player stage:staging`
    │ `/status [service]`: Was wo läuft
    │ Beispiel: `/status service:player`
    │ **Umfragen**
    │ `/survey results [survey]`: Die veröffentlichten Ergebnisse der letzten Runde zeigen
    │ Beispiel: `/survey results survey:pulse`
    │ **Digests**
    │ `/digest preview [digest]`: Den Digest privat ansehen, bevor er erscheint
    │ Beispiel: `/digest preview digest:weekly`
    │ **Über dich**
    │ `/help [command]`: Was du hier tun kannst
    │ Beispiel: `/help command:env create`
    │ `/whoami`: Dein Team, deine Gruppen, deine Rechte
    │ **Vorlagen**
    │ **preview**: A running copy of one service, for a pull request
    │ **Services**: player, playlists und checkout
    │ **Stages**: staging und production
    │ **Umfragen**: pulse
    │ **Digests**: weekly
    │ 4 weitere Befehle brauchen Rechte, die du nicht hast; `/whoami` zeigt deine.
    └
    ");
    see!(bot.privately("Greta", "player", "/help command:\"env create\"").await, @r"
    **So benutzt man `/env create`**
    Eine Umgebung für dein Team anfordern
    So geht es: `/env create template name [pull_request] [revision] [ttl] [team]`
    • **template**: Die Vorlage, aus der sie entsteht
    • **name**: Ein Name: Kleinbuchstaben, Ziffern und Bindestriche
    • [**pull\_request**]: Nummer des Pull Requests, für den sie ist
    • [**revision**]: Branch, Tag oder Commit
    • [**ttl**]: Wie viele Stunden sie leben soll
    • [**team**]: Das Team, für das sie ist, falls du zu mehreren gehörst
    Beispiel: `/env create template:preview name:demo`
    Braucht das Recht **environment.create**.
    ");
});

conversation!(help_explains_one_command_and_knows_what_is_near, bot => {
    let mut told = Vec::new();
    for command in ["env create", "/env list", "env extend", "deploy", "rollback", "survey open", "whoami", "env", "env crate", "nonsense"] {
        let line = format!("/help command:\"{command}\"");
        told.push(format!("{line}\n{}", bot.privately("Mina", "player", &line).await));
    }
    see!(told.join("\n\n"), @r#"
    /help command:"env create"
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

    /help command:"/env list"
    **How to use `/env list`**
    List environments
    Usage: `/env list [whose]`
    • [**whose**]: Whose environments
    Example: `/env list whose:mine`
    Needs the right **environment.see**.

    /help command:"env extend"
    **How to use `/env extend`**
    Let an environment live longer
    Usage: `/env extend name by`
    • **name**: Name of the environment
    • **by**: By how many hours
    Example: `/env extend name:demo by:4`
    Needs the right **environment.manage**.

    /help command:"deploy"
    **How to use `/deploy`**
    Bring a revision of a service to a stage
    Usage: `/deploy service stage revision [reason] [dry_run]`
    • **service**: The service
    • **stage**: The stage
    • **revision**: Branch, tag or commit
    • [**reason**]: Why it is deployed
    • [**dry\_run**]: Only show what would happen
    Example: `/deploy service:player stage:staging revision:v1.3.0`
    Needs the right **deployment.request**.

    /help command:"rollback"
    **How to use `/rollback`**
    Bring an earlier revision of a service back to a stage
    Usage: `/rollback service stage [to] [why]`
    • **service**: The service
    • **stage**: The stage
    • [**to**]: The revision to roll back to; the last good one if left out
    • [**why**]: Why it is rolled back
    Example: `/rollback service:player stage:staging`
    Needs the right **deployment.rollback**.

    /help command:"survey open"
    **How to use `/survey open`**
    Open a round of a survey
    Usage: `/survey open [survey]`
    • [**survey**]: The survey; needed if there are several
    Example: `/survey open survey:pulse`
    Needs the right **survey.manage**.

    /help command:"whoami"
    **How to use `/whoami`**
    Your team, your groups, your rights
    Usage: `/whoami`
    Example: `/whoami`

    /help command:"env"
    This command does not exist here, or no longer. Did you mean /env create, /env destroy, /env extend?

    /help command:"env crate"
    This command does not exist here, or no longer. Did you mean /env create?

    /help command:"nonsense"
    This command does not exist here, or no longer. `/help` lists those that do.
    "#);
    see!(bot.privately("Nils", "player", "/help command:deploy").await, @r"
    **How to use `/deploy`**
    Bring a revision of a service to a stage
    Usage: `/deploy service stage revision [reason] [dry_run]`
    • **service**: The service
    • **stage**: The stage
    • **revision**: Branch, tag or commit
    • [**reason**]: Why it is deployed
    • [**dry\_run**]: Only show what would happen
    Example: `/deploy service:player stage:staging revision:v1.3.0`
    Needs the right **deployment.request**.
    ");
});

const GONE: &str = "enabled = false\n";

changed_conversation!(a_command_that_is_switched_off_is_gone, Setup::new().command_file("rollback", GONE), bot => {
    assert!(bot.discord.slash("Mina", "player", "/rollback service:player stage:staging").is_err());
    see!(bot.privately("Mina", "player", "/help command:rollback").await, @"This command does not exist here, or no longer. `/help` lists those that do.");
    let help = bot.say("Mina", "player", "/help").await.message();
    assert!(!shown(&help).contains("rollback"));
});
