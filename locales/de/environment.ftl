## Ablehnungen zu Umgebungen.

refused-name-taken = Es gibt schon eine Umgebung **{ $name }**. Nimm einen anderen Namen, oder sieh sie dir mit `/env show` an.
refused-name-invalid = **{ $name }** kann hier kein Name sein. Nimm 1 bis 40 Kleinbuchstaben, Ziffern und Bindestriche, mit einem Buchstaben vorn und keinem Bindestrich am Ende: Der Name wird Teil einer Adresse.
refused-template-unknown =
    { $near ->
        [none] Es gibt keine Vorlage **{ $name }**. `/help` zählt die Vorlagen dieser Plattform auf.
       *[other] Es gibt keine Vorlage **{ $name }**. Meinst du { $near }?
    }
refused-revision-no-version =
    { $newest ->
        [none] Die Vorlage { $template } nimmt eine Version wie 1.2.0, und **{ $revision }** ist keine. Wähle eine von denen, die beim Tippen vorgeschlagen werden.
       *[other] Die Vorlage { $template } nimmt eine Version, und **{ $revision }** ist keine. Wähle eine, etwa { $newest }.
    }
refused-revision-outside =
    { $newest ->
        [none] Die Vorlage { $template } nimmt Versionen, die zu { $taken } passen; **{ $revision }** passt nicht. Wähle eine von denen, die beim Tippen vorgeschlagen werden.
       *[other] Die Vorlage { $template } nimmt Versionen, die zu { $taken } passen; **{ $revision }** passt nicht. Wähle eine, etwa { $newest }.
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
        [awaiting-approval] **{ $name }** wartet auf jemanden, der zustimmt; das geht, sobald sie bereit ist.
        [queued] **{ $name }** wartet auf einen Platz; das geht, sobald sie bereit ist.
        [sleeping] **{ $name }** schläft. Wecke sie zuerst mit `/env wake`.
        [waking] **{ $name }** wacht gerade auf; das geht, sobald sie bereit ist.
        [updating] **{ $name }** macht Platz für eine neuere Revision; das geht, sobald sie bereit ist.
        [lost] **{ $name }** ist verloren: Die Engine kennt sie nicht mehr. Der Rest wird aufgeräumt.
        [cancelled] **{ $name }** wurde abgesagt. Erstelle mit `/env create` eine neue.
        [requested] **{ $name }** wartet darauf, gebaut zu werden; das geht, sobald sie bereit ist.
        [building] **{ $name }** wird gerade gebaut; das geht, sobald sie bereit ist.
        [ready] **{ $name }** ist bereit; es gibt nichts zu tun.
        [failed] **{ $name }** konnte nicht gebaut werden. Beende sie mit `/env destroy` und erstelle dann eine neue.
        [destroying] **{ $name }** wird schon abgebaut. Erstelle mit `/env create` eine neue, sobald sie weg ist.
        [destroyed] **{ $name }** ist weg. Erstelle mit `/env create` eine neue.
       *[could-not-destroy] **{ $name }** ließ sich noch nicht abbauen. Versuch `/env destroy` noch einmal, oder frag die Betreuer der Plattform.
    }

## Zustände als Wörter.

environment-state-awaiting-approval = wartet auf Zustimmung
environment-state-being-planned = wird geplant
environment-state-planned = wartet darauf, dass ihr Plan angewendet wird
environment-state-queued = in der Warteschlange
environment-state-sleeping = schläft
environment-state-waking = wacht auf
environment-state-updating = macht Platz für eine neuere Revision
environment-state-lost = verloren
environment-state-cancelled = abgesagt
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
environment-live-awaiting = ✋ Umgebung **{ $name }** aus Vorlage { $template } für Team { $team } wartet darauf, dass jemand anderes zustimmt. Ohne das wird sie { $at } abgesagt.
environment-live-being-planned = 📝 Umgebung **{ $name }** aus Vorlage { $template } für Team { $team } wird geplant. Ohne Antwort auf den Plan wird sie { $at } abgesagt.
environment-live-planned = ✋ Umgebung **{ $name }** aus Vorlage { $template } für Team { $team } ist geplant, gemacht ist noch nichts. Wende genau diesen Plan an oder zieh ihn zurück; ohne das wird sie { $at } abgesagt.
environment-plan = Plan: { $add } kommen dazu, { $change } werden geändert, { $destroy } werden zerstört.
environment-plan-more =
    { $n ->
        [one] … und 1 weitere
       *[other] … und { $n } weitere
    }
