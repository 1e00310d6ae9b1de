## Ablehnungen zu Umgebungen.

refused-name-taken = Es gibt schon eine Umgebung **{ $name }**. Nimm einen anderen Namen, oder sieh sie dir mit `/env show` an.
refused-name-invalid = **{ $name }** kann hier kein Name sein. Nimm 1 bis 40 Kleinbuchstaben, Ziffern und Bindestriche, mit einem Buchstaben vorn und keinem Bindestrich am Ende: Der Name wird Teil einer Adresse.
refused-template-unknown =
    { $near ->
        [none] Es gibt keine Vorlage **{ $name }**. `/help` zählt die Vorlagen dieser Plattform auf.
       *[other] Es gibt keine Vorlage **{ $name }**. Meinst du { $near }?
    }
refused-ttl =
    { $hours-max ->
        [one] Eine Umgebung dieser Vorlage lebt genau 1 Stunde; du wolltest { $hours }.
       *[other] Eine Umgebung dieser Vorlage lebt 1 bis { $hours-max } Stunden; du wolltest { $hours }. Wähle eine Zeit in diesem Bereich.
    }
refused-extend-max = **{ $name }** darf insgesamt { $hours-max } Stunden leben, und das wäre mehr. Verlängere um weniger, oder erstelle mit `/env create` eine neue.
refused-extend-count =
    { $count ->
        [0] Umgebungen dieser Vorlage lassen sich nicht verlängern. Erstelle mit `/env create` eine neue.
        [one] **{ $name }** wurde schon einmal verlängert, mehr erlaubt die Vorlage nicht. Erstelle mit `/env create` eine neue.
       *[other] **{ $name }** wurde schon { $count }-mal verlängert, mehr erlaubt die Vorlage nicht. Erstelle mit `/env create` eine neue.
    }
refused-environment-unknown =
    { $near ->
        [none] Es gibt gerade keine Umgebung **{ $name }**. `/env list whose:all` zeigt alle.
       *[other] Es gibt gerade keine Umgebung **{ $name }**. Meinst du { $near }?
    }
refused-environment-state =
    { $state ->
        [requested] **{ $name }** wartet darauf, gebaut zu werden; das geht, sobald sie bereit ist.
        [building] **{ $name }** wird gerade gebaut; das geht, sobald sie bereit ist.
        [ready] **{ $name }** ist bereit; es gibt nichts zu tun.
        [failed] **{ $name }** konnte nicht gebaut werden. Beende sie mit `/env destroy` und erstelle dann eine neue.
        [destroying] **{ $name }** wird schon abgebaut. Erstelle mit `/env create` eine neue, sobald sie weg ist.
        [destroyed] **{ $name }** ist weg. Erstelle mit `/env create` eine neue.
       *[could-not-destroy] **{ $name }** ließ sich noch nicht abbauen. Versuch `/env destroy` noch einmal, oder frag die Betreuer der Plattform.
    }

## Zustände als Wörter.

environment-state-requested = angefordert
environment-state-building = im Bau
environment-state-ready = bereit
environment-state-failed = fehlgeschlagen
environment-state-destroying = wird abgebaut
environment-state-destroyed = abgebaut
environment-state-could-not-destroy = ließ sich nicht abbauen

## Die eine Nachricht einer Umgebung, die sich mit ihr ändert. `url` ist ein fertiger Link.

environment-title = Umgebung { $name }
environment-live-requested = ⏳ Umgebung **{ $name }** ist angefordert: Vorlage { $template }, Team { $team }.
environment-live-building = 🔨 Umgebung **{ $name }** wird gebaut.
environment-live-ready = ✅ Umgebung **{ $name }** ist bereit: { $url }
environment-live-ready-without-link = ✅ Umgebung **{ $name }** ist bereit.
environment-live-failed = ❌ Umgebung **{ $name }** ist fehlgeschlagen: { $reason }
environment-live-destroying = 🧹 Umgebung **{ $name }** wird abgebaut.
environment-live-destroyed = ⬜ Umgebung **{ $name }** ist abgebaut.
environment-live-expired = ⬜ Umgebung **{ $name }** hat ihr Ende erreicht und ist abgebaut.
environment-live-could-not-destroy = ⚠ Umgebung **{ $name }** ließ sich nicht abbauen: { $reason }
environment-step = Gerade: { $step }

