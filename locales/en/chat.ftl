## What can go wrong with any command, click or form.

refused-parameter-missing = The option **{ $name }** is missing. Add it and try again.
refused-parameter-text =
    { $length-max ->
        [one] The option **{ $name }** takes text of 1 character.
       *[other] The option **{ $name }** takes text of 1 to { $length-max } characters. Try again with that.
    }
refused-parameter-integer = The option **{ $name }** takes a whole number from { $min } to { $max }. Try again with one.
refused-parameter-boolean = The option **{ $name }** takes yes or no.
refused-parameter-person = The option **{ $name }** takes a person of this server.
refused-parameter-choice = The option **{ $name }** takes one of { $choices }.
refused-option-unknown =
    { $near ->
        [none] This command has no option **{ $name }**. `/help` shows how it is used.
       *[other] This command has no option **{ $name }**. Did you mean { $near }?
    }
refused-command-unknown =
    { $near ->
        [none] This command does not exist here, or no longer. `/help` lists those that do.
       *[other] This command does not exist here, or no longer. Did you mean { $near }?
    }
refused-stale-button = This button belongs to an earlier state of things. Use the newest message about it.
refused-keepers-gone = Nothing of this waits for a keeper any more. `/status` shows how things stand.
refused-busy = Too much is going on at this moment. Nothing was changed; try again in a minute.
refused-stopping = Hearth is just being restarted. Nothing was changed; try again in a minute.
refused-elsewhere = Hearth works in another server.
broken = Something broke on our side; it is not your fault. The keepers of the platform find it under the code **{ $code }**.
broken-store = Hearth cannot use its database at the moment; it is not your fault. Try again in some minutes. The keepers of the platform find it under the code **{ $code }**.
usage = Usage: { $usage }
late = This took longer than Discord waits for an answer. It may have been done all the same: look how things stand before you ask again.
bound-seconds =
    { $n ->
        [one] 1 second
       *[other] { $n } seconds
    }
bound-minutes =
    { $n ->
        [one] 1 minute
       *[other] { $n } minutes
    }
message-replaced = **{ $title }**: how it stands now is in the newer message, { $link }
cut = … (cut)

## Buttons. At most 80 characters.

button-logs = Logs
button-extend =
    { $hours ->
        [one] Extend by 1 hour
       *[other] Extend by { $hours } hours
    }
button-destroy = Destroy
button-destroy-confirm = Yes, destroy it
button-keep = Keep it
button-show = Show
button-open = Open
button-approve = Approve
button-reject = Reject
button-apply = Apply
button-withdraw-plan = Withdraw
button-form-again = Open the form again
button-roll-back = Roll back
button-changes = Changes
button-history = History
button-answer = Answer in private
button-withdraw = Withdraw my answer
button-comment = Add a comment
button-wake = Wake it
button-again = Build it again
button-keep-pinned = Keep it { $days } more days
button-let-end = Let it end
button-destroy-now = Destroy it now
button-retry = Try again
button-dismiss = Give up the messages
button-remove-held = Remove { $n } of { $team }

## Footers; `mark` carries the id by which a message is found again.

footer-mark = Hearth · { $mark }