environment-live-queued =
    { $place ->
        [1] ⏳ Umgebung **{ $name }** steht in der Warteschlange und ist die nächste. Sie wird gebaut, sobald die Engine einen Platz hat.
       *[other] ⏳ Umgebung **{ $name }** steht in der Warteschlange auf Platz { $place }. Sie wird gebaut, sobald die Engine einen Platz hat.
    }
environment-live-falling-asleep = 🌙 Umgebung **{ $name }** schläft ein.
environment-live-sleeping = 🌙 Umgebung **{ $name }** schläft. Sie behält ihre Daten, und ihr Ende kommt trotzdem.
environment-live-waking = ⏰ Umgebung **{ $name }** wacht auf.
environment-live-updating = 🔄 Umgebung **{ $name }** macht Platz für eine neuere Revision ihres Pull-Requests.
environment-live-closed = ⬜ Umgebung **{ $name }** ist abgebaut: Ihr Pull-Request ist geschlossen.
environment-live-lost = ⚠ Umgebung **{ $name }** ist verloren: Die Engine kennt sie nicht mehr. Der Rest wird aufgeräumt.
environment-live-was-lost = ⬜ Umgebung **{ $name }** war verloren: Die Engine kannte sie nicht mehr.
environment-live-cancelled = ⬜ Umgebung **{ $name }** wurde abgesagt, bevor sie gebaut wurde.
environment-live-unapproved = ⬜ Umgebung **{ $name }** wurde abgesagt: Niemand hat rechtzeitig zugestimmt.
environment-live-unapplied = ⬜ Umgebung **{ $name }** wurde abgesagt: Niemand hat ihren Plan rechtzeitig angewendet.
environment-live-rejected = ⬜ Umgebung **{ $name }** wurde abgelehnt.
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
environment-field-pinned = Angeheftet
environment-field-cost = Kosten
environment-field-drift = Außerhalb geändert
environment-field-links = Links
environment-pinned = von { $person }, zu prüfen am { $at }
environment-cost = { $so-far } bisher, { $month } im Monat bei diesem Verlauf
environment-cost-over = { $so-far }
environment-field-extensions = Verlängert
environment-extensions = { $used } von { $count } Malen

## Warum eine Umgebung fehlgeschlagen ist.

environment-reason-timeout = nach { $bound } war sie nicht bereit
environment-reason-engine = die Engine meldet: { $detail }
environment-reason-user = es liegt an dem, was gewünscht war, nicht an der Plattform: { $detail }
environment-reason-lost = die Engine kennt sie nicht mehr
environment-reason-template-gone = ihre Vorlage gehört nicht mehr zu dieser Plattform
environment-reason-given-up = Hearth hatte eigene Schwierigkeiten und hat aufgegeben, Code { $code }
environment-reason-unknown = die Engine hat keinen Grund genannt

## Ergebnisse; `person` ist eine Erwähnung.

environment-result-ready = { $person } Umgebung **{ $name }** ist nach { $took } bereit: { $url }
environment-result-ready-without-link = { $person } Umgebung **{ $name }** ist nach { $took } bereit.
environment-result-failed = { $person } Umgebung **{ $name }** ist fehlgeschlagen ({ $reason }). Sie zählt zur Quote, bis sie abgebaut ist; der Knopf Logs zeigt, was sie geschrieben hat.
environment-result-could-not-sleep = { $person } Umgebung **{ $name }** ließ sich nicht schlafen legen ({ $reason }). Sie ist bereit wie zuvor.
environment-result-lost = { $person } Umgebung **{ $name }** war verloren: Die Engine kannte sie nicht mehr, und niemand hatte das gewollt. Der Knopf baut sie noch einmal.
environment-result-unapproved = { $person } Niemand hat Umgebung **{ $name }** rechtzeitig zugestimmt, darum wurde sie abgesagt. `/env create` fragt noch einmal.
environment-result-unapplied = { $person } Niemand hat den Plan von Umgebung **{ $name }** rechtzeitig angewendet, darum wurde sie abgesagt. `/env create` fragt noch einmal.
environment-result-planned = { $person } Umgebung **{ $name }** ist geplant. { $plan } Wende ihn mit den Knöpfen ihrer Nachricht an oder zieh ihn zurück.
environment-result-planned-to-approve = { $person } Umgebung **{ $name }** ist geplant. { $plan } Jetzt muss jemand anderes zustimmen.
environment-result-rejected = { $person } Umgebung **{ $name }** wurde abgelehnt. `/env create` fragt nach einer anderen.
environment-result-expired = { $person } Umgebung **{ $name }** hat ihr Ende erreicht und ist abgebaut. `/env create` erstellt eine neue.
environment-result-destroyed = { $person } Umgebung **{ $name }** ist abgebaut.
environment-result-could-not-destroy = { $person } Umgebung **{ $name }** ließ sich nicht abbauen ({ $reason }). Sie zählt weiter zur Quote. Bau sie noch einmal ab, sobald die Ursache behoben ist; die Betreuer der Plattform helfen dabei.
environment-warning = { $person } Umgebung **{ $name }** endet { $relative }. Brauchst du sie noch?
environment-warning-last = { $person } Umgebung **{ $name }** endet { $relative } und lässt sich nicht weiter verlängern. Sichere, was du brauchst.

