## Ablehnungen zu Digests.

refused-digest-unknown =
    { $near ->
        [none] Es gibt keinen Digest **{ $name }**. `/help` zählt die Digests dieser Plattform auf.
       *[other] Es gibt keinen Digest **{ $name }**. Meinst du { $near }?
    }

## Titel und Überschrift.

digest-title = 📊 { $platform }: Woche { $week }
digest-window = { $from } – { $to } · { $zone }
digest-headline-called = { $metric }: { $value }, außerhalb des Bereichs der letzten { $weeks } Wochen ({ $low } – { $high }).
digest-headline-called-alone = { $metric }: { $value }, außerhalb des Bereichs der letzten { $weeks } Wochen ({ $low } – { $high }). Sonst hat sich nichts über die normale Schwankung hinaus geändert.
digest-headline-conflict = { $metric } wurde besser, während { $counter } schlechter wurde. Schau auf beides.
digest-headline-nothing = Nichts hat sich über die normale Schwankung hinaus geändert.
digest-headline-young = Zu wenige Wochen, um zu wissen, was normal ist; ab { $weeks } Wochen werden Änderungen genannt.
digest-headline-no-data = Für diese Woche gibt es keine Daten.

## Abschnitte.

digest-section-decide = ⚠ Entscheiden
digest-section-strategy = Strategie
digest-section-heat = HEAT
digest-section-delivery = Auslieferung
digest-section-incidents = Störungen
digest-section-survey = Umfrage
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
digest-decide-survey = Umfrage { $survey }: Noch steht nicht da, was aus der letzten Runde folgt

## Zeilen. `trend` ist einer der Trendsätze.

digest-line = { $metric }: **{ $value }** · { $trend }
digest-line-plain = { $metric }: **{ $value }**
digest-line-target = { $metric }: **{ $value }** · Ziel { $target } · { $trend }
digest-counterweight = ↔ Gegengewicht { $metric }: { $value }
digest-counterweight-none = ↔ kein Gegengewicht: { $reason }
digest-target-at-least = mindestens { $value }
digest-target-at-most = höchstens { $value }
digest-target-met = Ziel { $target }: erreicht
digest-target-missed = Ziel { $target }: verfehlt
digest-goal = **{ $goal }**
digest-goal-problem = Was im Weg steht: { $problem }
digest-goal-initiatives = Was getan wird: { $initiatives }
digest-delivery-line =
    { $n ->
        [one] { $service }: 1 Deployment, { $failed } fehlgeschlagen, { $rolled-back } zurückgerollt
       *[other] { $service }: { $n } Deployments, { $failed } fehlgeschlagen, { $rolled-back } zurückgerollt
    }
digest-delivery-none = Diese Woche gab es kein Deployment.
digest-delivery-more =
    { $n ->
        [one] … und noch 1 Service
       *[other] … und noch { $n } Services
    }

## Fußzeile.

digest-footer = { $window } · { $zone } · Abdeckung { $coverage } % · Definitionen v{ $definition }
digest-footer-sources =
    { $sources ->
        [one] { $connected } von 1 Quelle war die ganze Woche verbunden
       *[other] { $connected } von { $sources } Quellen waren die ganze Woche verbunden
    }
digest-provisional = Vorläufig: Die Woche ist nicht zu Ende.
digest-frozen = Eingefroren { $at }.
digest-revised = Überarbeitet { $at }: Es kamen noch Fakten nach.
digest-sample = Enthält Beispieldaten: erfundene, so gekennzeichnete Vergangenheit, nichts davon gemessen.
digest-late = Diese Ausgabe kommt zu spät: Hearth lief nicht, als sie fällig war.

## Antworten.

digest-now-accepted = { $person } veröffentlicht Digest **{ $digest }**, die Woche bis jetzt, in { $channel }.
digest-preview-hint = Nur du siehst das. So sähe **{ $digest }** jetzt aus.

## Diagramme und ihre Alternativtexte.

digest-chart-environments = Umgebungen, die bereit wurden, nach Woche
digest-chart-ready-time = Zeit, bis eine Umgebung bereit ist
digest-chart-deployments = Deployments in Produktion, nach Woche
digest-chart-pipeline = Dauer der Pipeline
digest-chart-axis-week = Woche
digest-chart-axis-count = Anzahl
digest-chart-axis-minutes = Minuten
digest-chart-series-p50 = p50
digest-chart-series-p90 = p90
digest-chart-series-mean = Mittel
digest-chart-series-target = Ziel
digest-chart-series-normal = normale Schwankung
digest-chart-caption = n = { $n } · { $from } – { $to }
digest-chart-alt = { $title }, { $weeks } Wochen. Letzte Woche: { $last }. Kleinster Wert { $low }, größter { $high }.
digest-chart-alt-gaps =
    { $gaps ->
        [one] 1 Woche hat keine Daten.
       *[other] { $gaps } Wochen haben keine Daten.
    }
digest-chart-alt-none = { $title }: keine Daten in { $weeks } Wochen.
