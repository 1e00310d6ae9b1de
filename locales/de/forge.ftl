## Pull-Requests, im Kanal ihres Teams.

refused-pull-request-moved = Der Pull-Request ist nicht mehr so wie beim Anlegen dieses Knopfs: Er hat neuere Commits oder ist geschlossen. Nimm die neueste Nachricht dazu.
refused-pull-request-let-in = Jemand hat diesen Commit schon eingelassen. Die Nachricht zu seiner Umgebung zeigt, wie es weitergeht.
pull-request-title = Pull-Request { $name }
pull-request-asks = ✋ Pull-Request **{ $name }** kommt aus einem Fork oder von jemandem, der nicht ungefragt Umgebungen bekommt. Lies, was er ändert, bevor du ihn einlässt: Eine Umgebung führt seinen Code aus. Ein späterer Push braucht ein neues Wort.
pull-request-was-let-in = ⬜ { $person } hat Pull-Request **{ $name }** eingelassen.
pull-request-needs-no-word = ⬜ Pull-Request **{ $name }** braucht kein Wort mehr.
pull-request-let-in-done = { $person } lässt Pull-Request **{ $name }** ein, so wie er bei { $revision } ist.
pull-request-field-author = Von
pull-request-field-branch = Branch
button-let-in = Einlassen
button-open-pull-request = Pull-Request öffnen

## Der eine Kommentar in der Forge, wo alle ihn lesen können. `url` ist ein fertiger Link.

forge-comment-ready = ✅ Umgebung **{ $name }** ist mit { $revision } bereit: { $url }
forge-comment-ready-without-link = ✅ Umgebung **{ $name }** ist mit { $revision } bereit.
forge-comment-building = 🔨 Umgebung **{ $name }** wird aus { $revision } gebaut.
forge-comment-building-older = 🔨 Umgebung **{ $name }** wird aus { $revision } gebaut. Danach wird { $newest } gebaut.
forge-comment-updating = 🔨 Umgebung **{ $name }** macht Platz für neuere Commits.
forge-comment-queued = ⏳ Umgebung **{ $name }** wartet auf ihren Platz und wird dann aus { $revision } gebaut.
forge-comment-awaits = ✋ Umgebung **{ $name }** wartet darauf, dass jemand zustimmt. Sie wird aus { $revision } gebaut.
forge-comment-failed = ❌ Umgebung **{ $name }** ließ sich nicht aus { $revision } bauen. Grund und Logs stehen in Discord.
forge-comment-asleep = 🌙 Umgebung **{ $name }** schläft. In Discord lässt sie sich wecken.
forge-comment-going = 🧹 Umgebung **{ $name }** wird abgebaut.
forge-comment-gone = ⬜ Umgebung **{ $name }** ist weg. Ein Push zum offenen Pull-Request macht eine neue.
forge-comment-closing = ⏳ Umgebung **{ $name }** wird bald abgebaut: Der Pull-Request ist geschlossen oder bittet um keine mehr. Wer ihn rechtzeitig wieder öffnet, behält sie.
forge-comment-closed = ⬜ Umgebung **{ $name }** ist weg, weil der Pull-Request geschlossen ist oder um keine mehr bittet.
forge-comment-asks = ✋ Jemand aus dem Team muss diesen Pull-Request einlassen, bevor er eine Umgebung bekommt. In Discord wird danach gefragt.
forge-comment-asks-again = ✋ Umgebung **{ $name }** ist noch bei { $revision }. Jemand aus dem Team muss die neueren Commits einlassen; in Discord wird danach gefragt.
forge-comment-quota = ⏳ Für eine weitere Umgebung ist kein Platz: Das Team nutzt seine ganze Quote. Sobald eine andere weg ist, wird wieder gefragt.
forge-comment-refused = ❌ Für diesen Pull-Request gibt es keine Umgebung: Die Plattform lehnt sie ab. Die Betreuer der Plattform helfen weiter.
forge-comment-follow = In Discord verfolgen: { $url }