## Antworten.

environment-warning-team = Umgebung **{ $name }** von Team { $team } endet { $relative }. Wem sie gehört, der hat den Server verlassen: Braucht das Team ({ $owner }) sie noch?
environment-review = { $person } Umgebung **{ $name }** wurde { $since } angelegt und ist von { $by } angeheftet. Wird sie noch gebraucht?
environment-review-team = Umgebung **{ $name }** von Team { $team } wurde { $since } angelegt und ist von { $by } angeheftet. Wem sie gehört, der hat den Server verlassen: Braucht das Team ({ $owner }) sie noch?
environment-stuck = ⚠ Umgebung **{ $name }** von Team { $team } kommt nicht weiter: { $state }, zuletzt geändert { $since }.
environment-create-awaits = { $person } bittet um Umgebung **{ $name }** aus Vorlage { $template } für Team { $team }. Jemand anderes muss zustimmen; die Nachricht darunter hat die Knöpfe.
environment-create-planned = { $person } bittet um Umgebung **{ $name }** aus Vorlage { $template } für Team { $team }. Sie wird erst geplant und nur gemacht, wenn jemand zustimmt; die Nachricht darunter hält sie fest.
environment-create-unasked = Nicht gefragt, also wie üblich: { $usual }.
form-environment = Was die Umgebung braucht
form-hint-text =
    { $max ->
        [one] 1 Zeichen
       *[other] Bis zu { $max } Zeichen
    }
form-hint-integer = Eine ganze Zahl von { $min } bis { $max }
form-hint-boolean = ja oder nein
form-hint-choice = Eines von: { $choices }
environment-create-queued = { $person } bittet um Umgebung **{ $name }** aus Vorlage { $template } für Team { $team }. Die Engine ist ausgelastet, darum steht sie in der Warteschlange; die Nachricht darunter zeigt ihren Platz.
environment-cancelled = { $person } hat Umgebung **{ $name }** abgesagt.
environment-pin-done = { $person } hat **{ $name }** angeheftet: Sie endet nicht von selbst. Am { $at } wird gefragt, ob sie noch gebraucht wird.
environment-unpin-done = { $person } hat **{ $name }** gelöst: Sie lebt bis { $at }.
environment-sleep-accepted = { $person } legt Umgebung **{ $name }** schlafen.
environment-wake-accepted = { $person } weckt Umgebung **{ $name }**.
environment-give-done = { $person } hat Umgebung **{ $name }** an { $to } übergeben.
environment-approve-done = { $person } stimmt Umgebung **{ $name }** zu.
environment-apply-done = { $person } lässt den Plan von Umgebung **{ $name }** anwenden.
environment-withdraw-done = { $person } zieht Umgebung **{ $name }** zurück; gemacht wurde nichts.
environment-reject-done = { $person } lehnt Umgebung **{ $name }** ab.
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
environment-list-line-pinned = • **{ $name }** · { $template } · { $state } · angeheftet · { $team }
environment-list-cost = Team { $team }: { $cost }
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

refused-pinned = **{ $name }** ist angeheftet und hat kein Ende, das sich verschieben ließe. `/env unpin` gibt ihr eines.
refused-not-pinned = **{ $name }** ist nicht angeheftet. `/env why` sagt, bis wann sie lebt.
refused-until = { $until } ist kein Prüftermin. Gib ein Datum wie `2026-12-24` an, oder eine Dauer wie `14d` oder `2w`; der späteste ist in { $days-max } Tagen.
refused-cannot-sleep = **{ $name }** kann nicht schlafen: Vorlage { $template } sagt nicht, wie. Wer die Plattform betreut, kann das ergänzen.
refused-environment-own-approval = Du hast selbst um **{ $name }** gebeten, darum muss jemand anderes entscheiden.
refused-plan-not-made = Der Plan von **{ $name }** entsteht noch. Sobald er da ist, hat die Nachricht die Knöpfe.
refused-plan-to-approve = **{ $name }** und ihrem Plan muss jemand anderes zustimmen.
refused-plan-waits = **{ $name }** wartet darauf, dass ihr Plan angewendet oder zurückgezogen wird; das geht erst, wenn sie bereit ist. Die Knöpfe sind an ihrer Nachricht.
refused-form-too-long = Die Vorlage { $template } fragt nach { $n } Angaben auf einmal, und ein Formular fasst { $max }. Bitte die Betreuer der Plattform um einen eigenen Befehl: Dort sind es Optionen.
refused-form-gone = Dieses Formular ist nicht mehr aufgehoben. Frag mit `/env create` noch einmal.
refused-give-owner = **{ $name }** gehört dieser Person schon.
refused-template-group = Vorlage { $template } ist nur für { $groups }. Wähle eine andere Vorlage, oder frage die, die die Plattform betreuen.

