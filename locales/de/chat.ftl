## Was bei jedem Befehl, Klick oder Formular schiefgehen kann.

refused-parameter-missing = Die Option **{ $name }** fehlt. Ergänze sie und versuch es noch einmal.
refused-parameter-text =
    { $length-max ->
        [one] Die Option **{ $name }** nimmt Text aus 1 Zeichen.
       *[other] Die Option **{ $name }** nimmt Text aus 1 bis { $length-max } Zeichen. Versuch es damit noch einmal.
    }
refused-parameter-integer = Die Option **{ $name }** nimmt eine ganze Zahl von { $min } bis { $max }. Versuch es mit so einer noch einmal.
refused-parameter-boolean = Die Option **{ $name }** nimmt ja oder nein.
refused-parameter-person = Die Option **{ $name }** nimmt eine Person dieses Servers.
refused-parameter-choice = Die Option **{ $name }** nimmt eines von { $choices }.
refused-option-unknown =
    { $near ->
        [none] Dieser Befehl hat keine Option **{ $name }**. `/help` zeigt, wie man ihn benutzt.
       *[other] Dieser Befehl hat keine Option **{ $name }**. Meinst du { $near }?
    }
refused-command-unknown =
    { $near ->
        [none] Diesen Befehl gibt es hier nicht oder nicht mehr. `/help` zählt auf, welche es gibt.
       *[other] Diesen Befehl gibt es hier nicht oder nicht mehr. Meinst du { $near }?
    }
refused-stale-button = Dieser Knopf gehört zu einem früheren Stand der Dinge. Nimm die neueste Nachricht dazu.
refused-keepers-gone = Nichts davon wartet noch auf die Betreuer. `/status` zeigt, wie es steht.
refused-busy = Gerade ist zu viel auf einmal los. Geändert wurde nichts; versuch es in einer Minute noch einmal.
refused-stopping = Hearth wird gerade neu gestartet. Geändert wurde nichts; versuch es in einer Minute noch einmal.
refused-elsewhere = Hearth arbeitet in einem anderen Server.
broken = Bei uns ist etwas kaputtgegangen; an dir liegt es nicht. Die Betreuer der Plattform finden es unter dem Code **{ $code }**.
broken-store = Hearth kann seine Datenbank gerade nicht benutzen; an dir liegt es nicht. Versuch es in einigen Minuten noch einmal. Die Betreuer der Plattform finden es unter dem Code **{ $code }**.
usage = So geht es: { $usage }
late = Das hat länger gedauert, als Discord auf eine Antwort wartet. Vielleicht ist es trotzdem geschehen: Sieh nach, bevor du noch einmal fragst.
bound-seconds =
    { $n ->
        [one] 1 Sekunde
       *[other] { $n } Sekunden
    }
bound-minutes =
    { $n ->
        [one] 1 Minute
       *[other] { $n } Minuten
    }
message-replaced = **{ $title }**: Wie es jetzt steht, zeigt die neuere Nachricht, { $link }
cut = … (gekürzt)

## Knöpfe. Höchstens 80 Zeichen.

button-logs = Logs
button-extend =
    { $hours ->
        [one] Um 1 Stunde verlängern
       *[other] Um { $hours } Stunden verlängern
    }
button-destroy = Abbauen
button-destroy-confirm = Ja, abbauen
button-keep = Behalten
button-show = Zeigen
button-open = Öffnen
button-approve = Freigeben
button-reject = Ablehnen
button-apply = Anwenden
button-withdraw-plan = Zurückziehen
button-form-again = Formular noch einmal öffnen
button-roll-back = Zurückrollen
button-changes = Änderungen
button-history = Verlauf
button-answer = Privat antworten
button-withdraw = Meine Antwort zurückziehen
button-comment = Kommentar dazu
button-wake = Wecken
button-again = Noch einmal bauen
button-keep-pinned = Noch { $days } Tage behalten
button-let-end = Enden lassen
button-destroy-now = Jetzt abbauen
button-retry = Noch einmal versuchen
button-dismiss = Nachrichten aufgeben
button-remove-held = { $n } von { $team } abbauen

## Fußzeilen; `mark` trägt die Kennung, an der eine Nachricht wiedergefunden wird.

footer-mark = Hearth · { $mark }
