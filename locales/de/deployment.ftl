## Ablehnungen zu Deployments.

refused-service-unknown =
    { $near ->
        [none] Es gibt keinen Service **{ $name }**. `/help` zählt die Services dieser Plattform auf.
       *[other] Es gibt keinen Service **{ $name }**. Meinst du { $near }?
    }
refused-stage-unknown =
    { $near ->
        [none] Es gibt keine Stage **{ $name }**. `/help` zählt die Stages dieser Plattform auf.
       *[other] Es gibt keine Stage **{ $name }**. Meinst du { $near }?
    }
refused-revision-missing = Vorlage **{ $template }** hat keine übliche Revision. Sag mit der Option `revision`, welche.
refused-revision-invalid = **{ $revision }** kann keine Revision sein. Nimm bis zu 100 Buchstaben, Ziffern und die Zeichen `. _ - / +`, mit einem Buchstaben oder einer Ziffer vorn.
refused-stage-not-deployed = **{ $service }** wird auf dieser Plattform nicht auf { $stage } deployt. `/status` zeigt, wo es den Service gibt.
refused-stage-deployers = Auf **{ $stage }** dürfen nur { $groups } deployen. Frag dort jemanden.
refused-deployment-active = **{ $revision }** von { $service } ist gerade unterwegs nach { $stage }. Warte, bis das vorbei ist, und versuch es dann noch einmal; `/status` zeigt, wie weit es ist.
refused-approver-self = Du hast dieses Deployment angefordert, darum muss es jemand anderes freigeben.
refused-approver-not = Freigaben für **{ $stage }** sind Sache von { $groups }.
refused-approver-nobody = **{ $stage }** verlangt eine Freigabe, und noch darf sie niemand geben. Bitte die Betreuer der Plattform, jemanden dafür zu benennen.
refused-approval-void = Etwas, das diese Freigabe abgedeckt hätte, hat sich inzwischen geändert. Fordere das Deployment mit `/deploy` neu an.
refused-deployment-state =
    { $state ->
        [waiting] Dieses Deployment wartet noch auf seine Freigabe.
        [starting] Dieses Deployment startet schon.
        [running] Dieses Deployment läuft schon.
        [checking] Dieses Deployment wird schon geprüft.
        [succeeded] Dieses Deployment ist schon geglückt. `/status` zeigt, was jetzt läuft.
        [failed] Dieses Deployment ist fehlgeschlagen. Fordere mit `/deploy` ein neues an.
        [rejected] Dieses Deployment wurde abgelehnt. Fordere mit `/deploy` ein neues an.
        [expired] Dieses Deployment hat zu lange auf seine Freigabe gewartet. Fordere mit `/deploy` ein neues an.
       *[rolled-back] Dieses Deployment wurde zurückgerollt. `/status` zeigt, was jetzt läuft.
    }
refused-rollback-none = Auf { $stage } ist noch keine frühere Revision von **{ $service }** geglückt, es gibt also nichts, wohin man zurückrollen könnte. `/history` zeigt, was versucht wurde.
refused-rollback-target =
    { $near ->
        [none] **{ $revision }** ist auf { $stage } nie geglückt, darum kann man nicht dorthin zurückrollen. `/history` zeigt, was geglückt ist.
       *[other] **{ $revision }** ist auf { $stage } nie geglückt, darum kann man nicht dorthin zurückrollen. Zur Wahl stehen { $near }.
    }
refused-rollback-running = **{ $revision }** läuft schon auf { $stage }. Wähle mit der Option `to` eine andere.
refused-rollback-reason = Auf **{ $stage }** braucht Zurückrollen einen Grund. Nenne ihn mit der Option `why`.

## Zustände als Wörter.

deployment-state-waiting = wartet auf Freigabe
deployment-state-starting = startet
deployment-state-running = läuft
deployment-state-succeeded = geglückt
deployment-state-failed = fehlgeschlagen
deployment-state-rejected = abgelehnt
deployment-state-expired = verfallen
deployment-state-rolled-back = zurückgerollt

