//! Programs that hang, flood, die, lie or are missing: each ends in a clear sentence.

use hearth::domain::Timestamp;
use hearth::domain::fact::{Fault, Kind};

use crate::harness::{Bot, Setup, by_shell, shown};
use crate::{changed_conversation, see};

const CREATE: &str = "/env create template:preview name:demo";

/// The result and the logs of a build by this shell text.
async fn told(bot: &Bot) -> String {
    bot.say("Mina", "player", CREATE).await;
    let result = bot.messages("player").pop().unwrap();
    let logs = bot.privately("Mina", "player", "/env logs name:demo").await;
    format!("{}\n{logs}", shown(&result))
}

changed_conversation!(a_build_that_hangs_is_stopped_by_its_own_bound, Setup::new().programs(&by_shell("echo waiting for the database; sleep 3600", "up_seconds_max = 1")), bot => {
    see!(told(bot).await, @r"
    <@1100000000000003000> Environment **demo** failed (the engine said: waiting for the database (\`up\`: it took longer than 1 s and was stopped)). It counts against the quota until it is destroyed; the button Logs shows what it has written.
    [Show] [Logs]
    The last line of **demo**
    ```
    waiting for the database
    ```
    ");
});

changed_conversation!(a_build_that_hangs_is_given_up_at_the_templates_bound, Setup::new()
    .programs(&by_shell("echo waiting for the database; sleep 3600", ""))
    .platform(|platform, _| platform.templates[0].build_seconds_max = 1), bot => {
    see!(told(bot).await, @r"
    <@1100000000000003000> Environment **demo** failed (it was not ready after 1 second). It counts against the quota until it is destroyed; the button Logs shows what it has written.
    [Show] [Logs]
    The last line of **demo**
    ```
    waiting for the database
    ```
    ");
    bot.say("Mina", "player", "/env destroy name:demo").await;
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.
    ⬜ Environment **demo** is destroyed.
    <@1100000000000003000> Environment **demo** failed (it was not ready after 1 second). It counts against the quota until it is destroyed; the button Logs shows what it has written.
    <@1100000000000003000> ends environment **demo**.
    ");
});

changed_conversation!(a_build_that_prints_megabytes_is_read_to_its_end, Setup::new().programs(&by_shell("yes 'the same line again' | head -c 5000000; echo; echo 'no room left' >&2; exit 3", "")), bot => {
    see!(told(bot).await, @r"
    <@1100000000000003000> Environment **demo** failed (the engine said: no room left (\`up\`: exit code 3)). It counts against the quota until it is destroyed; the button Logs shows what it has written.
    [Show] [Logs]
    The last 40 lines of **demo**
    ```
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again
    the same line again

    no room left
    ```
    ");
});

changed_conversation!(a_build_that_prints_one_endless_line_is_cut, Setup::new().programs(&by_shell("head -c 3000000 /dev/zero | tr '\\0' x; exit 3", "")), bot => {
    let told = told(bot).await;
    assert!(told.chars().count() < 4_000, "{} characters", told.chars().count());
    let failed = told.lines().next().unwrap().replace('x', "");
    see!(failed, @"<@1100000000000003000> Environment **demo** failed (the engine said: …). It counts against the quota until it is destroyed; the button Logs shows what it has written.");
});

changed_conversation!(a_build_that_prints_binary_is_made_plain, Setup::new().programs(&by_shell("printf '\\001\\377\\376\\033[31mred\\033[0m \\342\\200\\256dlrow\\n'; exit 3", "")), bot => {
    see!(told(bot).await, @r"
    <@1100000000000003000> Environment **demo** failed (the engine said: ��red dlrow (\`up\`: exit code 3)). It counts against the quota until it is destroyed; the button Logs shows what it has written.
    [Show] [Logs]
    The last line of **demo**
    ```
    ��red dlrow
    ```
    ");
});

changed_conversation!(a_build_that_is_killed_says_so, Setup::new().programs(&by_shell("kill -9 $$", "")), bot => {
    see!(told(bot).await, @r"
    <@1100000000000003000> Environment **demo** failed (the engine said: \`up\`: ended by signal 9). It counts against the quota until it is destroyed; the button Logs shows what it has written.
    [Show] [Logs]
    **demo** has written nothing so far.
    ");
});

changed_conversation!(a_program_that_is_missing_is_named, Setup::new().programs(&by_shell("true", "").replacen("/bin/sh", "./no-such-program", 1)), bot => {
    see!(told(bot).await, @r"
    <@1100000000000003000> Environment **demo** failed (the engine said: the program \`FOLDER/./no-such-program\` is not there, or its folder or interpreter is not). It counts against the quota until it is destroyed; the button Logs shows what it has written.
    [Show] [Logs]
    **demo** has written nothing so far.
    ");
});

changed_conversation!(an_engines_words_call_nobody_and_format_nothing, Setup::new().programs(&by_shell(r#"echo '{"progress":"@everyone <@&1100000000000001000>"}'; echo '```'; echo '@here [x](http://evil.example) https://discord.gg/evil'; echo '{"error":"@everyone **boom** <@1100000000000003000> `x` http://evil.example/a"}'; exit 1"#, "")), bot => {
    see!(told(bot).await, @r"
    <@1100000000000003000> Environment **demo** failed (the engine said: @​everyone \*\*boom\*\* \<​@​1100000000000003000\> \`x\` http:​//evil.example/a (\`up\`: exit code 1)). It counts against the quota until it is destroyed; the button Logs shows what it has written.
    [Show] [Logs]
    The last 3 lines of **demo**
    ```
    `​`​`​
    @​here [x](http://evil.example) https://discord.gg/evil
    @​everyone **boom** <​@​1100000000000003000> `​x`​ http://evil.example/a
    ```
    ");
});

changed_conversation!(an_address_that_is_none_is_not_shown, Setup::new().programs(&by_shell(r#"echo '{"output":{"url":"javascript:alert(1)"}}'"#, r#"outputs = ["url"]"#)), bot => {
    see!(bot.say("Mina", "player", CREATE).await.message().text, @"<@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.");
    see!(bot.newest("player", 2), @r"
    Hearth:
      ✅ Environment **demo** is ready.
      ┌ Environment demo
      │ Template: preview
      │ Revision: v1.2.0
      │ Team: Player
      │ Owner: <@1100000000000003000>
      │ Lives until: <t:1795554000:f> (<t:1795554000:R>)
      │ Build time: under 1 s
      └ Hearth · ID
      [Logs] [Extend by 4 hours] [Destroy]

    Hearth:
      <@1100000000000003000> Environment **demo** is ready after under 1 s.
      [Show] [Logs]
      (calls Mina)
    ");
});

changed_conversation!(a_health_address_that_does_not_answer_is_named, Setup::new().programs(&by_shell(r#"echo '{"output":{"url":"http://127.0.0.1:1/"}}'"#, r#"outputs = ["url"]
health = { url = "{output.url}healthz", attempts = 2, pause_ms = 10 }"#)), bot => {
    see!(told(bot).await, @r"
    <@1100000000000003000> Environment **demo** failed (the engine said: it came up, but its health address does not answer (2 attempts)). It counts against the quota until it is destroyed; the button Logs shows what it has written.
    [Show] [Logs]
    **demo** has written nothing so far.
    ");
});

changed_conversation!(logs_that_take_long_are_waited_for_in_private, Setup::new().programs(&by_shell("true", r#"logs = ["/bin/sh", "-c", "sleep 3; echo at last"]"#)), bot => {
    bot.say("Mina", "player", CREATE).await;
    see!(bot.privately("Mina", "player", "/env logs name:demo").await, @r"
    The last line of **demo**
    ```
    at last
    ```
    ");
    let clicked = bot.click("Mina", "player", "Logs").await.message();
    see!(shown(&clicked), @r"
    The last line of **demo**
    ```
    at last
    ```
    ");
});

changed_conversation!(logs_that_cannot_be_read_say_what_to_do, Setup::new().programs(&by_shell("true", "call_seconds_max = 1\nlogs = [\"/bin/sh\", \"-c\", \"sleep 30\"]")), bot => {
    bot.say("Mina", "player", CREATE).await;
    see!(bot.privately("Mina", "player", "/env logs name:demo").await, @"The logs of **demo** cannot be read at the moment. Try again in a minute.");
    see!(bot.privately("Greta", "player", "/env logs name:demo").await, @"Die Logs von **demo** lassen sich gerade nicht lesen. Versuch es in einer Minute noch einmal.");
});

changed_conversation!(a_provider_that_is_no_longer_there_fails_the_build_clearly, Setup::new().platform(|platform, _| platform.templates[0].provider = "kubernetes".to_owned()), bot => {
    bot.say("Mina", "player", CREATE).await;
    see!(bot.transcript("player"), @r"
    Hearth to Mina's /env create:
      <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.

    Hearth:
      ❌ Environment **demo** failed: its template is no longer part of this platform
      ┌ Environment demo
      │ Template: preview
      │ Revision: v1.2.0
      │ Team: Player
      │ Owner: <@1100000000000003000>
      │ Lives until: <t:1795554000:f> (<t:1795554000:R>)
      └ Hearth · ID
      [Logs] [Destroy]

    Hearth:
      <@1100000000000003000> Environment **demo** failed (its template is no longer part of this platform). It counts against the quota until it is destroyed; the button Logs shows what it has written.
      [Show] [Logs]
      (calls Mina)
    ");
});

changed_conversation!(a_failure_that_lies_in_what_was_asked_for_is_said_to_and_counted_so, Setup::new()
    .programs(&by_shell(r#"echo '{"fault":"user"}'; echo '{"error":"there is no revision v1.2.0"}'; exit 1"#, "")), bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      <@1100000000000003000> Environment **demo** failed (it lies in what was asked for, not in the platform: there is no revision v1.2.0 (\`up\`: exit code 1)). It counts against the quota until it is destroyed; the button Logs shows what it has written.
      [Show] [Logs]
      (calls Mina)
    ");
    let mut reader = bot.app.store().read().await.unwrap();
    let facts = reader.facts_between(Timestamp(0), Timestamp(i64::MAX)).await.unwrap();
    let failed = facts.iter().find(|fact| fact.kind == Kind::EnvironmentFailed).unwrap();
    assert_eq!(failed.fault, Some(Fault::User));
});
