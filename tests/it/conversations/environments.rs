//! `/env`: ask, see, read, extend, destroy, and what is refused.

use crate::{conversation, see};

conversation!(an_environment_is_created_and_becomes_ready, bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    see!(bot.transcript("player"), @r"
    Hearth to Mina's /env create:
      <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.

    Hearth:
      ✅ Environment **demo** is ready: http://127.0.0.1:PORT/
      ┌ Environment demo
      │ Template: preview
      │ Revision: v1.2.0
      │ Team: Player
      │ Owner: <@1100000000000003000>
      │ Lives until: <t:1795554000:f> (<t:1795554000:R>)
      │ Build time: under 1 s
      └ Hearth · ID
      [Open ↗] [Logs] [Extend by 4 hours] [Destroy]

    Hearth:
      <@1100000000000003000> Environment **demo** is ready after under 1 s: http://127.0.0.1:PORT/
      [Show] [Logs]
      (calls Mina)
    ");
});