## Die eine Nachricht eines Deployments, die sich mit ihm ändert.

deployment-title = { $service } → { $stage }
deployment-title-rollback = { $service } → { $stage } (zurückrollen)
deployment-live-waiting = ✋ **{ $revision }** von { $service } wartet auf eine Freigabe für { $stage }.
deployment-live-starting = ⏳ **{ $revision }** von { $service } startet auf { $stage }.
deployment-live-running = 🚚 **{ $revision }** von { $service } ist unterwegs nach { $stage }.
deployment-live-succeeded = ✅ **{ $revision }** von { $service } ist auf { $stage } angekommen.
deployment-live-failed = ❌ **{ $revision }** von { $service } ist auf { $stage } fehlgeschlagen: { $reason }
deployment-live-rejected = 🚫 **{ $revision }** von { $service } wurde für { $stage } abgelehnt.
deployment-live-expired = ⬜ **{ $revision }** von { $service } hat zu lange auf die Freigabe für { $stage } gewartet.
deployment-live-rolled-back = ↩ **{ $revision }** von { $service } wurde auf { $stage } zurückgerollt.
deployment-step = Gerade: { $step }

deployment-field-revision = Revision
deployment-field-previous = Vorher
deployment-field-requester = Angefordert von
deployment-field-approver = Freigegeben von
deployment-field-rejecter = Abgelehnt von
deployment-field-approvers = Wer freigeben darf
deployment-field-reason = Grund
deployment-field-took = Dauer
deployment-field-until = Wartet bis
deployment-reason-planned = geplant
deployment-reason-hotfix = Hotfix
deployment-reason-rollback = Zurückrollen
deployment-previous-none = nichts

## Warum ein Deployment fehlgeschlagen ist.

deployment-fault-timeout = nach { $bound } war es nicht zu Ende
deployment-fault-engine = die Engine meldet: { $detail }
deployment-fault-user = es liegt an dem, was gewünscht war, nicht an der Plattform: { $detail }
deployment-fault-lost = die Engine kennt es nicht mehr
deployment-fault-gone = der Service oder die Stage gehört nicht mehr zu dieser Plattform
deployment-fault-given-up = Hearth hatte eigene Schwierigkeiten und hat aufgegeben; was dort jetzt läuft, weiß nur die Engine; Code { $code }
deployment-fault-unknown = die Engine hat keinen Grund genannt

## Ergebnisse; `person` ist eine Erwähnung.

deployment-result-succeeded = { $person } **{ $revision }** von { $service } läuft auf { $stage }. Es hat { $took } gedauert.
deployment-result-failed = { $person } **{ $revision }** von { $service } ist auf { $stage } fehlgeschlagen ({ $reason }). Der Knopf Zurückrollen bringt die letzte gute Revision.
deployment-result-failed-first = { $person } **{ $revision }** von { $service } ist auf { $stage } fehlgeschlagen ({ $reason }). Dort ist noch keine frühere Revision geglückt.
deployment-result-rejected = { $person } **{ $revision }** von { $service } wurde für { $stage } von { $rejecter } abgelehnt.
deployment-result-rejected-why = { $person } **{ $revision }** von { $service } wurde für { $stage } von { $rejecter } abgelehnt: { $why }
deployment-result-expired = { $person } **{ $revision }** von { $service } hat zu lange auf die Freigabe für { $stage } gewartet. `/deploy` fragt neu an.
deployment-result-rolled-back = { $person } { $service } auf { $stage } ist wieder bei **{ $revision }**. Es hat { $took } gedauert.

## Antworten.

deployment-request-accepted = { $person } bringt **{ $revision }** von { $service } nach { $stage }. { $channel } zeigt, wie es steht.
deployment-request-waiting = { $person } fordert **{ $revision }** von { $service } auf { $stage } an. Jemand anderes muss es in { $channel } freigeben.
deployment-rollback-accepted = { $person } rollt { $service } auf { $stage } zurück auf **{ $revision }**. { $channel } zeigt, wie es steht.
deployment-approved = Du hast **{ $revision }** von { $service } für { $stage } freigegeben.
deployment-rejected = Du hast **{ $revision }** von { $service } für { $stage } abgelehnt.

