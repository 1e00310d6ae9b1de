## Namen der Metriken; die Kennung ist die des Katalogs.

metric-s1 = Verfügbarkeit
metric-s2 = Fehlerbudget
metric-s3 = Störungen
metric-s4 = Nachbetrachtungen von Störungen
metric-s5 = Umgebungen, die bereit wurden
metric-s5-coverage = Pull Requests mit einer Umgebung
metric-s5-failed = Umgebungen, die fehlgeschlagen sind
metric-s5-idle = Ungenutzte Stunden von Umgebungen
metric-s6 = Deployments in Produktion
metric-s7 = Zeit, bis eine Umgebung bereit ist
metric-s8 = Dauer der Pipeline
metric-d1 = Durchlaufzeit von Änderungen
metric-d3 = Zeit bis zur Erholung nach fehlgeschlagenen Deployments
metric-d4 = Anteil fehlgeschlagener Deployments
metric-d5 = Anteil ungeplanter Deployments
metric-h1 = Zufrieden
metric-h2 = Benutzbarkeit (UMUX-LITE)
metric-h3 = Würden die Plattform empfehlen
metric-h4 = Geantwortet von allen Gefragten
metric-e3 = Warten auf eine Freigabe
metric-e4 = Zeit bis zum ersten Erfolg
metric-a1 = Teams, die die Plattform nutzen
metric-a2 = Von einem Team genutzte Fähigkeiten
metric-a3 = Teams, die sie freiwillig nutzen
metric-a4 = Teams, die aufgehört haben
metric-t1 = Geglückte Aufgaben
metric-t2 = Beim ersten Versuch geglückte Aufgaben
metric-t3 = Fehlschläge, die an der Plattform lagen
metric-t4 = Bitten um Hilfe

## Was jede davon bedeutet, in einer Zeile.

metric-s5-about = Umgebungen, die in der Woche bereit wurden; ein neuer Bau derselben zählt nicht noch einmal.
metric-s6-about = Geglückte Deployments in Produktion in der Woche, ohne Zurückrollen.
metric-s7-about = Von der angenommenen Anforderung bis zur antwortenden Health-Adresse; Fehlschläge zählen als nie.
metric-s8-about = Vom Anfang bis zum Ende geglückter Pipeline-Läufe.
metric-h1-about = Die zwei zufriedensten von sieben Antworten, mit einem 95-%-Intervall nach Wilson.
metric-h4-about = Antworten der Runde, geteilt durch die Leute, die bei ihrer Öffnung die gefragte Rolle hatten.
metric-e3-about = Von der Bitte um eine Freigabe bis zur Entscheidung.
metric-a1-about = Teams mit mindestens einer geglückten Aufgabe in den letzten 28 Tagen, von allen, die zählen.
metric-a4-about = Teams, die die Plattform in den 28 Tagen davor genutzt haben und seither nicht.
metric-t1-about = Aufgaben, die mit Erfolg endeten, von allen, die endeten.
metric-t2-about = Aufgaben, die beim ersten Versuch glückten, von allen, die endeten.
metric-t3-about = Versuche, die durch Schuld der Plattform scheiterten, von allen; was niemand weiß, lag an der Plattform.

## Werte. Nichts ist nie 0.

value-percent = { $percent } %
value-never = nie
value-no-data = keine Daten
value-no-data-since = keine Daten (Quelle schweigt seit { $since })
value-no-source = wird noch nicht gemessen
value-no-round = diese Woche wurde keine Runde geschlossen
value-share = { $numerator } von { $denominator } ({ $percent } %, könnten { $low } – { $high } % sein)
value-share-none = keine in { $n } Versuchen; der wahre Anteil könnte dennoch bis { $high } % sein
value-share-all = alle { $n }; der wahre Anteil könnte dennoch nur { $low } % sein
value-at-least = mindestens { $percent } % von { $n }
value-at-most = höchstens { $percent } % von { $n }
value-withheld = zurückgehalten: zu wenige Antworten ({ $n })
value-teams =
    { $denominator ->
        [one] { $numerator } von 1 Team
       *[other] { $numerator } von { $denominator } Teams
    }
value-too-few = zu wenige für eine Zusammenfassung: { $values }
value-failed =
    { $n ->
        [one] 1 fehlgeschlagen
       *[other] { $n } fehlgeschlagen
    }
value-median = p50 { $median } (n = { $n })
value-quantiles = p50 { $median } · p90 { $high } (n = { $n })
value-mean = Mittel { $mean } · p50 { $median } (n = { $n })
value-automation = { $value } (und { $n } durch Automaten)
value-open = { $value }, { $n } noch offen

## Trends. Einen Pfeil gibt es nur für eine erwiesene Änderung.

trend-normal = in normaler Schwankung
trend-up = ↑ außerhalb des Bereichs der letzten { $weeks } Wochen ({ $low } – { $high })
trend-down = ↓ außerhalb des Bereichs der letzten { $weeks } Wochen ({ $low } – { $high })
trend-shifted-up = ↑ von { $before } aus, mehr als Zufall
trend-shifted-down = ↓ von { $before } aus, mehr als Zufall
trend-shifted-pace-up = ↑ schneller als in der letzten ganzen Woche ({ $before }), mehr als Zufall
trend-shifted-pace-down = ↓ langsamer als in der letzten ganzen Woche ({ $before }), mehr als Zufall
trend-same = wie davor
trend-chance = kann Zufall sein (davor: { $before })
trend-chance-points = { $before } → { $now } kann Zufall sein ({ $low } bis { $high } Punkte)
trend-chance-pace = die letzte ganze Woche hatte { $before }; das Tempo kann dasselbe sein
trend-too-few = zu wenig, um eine Änderung zu erkennen

## Zeitspannen und Aufzählungen, die der Code zusammensetzt.

amount-days =
    { $n ->
        [one] 1 Tag
       *[other] { $n } Tage
    }
amount-hours = { $n } h
amount-minutes = { $n } min
amount-seconds = { $n } s
amount-less = unter 1 s
list-last = { $list } und { $last }
list-either = { $list } oder { $last }