environment-field-template = Vorlage
environment-field-revision = Revision
environment-field-pull-request = Pull Request
environment-field-parameters = Parameter
environment-field-team = Team
environment-field-owner = Verantwortlich
environment-field-until = Lebt bis
environment-field-build-time = Bauzeit
environment-field-extensions = Verlängert
environment-extensions = { $used } von { $count } Malen

## Warum eine Umgebung fehlgeschlagen ist.

environment-reason-timeout = nach { $bound } war sie nicht bereit
environment-reason-engine = die Engine meldet: { $detail }
environment-reason-lost = die Engine kennt sie nicht mehr
environment-reason-template-gone = ihre Vorlage gehört nicht mehr zu dieser Plattform
environment-reason-given-up = Hearth hatte eigene Schwierigkeiten und hat aufgegeben, Code { $code }
environment-reason-unknown = die Engine hat keinen Grund genannt

## Ergebnisse; `person` ist eine Erwähnung.

environment-result-ready = { $person } Umgebung **{ $name }** ist nach { $took } bereit: { $url }
environment-result-ready-without-link = { $person } Umgebung **{ $name }** ist nach { $took } bereit.
environment-result-failed = { $person } Umgebung **{ $name }** ist fehlgeschlagen ({ $reason }). Sie zählt zur Quote, bis sie abgebaut ist; der Knopf Logs zeigt, was sie geschrieben hat.
environment-result-expired = { $person } Umgebung **{ $name }** hat ihr Ende erreicht und ist abgebaut. `/env create` erstellt eine neue.
environment-result-destroyed = { $person } Umgebung **{ $name }** ist abgebaut.
environment-result-could-not-destroy = { $person } Umgebung **{ $name }** ließ sich nicht abbauen ({ $reason }). Sie zählt weiter zur Quote. Bau sie noch einmal ab, sobald die Ursache behoben ist; die Betreuer der Plattform helfen dabei.
environment-warning = { $person } Umgebung **{ $name }** endet { $relative }. Brauchst du sie noch?
environment-warning-last = { $person } Umgebung **{ $name }** endet { $relative } und lässt sich nicht weiter verlängern. Sichere, was du brauchst.

## Antworten.

environment-create-accepted = { $person } hat Umgebung **{ $name }** aus Vorlage { $template } für Team { $team } angefordert. Die Nachricht darunter zeigt, wie es steht.
environment-extend-done =
    { $left ->
        [0] { $person } hat **{ $name }** verlängert: Sie lebt bis { $at }. Weiter lässt sie sich nicht verlängern.
        [one] { $person } hat **{ $name }** verlängert: Sie lebt bis { $at }. Sie lässt sich noch einmal verlängern.
       *[other] { $person } hat **{ $name }** verlängert: Sie lebt bis { $at }. Sie lässt sich noch { $left }-mal verlängern.
    }
environment-destroy-ask = **{ $name }** und alles darin abbauen? Das ist endgültig.
environment-destroy-kept = **{ $name }** bleibt.
environment-destroy-accepted = { $person } beendet Umgebung **{ $name }**.
environment-destroy-again = { $person } bittet noch einmal darum, Umgebung **{ $name }** abzubauen.

## /env list

environment-list-title =
    { $n ->
        [one] 1 Umgebung
       *[other] { $n } Umgebungen
    }
environment-list-line = • **{ $name }** · { $template } · { $state } · bis { $until } · { $team }
environment-list-line-ended = • **{ $name }** · { $template } · { $state } · { $team }
environment-list-none-mine = Du hast gerade keine Umgebung. `/env create` erstellt eine.
environment-list-none-team = Team { $team } hat gerade keine Umgebung. `/env create` erstellt eine.
environment-list-none-all = Es gibt gerade keine Umgebung. `/env create` erstellt eine.
environment-list-more =
    { $n ->
        [one] … und noch 1. Grenze mit der Option `whose` ein.
       *[other] … und noch { $n }. Grenze mit der Option `whose` ein.
    }

## /env logs

environment-logs-title =
    { $n ->
        [one] Die letzte Zeile von **{ $name }**
       *[other] Die letzten { $n } Zeilen von **{ $name }**
    }
environment-logs-none = **{ $name }** hat noch nichts geschrieben.
environment-logs-unavailable = Die Logs von **{ $name }** lassen sich gerade nicht lesen. Versuch es in einer Minute noch einmal.
