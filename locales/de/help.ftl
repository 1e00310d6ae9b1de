## /help

help-title = Was du mit { $platform } tun kannst
help-intro = Die Befehle, die dir offenstehen. Namen werden beim Tippen ergänzt.
help-environment = Umgebungen
help-deployment = Deployments
help-survey = Umfragen
help-digest = Digests
help-general = Über dich
help-line = { $usage }: { $description }
help-example = Beispiel: { $example }
help-about = { $description }
help-templates = Vorlagen
help-services = Services
help-stages = Stages
help-surveys = Umfragen
help-digests = Digests
help-none = noch keine
help-template = **{ $name }**: { $description }
help-more =
    { $n ->
        [one] … und noch 1
       *[other] … und noch { $n }
    }
help-hidden =
    { $n ->
        [one] 1 weiterer Befehl braucht ein Recht, das du nicht hast; `/whoami` zeigt deine.
       *[other] { $n } weitere Befehle brauchen Rechte, die du nicht hast; `/whoami` zeigt deine.
    }
help-command = So benutzt man { $command }
help-command-allowed = Braucht das Recht **{ $right }**.
help-option-required = • **{ $name }**: { $description }
help-option-optional = • [**{ $name }**]: { $description }

## Beschreibungen der Befehle. Höchstens 100 Zeichen.

command-env = Umgebungen: anfordern, ansehen, verlängern, abbauen
command-env-create = Eine Umgebung für dein Team anfordern
command-env-list = Umgebungen auflisten
command-env-show = Zeigen, wie es um eine Umgebung steht
command-env-logs = Die letzten Zeilen zeigen, die eine Umgebung geschrieben hat
command-env-extend = Eine Umgebung länger leben lassen
command-env-destroy = Eine Umgebung abbauen
command-env-why = Sagen, warum es eine Umgebung gibt und was als Nächstes geschieht
command-env-pin = Eine Umgebung anheften, sodass sie nicht von selbst endet
command-env-unpin = Eine Umgebung lösen, sodass sie wieder endet
command-env-sleep = Eine Umgebung schlafen legen
command-env-wake = Eine Umgebung wecken
command-env-give = Eine Umgebung jemand anderem übergeben
command-deploy = Eine Revision eines Services auf eine Stage bringen
command-rollback = Eine frühere Revision eines Services auf eine Stage zurückbringen
command-status = Was wo läuft
command-history = Was wann von wem deployt wurde
command-survey = Umfragerunden: öffnen, schließen, Ergebnisse sehen
command-survey-open = Eine Runde einer Umfrage öffnen
command-survey-close = Die offene Runde schließen und veröffentlichen, was veröffentlicht werden darf
command-survey-results = Die veröffentlichten Ergebnisse der letzten Runde zeigen
command-digest = Der Digest mit den Metriken der Plattform
command-digest-now = Die Woche bis jetzt veröffentlichen
command-digest-preview = Den Digest privat ansehen, bevor er erscheint
command-help = Was du hier tun kannst
command-whoami = Dein Team, deine Gruppen, deine Rechte

## Beschreibungen der Optionen. Höchstens 100 Zeichen.

option-template = Die Vorlage, aus der sie entsteht
option-name = Name der Umgebung
option-env-create-name = Ein Name: Kleinbuchstaben, Ziffern und Bindestriche
option-env-give-to = Wer sie haben soll
option-until = Wann gefragt wird, ob sie noch gebraucht wird: 2026-12-24, 14d, 2w
option-pull_request = Nummer des Pull Requests, für den sie ist
option-revision = Branch, Tag oder Commit
option-ttl = Wie viele Stunden sie leben soll
option-team = Das Team, für das sie ist, falls du zu mehreren gehörst
option-whose = Wessen Umgebungen
option-by = Um wie viele Stunden
option-service = Der Service
option-stage = Die Stage
option-reason = Warum deployt wird
option-dry_run = Nur zeigen, was geschehen würde
option-to = Die Revision, auf die zurückgerollt wird; sonst die letzte gute
option-why = Warum zurückgerollt wird
option-survey = Die Umfrage; nötig, falls es mehrere gibt
option-digest = Der Digest; nötig, falls es mehrere gibt
option-command = Ein Befehl, der erklärt werden soll

## Namen der Wahlmöglichkeiten. Höchstens 100 Zeichen.

choice-whose-mine = meine
choice-whose-team = die meines Teams
choice-whose-all = alle
choice-reason-planned = geplant
choice-reason-hotfix = Hotfix