## Der Plan eines Probelaufs.

deployment-plan-title = Was `/deploy` tun würde
deployment-plan-change = { $service } auf { $stage }: **{ $previous }** → **{ $revision }**
deployment-plan-same = { $service } auf { $stage } läuft schon mit **{ $revision }**; die Revision würde noch einmal gebracht.
deployment-plan-first = { $service } auf { $stage }: **{ $revision }** wäre die erste.
deployment-plan-approval = Jemand von { $groups } muss es freigeben.
deployment-plan-direct = Es startet sofort; eine Freigabe ist nicht nötig.
deployment-plan-nothing = Geändert wurde nichts.

## /status

status-title = Was wo läuft
status-service = **{ $service }** (Team { $team })
status-line = { $stage }: **{ $revision }**, angekommen { $at }
status-line-none = { $stage }: noch nichts
status-line-active = { $stage }: **{ $revision }** { $state }, angefragt { $at }
status-line-failed = { $stage }: der letzte Versuch, **{ $revision }**, ist { $at } fehlgeschlagen; davor lief **{ $previous }**. `/rollback` bringt sie zurück.
status-line-failed-first = { $stage }: der letzte Versuch, **{ $revision }**, ist { $at } fehlgeschlagen; geglückt ist dort noch keiner.
status-short-service = **{ $service }**: { $places }
status-short = { $stage } { $revision }
status-short-none = { $stage } noch nichts
status-short-failed = { $stage } { $revision } fehlgeschlagen
status-short-moving = { $place } ({ $revision } { $state })
status-none = Auf dieser Plattform ist noch kein Service eingetragen.
status-more =
    { $n ->
        [one] … und noch 1 Service. Nenne ihn, um ihn zu sehen.
       *[other] … und noch { $n } Services. Nenne einen, um ihn zu sehen.
    }

## Was nur die Betreuer in /status sehen.

keepers-title = Für die Betreuer
keepers-buried =
    { $n ->
        [0] Kein Job ist begraben.
        [one] 1 Job ist begraben: Er ist endgültig gescheitert und wartet auf euch.
       *[other] { $n } Jobs sind begraben: Sie sind endgültig gescheitert und warten auf euch.
    }
keepers-buried-line = • { $job } · { $subject } · { $attempts }-mal versucht · { $at } · Code { $code }
keepers-buried-more = … und noch { $n }.
keepers-held =
    { $n ->
        [one] 1 Umgebung von { $team } ist abgelaufen. So viele auf einmal werden nicht ungefragt abgebaut: Wurde eine Uhr verstellt oder ein Backup eingespielt?
       *[other] { $n } Umgebungen von { $team } sind abgelaufen. So viele auf einmal werden nicht ungefragt abgebaut: Wurde eine Uhr verstellt oder ein Backup eingespielt?
    }
keepers-revived =
    { $n ->
        [one] 1 Job wird noch einmal versucht.
       *[other] { $n } Jobs werden noch einmal versucht.
    }
keepers-dismissed =
    { $n ->
        [one] 1 Nachricht ist aufgegeben: Niemand wird sie lesen.
       *[other] { $n } Nachrichten sind aufgegeben: Niemand wird sie lesen.
    }
keepers-removing =
    { $n ->
        [one] 1 Umgebung von { $team } wird jetzt abgebaut.
       *[other] { $n } Umgebungen von { $team } werden jetzt abgebaut.
    }

## /history

history-title = Verlauf von { $service }
history-title-stage = Verlauf von { $service } auf { $stage }
history-line = { $at } · { $stage } · **{ $revision }** · { $state } · { $person }
history-none = { $service } wurde hier noch nie deployt. `/deploy` bringt den Service auf eine Stage.
history-none-stage = { $service } wurde noch nie auf { $stage } deployt. `/deploy` bringt den Service dorthin.
history-more = Auch Älteres ist aufbewahrt; nenne eine Stage, um mehr davon zu sehen.
