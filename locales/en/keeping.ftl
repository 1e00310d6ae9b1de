## What engines have and nobody owns, as it is told to the keepers.

stray-title = Nobody's: { $name }
stray-field-provider = Engine
stray-field-key = Key
stray-live-found = ⚠ Engine { $provider } has **{ $name }**, which belongs to this Hearth and to no environment. It is destroyed { $at } unless somebody keeps it.
stray-live-kept = 📌 **{ $name }** at engine { $provider } belongs to no environment. { $person } keeps it.
stray-live-destroying = 🧹 **{ $name }** at engine { $provider }, which nobody owned, is being destroyed.
stray-live-could-not-destroy = ⚠ **{ $name }** at engine { $provider }, which nobody owns, could not be destroyed: { $reason }
stray-live-gone = ⬜ **{ $name }** at engine { $provider }, which nobody owned, is destroyed.
stray-live-claimed = ✅ **{ $name }** at engine { $provider } is an environment of this Hearth again.
stray-keep-done = { $person } keeps **{ $name }**.
stray-destroy-done = { $person } has **{ $name }** destroyed now.