## /env why

environment-why-title = Warum gibt es { $name }?
environment-why-awaiting = Sie wurde { $since } angefragt und wartet auf jemand anderen, der zustimmt.
environment-why-planning = Ihre Planung begann { $since }: Ihre Vorlage will, dass ihrem Plan erst zugestimmt wird.
environment-why-planned = Ihr Plan entstand { $since } und wartet auf jemanden aus dem Team, der ihn anwenden lässt.
environment-why-queued =
    { $count ->
        [one] Sie kam { $since } in die Warteschlange und hat Platz { $place }: Die Engine baut eine Umgebung zur Zeit.
       *[other] Sie kam { $since } in die Warteschlange und hat Platz { $place }: Die Engine baut { $count } Umgebungen zur Zeit.
    }
environment-why-requested = Sie wurde { $since } der Engine übergeben und wird gleich gebaut.
environment-why-building = Die Engine hat { $since } mit dem Bau begonnen.
environment-why-ready = Sie wurde { $since } bereit.
environment-why-failed = Sie schlug { $since } fehl: { $reason }
environment-why-sleeping = Sie ist { $since } eingeschlafen, weil jemand das wollte.
environment-why-sleeping-hours = Sie ist { $since } eingeschlafen, weil ihre Vorlage Schlafzeiten hat.
environment-why-waking = Sie begann { $since } aufzuwachen.
environment-why-updating = Sie begann { $since }, Platz für eine neuere Revision ihres Pull-Requests zu machen.
environment-why-closed = Sie wurde { $since } abgebaut, weil ihr Pull-Request geschlossen wurde.
environment-why-lost = Ihr Verlust fiel { $since } auf: Die Engine kennt sie nicht mehr, und niemand hatte das gewollt.
environment-why-destroying = Ihr Abbau begann { $since }.
environment-why-could-not-destroy = Sie ließ sich { $since } nicht abbauen: { $reason }
environment-why-destroyed = Sie wurde { $since } abgebaut, weil jemand das wollte.
environment-why-expired = Sie wurde { $since } abgebaut, weil ihre Zeit um war.
environment-why-was-lost = Sie verschwand { $since }: Die Engine hatte sie verloren.
environment-why-unapproved = Sie wurde { $since } abgesagt: Niemand hat rechtzeitig zugestimmt.
environment-why-unapplied = Sie wurde { $since } abgesagt: Niemand hat ihren Plan rechtzeitig angewendet.
environment-why-rejected = Sie wurde { $since } abgelehnt.
environment-why-asked = Sie gehört { $person } für Team { $team }, aus Vorlage { $template }, gewünscht am { $at }.
environment-why-pull-request = Sie ist für Pull Request #{ $number }.
environment-why-approved = { $person } hat zugestimmt.
environment-why-extended = Sie wurde { $used } von { $count } Mal verlängert.
environment-why-pinned = { $person } hat sie angeheftet, zu prüfen am { $at }.
environment-why-next-approval = Als Nächstes: Ohne Zustimmung wird sie { $at } abgesagt.
environment-why-next-apply = Als Nächstes: Wird ihr Plan nicht angewendet, wird sie { $at } abgesagt.
environment-why-next-queued = Als Nächstes: Sie wird gebaut, wenn die vor ihr durch sind.
environment-why-next-again = Als Nächstes: Jemand baut sie noch einmal ab, oder die, die die Plattform betreuen.
environment-why-next-gone = Als Nächstes: Sie ist gleich weg.
environment-why-next-sleeps = Als Nächstes: Ihre Schlafzeit beginnt { $at }.
environment-why-next-wakes = Als Nächstes: Ihre Schlafzeit endet { $at }; hat diese sie schlafen gelegt, wird sie dann geweckt.
environment-why-next-hours-end = Ihre Schlafzeit endet { $at }; sie wurde mittendrin geweckt oder gebaut und bleibt wach.
environment-why-next-review = Als Nächstes: { $at } wird gefragt, ob sie noch gebraucht wird.
environment-why-next-warning = Als Nächstes: { $at } wird gewarnt, und { $end } endet sie.
environment-why-next-end = Als Nächstes: Sie endet { $at }.
