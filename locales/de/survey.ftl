## Das Instrument. Der Wortlaut steht fest: Ein neuer Wortlaut ist eine neue Reihe, nie eine Änderung.

survey-question-overall = Wie zufrieden oder unzufrieden bist du insgesamt mit { $platform }?
survey-answer-1 = Äußerst unzufrieden
survey-answer-2 = Ziemlich unzufrieden
survey-answer-3 = Etwas unzufrieden
survey-answer-4 = Weder zufrieden noch unzufrieden
survey-answer-5 = Etwas zufrieden
survey-answer-6 = Ziemlich zufrieden
survey-answer-7 = Äußerst zufrieden

## Was versprochen wird, und nichts Stärkeres.

survey-promise = Vertraulich, solange die Runde offen ist; anonym, sobald sie geschlossen ist.

## Ablehnungen zu Umfragen.

refused-survey-unknown =
    { $near ->
        [none] Es gibt keine Umfrage **{ $name }**. `/help` zählt die Umfragen dieser Plattform auf.
       *[other] Es gibt keine Umfrage **{ $name }**. Meinst du { $near }?
    }
refused-round-open = Eine Runde von **{ $survey }** ist schon offen. `/survey close` beendet sie.
refused-round-none = Von **{ $survey }** ist keine Runde offen. `/survey open` öffnet eine.
refused-round-closed = Diese Runde ist geschlossen; darin lässt sich nichts mehr beantworten oder ändern. Die nächste Runde fragt wieder.
refused-not-audience = Diese Umfrage fragt die Leute mit der Rolle **{ $role }**. Danke, dass du antworten wolltest!
refused-survey-off = Umfragen sind aus, weil das Geheimnis fehlt, das Antworten vertraulich hält, oder weil es nicht mehr dasselbe ist wie beim Öffnen dieser Runde. Die Betreuer der Plattform können das richten.
refused-results-none = Von **{ $survey }** ist noch keine Runde geschlossen, darum gibt es keine Ergebnisse. Sie kommen einmal, wenn eine Runde schließt.

## Die Frage im Kanal.

survey-prompt-title = Wie geht es dir mit { $platform }?
survey-prompt-how = Eine Frage, weniger als eine Minute, privat beantwortet. Die Runde schließt { $until }.
survey-prompt-who = Gefragt sind alle mit der Rolle { $role }.
survey-prompt-closed = Diese Runde ist geschlossen. Danke an alle, die geantwortet haben!
survey-reminder = Eine Erinnerung an alle, die gefragt sind: Die Runde schließt { $relative }. Wer schon geantwortet hat, braucht nichts zu tun.

## Der Stimmzettel, privat.

survey-ballot-placeholder = Wähle deine Antwort
survey-ballot-hint = Nur du siehst das. Bis die Runde schließt, kannst du deine Antwort ändern oder zurückziehen.
survey-ballot-current = Deine Antwort bisher: **{ $answer }**
survey-thanks = Danke! Deine Antwort: **{ $answer }**.
survey-changed = Geändert. Deine Antwort ist jetzt: **{ $answer }**.
survey-withdrawn = Deine Antwort ist zurückgezogen; nichts davon wird aufbewahrt. Du kannst neu antworten.
survey-withdraw-none = In dieser Runde gibt es keine Antwort von dir, also auch nichts zurückzuziehen.
survey-comment-saved = Danke, dein Kommentar ist bei deiner Antwort aufbewahrt.
survey-comment-first = Wähle zuerst eine Antwort; dann kannst du einen Kommentar dazuschreiben.

survey-form-title = Was zuerst in Ordnung bringen?
survey-form-label = Welche eine Sache sollten wir zuerst richten?
survey-form-placeholder = Bitte nenne weder dich noch sonst jemanden beim Namen.

## Öffnen und Schließen.

survey-open-accepted = { $person } öffnet eine Runde von **{ $survey }**. Die Frage erscheint in { $channel }.
survey-close-accepted = { $person } schließt die Runde von **{ $survey }**. Zuerst wird der Schlüssel vernichtet; dann erscheint in { $channel }, was veröffentlicht werden darf.

## Ergebnisse.

survey-results-title = Ergebnisse: { $survey }
survey-results-round = Runde vom { $opened } bis { $closed }
survey-results-share = **{ $satisfied } von { $n } sind zufrieden** ({ $percent } %, könnten { $low } – { $high } % sein)
survey-results-share-high = **Mindestens { $percent } % von { $n } sind zufrieden** (könnten { $low } – 100 % sein)
survey-results-share-low = **Höchstens { $percent } % von { $n } sind zufrieden** (könnten 0 – { $high } % sein)
survey-results-asked =
    { $asked ->
        [one] Geantwortet: { $n } von 1 gefragten Person.
       *[other] Geantwortet: { $n } von { $asked } gefragten Personen.
    }
survey-results-asked-unknown =
    { $n ->
        [one] 1 Person hat geantwortet; wie viele gefragt waren, ist nicht bekannt.
       *[other] { $n } Personen haben geantwortet; wie viele gefragt waren, ist nicht bekannt.
    }
survey-results-meaning = Zufrieden heißt „Ziemlich zufrieden“ oder „Äußerst zufrieden“; der Bereich ist ein 95-%-Intervall nach Wilson.
survey-results-withheld =
    { $n ->
        [0] In dieser Runde hat niemand geantwortet, es gibt also nichts zu veröffentlichen.
        [one] 1 Person hat geantwortet. Ergebnisse werden ab { $k } Antworten veröffentlicht, damit niemand erkannt werden kann.
       *[other] { $n } Personen haben geantwortet. Ergebnisse werden ab { $k } Antworten veröffentlicht, damit niemand erkannt werden kann.
    }
survey-results-distribution = Wie sich die Antworten verteilen
survey-results-distribution-line = { $answer }: { $count }
survey-results-distribution-agreed = Wie sich die Antworten verteilen, wird nicht gezeigt, wenn alle oder alle bis auf eine Person dasselbe sagen, damit niemand erkannt werden kann.
survey-results-distribution-withheld = Wie sich die Antworten verteilen, wird ab { $n } Antworten gezeigt.
survey-results-comments = Was geschrieben wurde, ohne Reihenfolge
survey-results-comment = „{ $comment }“
survey-results-comments-withheld = Kommentare werden ab { $n } Antworten gezeigt.
survey-results-comments-none = Niemand hat einen Kommentar geschrieben.
survey-results-more =
    { $n ->
        [one] … und noch 1 Kommentar in der Datei.
       *[other] … und noch { $n } Kommentare in der Datei.
    }
survey-results-left-out =
    { $n ->
        [one] … und noch einer, der hier keinen Platz hat.
       *[other] … und noch { $n }, die hier keinen Platz haben.
    }
survey-results-destroyed = Der Schlüssel dieser Runde wurde vernichtet, bevor gezählt wurde.
survey-results-next = Als Nächstes: was wir daraus machen. Du liest es hier vor der nächsten Runde.
