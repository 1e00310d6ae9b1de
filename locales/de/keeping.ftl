## Was Engines haben und niemandem gehört, für die, die die Plattform betreuen.

stray-title = Herrenlos: { $name }
stray-field-provider = Engine
stray-field-key = Schlüssel
stray-live-found = ⚠ Engine { $provider } hat **{ $name }**, das zu diesem Hearth und zu keiner Umgebung gehört. Es wird { $at } abgebaut, wenn niemand es behält.
stray-live-kept = 📌 **{ $name }** bei Engine { $provider } gehört zu keiner Umgebung. { $person } behält es.
stray-live-destroying = 🧹 Das herrenlose **{ $name }** bei Engine { $provider } wird abgebaut.
stray-live-could-not-destroy = ⚠ Das herrenlose **{ $name }** bei Engine { $provider } ließ sich nicht abbauen: { $reason }
stray-live-gone = ⬜ Das herrenlose **{ $name }** bei Engine { $provider } ist abgebaut.
stray-live-claimed = ✅ **{ $name }** bei Engine { $provider } ist wieder eine Umgebung dieses Hearth.
stray-keep-done = { $person } behält **{ $name }**.
stray-destroy-done = { $person } lässt **{ $name }** jetzt abbauen.
