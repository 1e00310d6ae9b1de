## Ablehnungen zu Digests.

refused-digest-unknown =
    { $near ->
        [none] Es gibt keinen Digest **{ $name }**. `/help` zählt die Digests dieser Plattform auf.
       *[other] Es gibt keinen Digest **{ $name }**. Meinst du { $near }?
    }
refused-digest-channel = Der Kanal von Digest **{ $digest }** ist auf diesem Server nicht bekannt. Bitte die Betreuer der Plattform, einen zu nennen, den es gibt.

## Titel und Überschrift. `value` ist einer der Wertesätze.

digest-title = 📊 { $platform }: Woche { $week }
digest-content = **{ $week }** · { $headline }
digest-content-decide = ⚠ Zu entscheiden: { $what }
digest-content-look = Alle Zahlen, mit Zielen und Gegengewichten, stehen im Embed.
digest-headline-better = Besser als sonst: { $metric }, { $value }.
digest-headline-worse = Schlechter als sonst: { $metric }, { $value }.
digest-headline-outside = Das liegt außerhalb des Bereichs der letzten { $weeks } Wochen ({ $low } – { $high }).
digest-headline-shifted = Das unterscheidet sich vom letzten Mal ({ $before }) um mehr als Zufall.
digest-headline-alone = Sonst hat sich nichts über die normale Schwankung hinaus geändert.
digest-headline-also = Geändert hat sich auch: { $metrics }.
digest-headline-conflict = Besser: { $metric }. Zugleich schlechter, das Gegengewicht: { $counter }. Schau auf beides.
digest-headline-nothing = Nichts hat sich über die normale Schwankung hinaus geändert.
digest-headline-young = Zu wenige Wochen, um zu wissen, was normal ist; ab { $weeks } Wochen werden Änderungen genannt.
digest-headline-running = Was sich geändert hat, wird genannt, wenn die Woche vorbei ist.
digest-headline-no-data = Für diese Woche gibt es keine Daten.
digest-headline-silent = Für diese Woche gibt es keine Daten: Seit { $since } war nichts zu hören.

## Abschnitte.

digest-section-decide = ⚠ Entscheiden
digest-section-strategy = Strategie
digest-section-heat = HEAT
digest-section-delivery = Auslieferung
digest-section-goes-on = …
digest-heat-happiness = Zufriedenheit
digest-heat-efficiency = Effizienz
digest-heat-adoption = Verbreitung
digest-heat-task-success = Erfolg bei Aufgaben

digest-decide-environments =
    { $n ->
        [one] 1 Umgebung ließ sich nicht abbauen
       *[other] { $n } Umgebungen ließen sich nicht abbauen
    }
digest-decide-approvals =
    { $n ->
        [one] 1 Deployment wartet auf eine Freigabe
       *[other] { $n } Deployments warten auf eine Freigabe
    }

## Zeilen.

digest-line = { $metric }: **{ $value }**
digest-heat-line = **{ $part }** · { $metric }: { $value }
digest-heat-above = **{ $part }** · { $metric }: siehe oben
digest-counterweight = ↔ { $metric }: { $value }
digest-goal = ▸ { $goal }
digest-target-at-least = mindestens { $value }
digest-target-at-most = höchstens { $value }
digest-target-met = Ziel { $target }: erreicht ✔
digest-target-missed = Ziel { $target }: verfehlt ✘
digest-target-unknown = Ziel { $target }: noch nicht bekannt
digest-earlier = letzte Runde: { $value }
digest-delivery-line =
    { $n ->
        [one] **{ $service }**: 1 Deployment, { $failed } fehlgeschlagen, { $rolled-back } zurückgerollt
       *[other] **{ $service }**: { $n } Deployments, { $failed } fehlgeschlagen, { $rolled-back } zurückgerollt
    }
digest-delivery-mended = nachgebessert: { $value }
digest-delivery-unplanned = ungeplant: { $value }
digest-delivery-none = Diese Woche gab es kein Deployment in Produktion.
digest-delivery-more =
    { $n ->
        [one] … und noch 1 Service
       *[other] … und noch { $n } Services
    }
digest-lines-more =
    { $n ->
        [one] … und noch 1 Zeile
       *[other] … und noch { $n } Zeilen
    }

## Fußzeile. Sie zeigt Text, wie er ist, darum stehen Daten ausgeschrieben da.

digest-footer = { $window } · { $coverage } · Definitionen v{ $definition }
digest-window = { $from } – { $to } · { $zone }
digest-date = { $day }.{ $month }.{ $year }
digest-coverage = Abdeckung { $percent } %
digest-coverage-none = Abdeckung unbekannt: Nie war eine Quelle verbunden
digest-provisional = Vorläufig, Stand { $at }: Die Woche ist nicht zu Ende.
digest-provisional-short = Vorläufig: Die Woche ist nicht zu Ende.
digest-frozen = Eingefroren { $at }.
digest-preview = Vorschau, Stand { $at }: nicht eingefroren.
digest-sample = Enthält Beispieldaten: erfundene, so gekennzeichnete Vergangenheit, nichts davon gemessen.
digest-sample-short = enthält Beispieldaten

## Antworten.

digest-now-accepted = { $person } veröffentlicht Digest **{ $digest }**, die Woche bis jetzt, in { $channel }.
digest-preview-hint = Nur du siehst das. So sähe **{ $digest }** jetzt aus.

## Diagramme. Ihre Alternativtexte werden aus diesen zusammengesetzt.

digest-chart-strategy = Strategie, Woche für Woche
digest-chart-heat = Erfolg bei Aufgaben und Verbreitung, Woche für Woche
digest-chart-survey = Zufriedenheit, Runde für Runde
digest-chart-caption = { $window } · { $zone }
digest-chart-title-sample = { $title } ({ $sample })
digest-chart-n = n = { $n } in der letzten Woche
digest-chart-n-round = n = { $n } in der letzten Runde
digest-chart-unit-count = Anzahl
digest-chart-unit-share = Anteil
digest-chart-unit-seconds = Dauer
digest-chart-unit-answers = Antworten
digest-chart-target = Ziel
digest-chart-provisional = nicht zu Ende
digest-chart-decimal = ,
digest-layer-ready = wurden bereit
digest-layer-variation = normale Schwankung
digest-layer-planned = geplant
digest-layer-hotfix = Hotfix
digest-layer-rollback = zurückgerollt
digest-layer-unclassified = ohne Grund
digest-layer-median = p50
digest-layer-p90 = bis p90
digest-layer-mean = Mittel
