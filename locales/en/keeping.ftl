## What engines have and nobody owns, as it is told to the keepers.

stray-title = Nobody's: { $name }
stray-field-provider = Engine
stray-field-key = Key
stray-live-found = ⚠ Engine { $provider } has **{ $name }**, which belongs to this Hearth and to no environment. It is destroyed { $at } unless somebody keeps it.
stray-live-kept = 📌 **{ $name }** at engine { $provider } belongs to no environment. { $person } keeps it.
stray-live-destroying = 🧹 **{ $name }** at engine { $provider }, which nobody owned, is being destroyed.
stray-live-could-not-destroy = ⚠ **{ $name }** at engine { $provider }, which nobody owns, could not be destroyed: { $reason }
stray-live-gone = ⬜ **{ $name }** at engine { $provider }, which nobody owned, is destroyed.
stray-keep-done = { $person } keeps **{ $name }**.
stray-destroy-done = { $person } has **{ $name }** destroyed now.

## Much is due to be removed at once.

halt-title = Remove so many at once?
halt-meaning = A clock that jumped or a backup that was restored looks like this.
halt-asked = ⚠ { $n } environments are due to be removed at once, more than { $n-max }. Nothing is removed until somebody decides.
halt-go = ⬜ { $person } said that they are removed.
halt-hold = ⬜ { $person } said that nothing is removed for a day. Then this question comes again, unless their ends were moved.
halt-go-done = { $person } lets them be removed.
halt-hold-done = { $person } holds them for a day.
