## Was Engines haben und niemandem gehört, für die, die die Plattform betreuen.

stray-title = Herrenlos: { $name }
stray-field-provider = Engine
stray-field-key = Schlüssel
stray-live-found = ⚠ Engine { $provider } hat **{ $name }**, das zu diesem Hearth und zu keiner Umgebung gehört. Es wird { $at } abgebaut, wenn niemand es behält.
stray-live-kept = 📌 **{ $name }** bei Engine { $provider } gehört zu keiner Umgebung. { $person } behält es.
stray-live-destroying = 🧹 Das herrenlose **{ $name }** bei Engine { $provider } wird abgebaut.
stray-live-could-not-destroy = ⚠ Das herrenlose **{ $name }** bei Engine { $provider } ließ sich nicht abbauen: { $reason }
stray-live-gone = ⬜ Das herrenlose **{ $name }** bei Engine { $provider } ist abgebaut.
stray-keep-done = { $person } behält **{ $name }**.
stray-destroy-done = { $person } lässt **{ $name }** jetzt abbauen.

## Vieles soll auf einmal abgebaut werden.

halt-title = So viele auf einmal abbauen?
halt-meaning = So sieht eine Uhr aus, die gesprungen ist, oder eine Sicherung, die zurückgespielt wurde.
halt-asked = ⚠ { $n } Umgebungen sollen auf einmal abgebaut werden, mehr als { $n-max }. Nichts wird abgebaut, bis jemand entscheidet.
halt-go = ⬜ { $person } hat gesagt, dass sie abgebaut werden.
halt-hold = ⬜ { $person } hat gesagt, dass einen Tag lang nichts abgebaut wird. Dann kommt diese Frage wieder, wenn ihr Ende nicht verschoben wurde.
halt-go-done = { $person } lässt sie abbauen.
halt-hold-done = { $person } hält sie einen Tag zurück.
